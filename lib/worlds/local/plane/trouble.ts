import { readFileSync } from "node:fs";
import type { Answer } from "./health.ts";
import type { HealthSettings } from "./state.ts";

/** Why a copy does not come up. */
export interface Trouble {
  readonly because: string;
  /** What to do, and the last lines of its log. */
  readonly details: readonly string[];
}

/** All that is known about a copy that does not come up. */
export interface Seen {
  readonly start: string;
  readonly port: number;
  readonly health: HealthSettings;
  /** The last exit code, while it is not running. */
  readonly exit: number | undefined;
  readonly answer: Answer | undefined;
  /** Ports on which it listens, as far as the system tells. */
  readonly listens: readonly number[];
  readonly log: readonly string[];
}

const lastLines = 10;

/** The end of a log, without empty lines. */
export function endOfLog(file: string): readonly string[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line.trim() !== "").slice(-lastLines);
  } catch {
    return [];
  }
}

/** Shells say `sh: 1: name: not found` or `sh: line 1: name: command not found`. */
function missingCommand(seen: Seen): string {
  const said = seen.log.map((line) => /([^:\s]+): (?:command )?not found$/.exec(line)?.[1]).findLast((name) => name !== undefined);
  return said ?? seen.start.split(/\s+/)[0] ?? seen.start;
}

function whyExited(seen: Seen, code: number): Trouble {
  if (code === 127)
    return {
      because: `command not found: ${missingCommand(seen)}`,
      details: [`"${seen.start}" needs it in the app's node_modules/.bin or on PATH`, ...seen.log],
    };
  if (code === 126)
    return {
      because: `"${seen.start}" cannot be run: exit code 126`,
      details: ["is the file executable, and its interpreter there?", ...seen.log],
    };
  if (code === 0)
    return {
      because: `"${seen.start}" ended with code 0, but it has to keep running`,
      details: ["start the server in the foreground, not in the background", ...seen.log],
    };
  const taken = portTaken(seen.log);
  if (taken !== undefined && taken !== seen.port)
    return { because: `it asked for port ${taken}, which is taken, not for PORT (${seen.port})`, details: [passPort(seen), ...seen.log] };
  const by = code > 128 ? ` (signal ${code - 128})` : "";
  return { because: `"${seen.start}" ended with code ${code}${by}`, details: seen.log };
}

/** The port that Node says another process has: two copies of an app that ignores PORT are in each other's way. */
function portTaken(log: readonly string[]): number | undefined {
  const text = log.join("\n");
  const port = /EADDRINUSE[^\n]*:(\d+)\b/.exec(text)?.[1] ?? /EADDRINUSE[^}]*\bport: (\d+)/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

const passPort = ({ start }: Seen) => `make it read PORT, or pass it, e.g. --start '${start} --port $PORT'`;

/** It lives, but no connection comes about. */
function whySilent(seen: Seen): Trouble {
  const others = seen.listens.filter((port) => port !== seen.port);
  if (others.length === 0)
    return { because: `it runs, but nothing listens on PORT (${seen.port})`, details: ["make it listen on the port in PORT", ...seen.log] };
  return {
    because: `it listens on ${others.join(", ")}, not on PORT (${seen.port})`,
    details: [passPort(seen), ...seen.log],
  };
}

/** Puts what was seen into a sentence that names the cause, and what to do. */
export function whyNotUp(seen: Seen): Trouble {
  if (seen.exit !== undefined) return whyExited(seen, seen.exit);
  if (seen.answer?.is === "status")
    return {
      because: `GET ${seen.health.path} answered ${seen.answer.status}`,
      details: ["200 to 399 is healthy; set health in services to a path that answers so", ...seen.log],
    };
  if (seen.answer?.is === "timeout")
    return {
      because: `GET ${seen.health.path} gave no answer within ${seen.health.timeout} ms`,
      details: ["set health in services to a path that answers at once", ...seen.log],
    };
  return whySilent(seen);
}
