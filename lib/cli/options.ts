import type { RehearseOptions } from "../actions/views.ts";
import { UserError } from "../base/errors.ts";

/** The options of `rehearse` as they were typed. */
export interface GivenOptions {
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly start?: string;
  readonly health?: string;
  readonly rate?: string;
  readonly speed?: string;
  readonly fault?: readonly string[];
  readonly allFaults?: true;
  readonly allPoints?: true;
  readonly approve?: true;
  readonly keep?: true;
  readonly port?: string;
  readonly config?: string;
  readonly json?: true;
}

/** Reads the numbers and fills in what was not said. Throws `usage/invalid` for a value that cannot be used. */
export function rehearseOptions(given: GivenOptions, cwd: string): RehearseOptions {
  const { source, from, to, start, health, config } = given;
  return {
    ...(source !== undefined && { source }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(start !== undefined && { start }),
    ...(health !== undefined && { health: healthPath(health) }),
    ...(given.rate !== undefined && { rate: requestsPerSecond(given.rate) }),
    ...(given.speed !== undefined && { speed: positive("--speed", given.speed) }),
    ...(given.port !== undefined && { port: port(given.port) }),
    ...(config !== undefined && { config }),
    faults: given.fault ?? [],
    approve: given.approve === true,
    keep: given.keep === true,
    cwd,
  };
}

/** 0 sends nothing: then the gates have synthetic requests only. */
function requestsPerSecond(text: string): number {
  const number = numberIn(text);
  if (Number.isFinite(number) && number <= mostRequests) return number;
  throw new UserError("usage/invalid", `--rate ${text} cannot be used`, "give requests per second, from 0 to 100000, e.g. --rate 20");
}

/** As in the configuration. */
const mostRequests = 100_000;

function positive(option: string, text: string): number {
  const number = numberIn(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UserError("usage/invalid", `${option} ${text} cannot be used`, `give a number above 0, e.g. ${option} 20`);
}

function port(text: string): number {
  const number = numberIn(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new UserError("usage/invalid", `--port ${text} cannot be used`, "give a whole number from 0 (any free port) to 65535");
}

function healthPath(text: string): string {
  if (text.startsWith("/")) return text;
  throw new UserError("usage/invalid", `--health ${text} is not a path`, "give a path that starts with /, e.g. --health /health");
}

/** Only what people write as a number: `Number` alone would take "", "0x10" and "1e3" too. */
function numberIn(text: string): number {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}
