import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { writeWhole } from "../machine/whole-file.ts";
import { localState, writing } from "../pipeline/state.ts";
import type { Plan } from "../plan/template.ts";
import type { Outputs } from "../ports/engine.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { readKept, readKeptBeside } from "./kept-map.ts";

/** The map of what a plan became. Throws where AWS has not told an output of the plan. */
export function environmentMapOf({ environment, stacks }: Plan, outputs: Outputs): EnvironmentMap {
  return {
    v: 1,
    environment,
    stacks: stacks.map(({ part, name, account, region, outputs: wanted }) => {
      const told = outputs[name] ?? {};
      const value = (output: string): string => {
        const found = told[output];
        if (found === undefined) throw new Error(`${name} has no output ${output}, though it is deployed`);
        return found;
      };
      return { part, name, account, region, outputs: Object.fromEntries(wanted.map((output) => [output.name, value(output.name)])) };
    }),
  };
}

/** Writes a map below the project's state folder, whole or not at all, and returns the file. */
export async function writeMap(project: string, map: EnvironmentMap): Promise<string> {
  const state = await localState(project);
  const file = fileOf(project, map.environment);
  await writing(state, async () => {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeWhole(file, `${JSON.stringify(map, undefined, 2)}\n`);
  });
  return file;
}

/** The map of an environment that was deployed from here, or from elsewhere to where its ledger is. Throws `release/none` where there is none. */
export async function readMap(project: string, environment: string): Promise<EnvironmentMap> {
  const here = await readOwnMap(project, environment);
  if (here) return here;
  let why: readonly string[] = [];
  try {
    const kept = await readKept(project, environment);
    if (kept) return kept;
  } catch (error) {
    if (!(error instanceof UserError) || error.code === "plan/environment") throw error;
    // Nobody knows whether it was deployed: to deploy it again is not what helps.
    if (unanswered.includes(error.code)) throw unread(project, environment, error);
    why = [`its map beside the ledger was not to be had: ${error.message}`];
  }
  const file = fileOf(project, environment);
  const folder = path.dirname(file);
  const known = existsSync(folder) ? (await readdir(folder)).map((name) => `"${path.parse(name).name}"`) : [];
  throw new UserError(
    "release/none",
    `"${environment}" was never deployed from ${path.resolve(project)}`,
    `deploy it with: sluice deploy ${environment}, or bring its map, ${path.relative(project, file)}, from where it was deployed${known.length > 0 ? `; from here: ${known.join(", ")}` : ""}`,
    why,
  );
}

/**
 * The map of an environment for whoever acts on it: where one was deployed from elsewhere since, that one, which is then kept here as well. One read; what
 * keeps it from being made is told and stops nothing, as the map of this machine may well be the newest.
 */
export async function readNewestMap(project: string, environment: string, note: (text: string) => void): Promise<EnvironmentMap> {
  const here = await readMap(project, environment);
  if (!existsSync(fileOf(project, environment))) return here;
  try {
    const kept = await readKeptBeside(here);
    if (!kept || (kept.at ?? 0) <= (here.at ?? 0)) return here;
    await writeMap(project, kept);
    note(
      `${environment} was deployed from elsewhere at ${new Date(kept.at ?? 0).toISOString()}: what that deploy says of it is taken from here on`,
    );
    return kept;
  } catch (error) {
    // Without credentials nothing else is to be had either.
    if (!(error instanceof UserError) || error.code === "engine/no-credentials") throw error;
    note(`nobody knows whether ${environment} was deployed from elsewhere since: ${error.message}`);
    return here;
  }
}
/** Codes by which AWS has told nothing. */
const unanswered: readonly string[] = ["engine/failed", "engine/no-credentials"];

const unread = (project: string, environment: string, { code, message, fix, details }: UserError): UserError =>
  new UserError(
    code,
    `the map of "${environment}" is not on this machine, and its ledger does not tell it: ${message}`,
    `${fix}; or bring ${path.relative(project, fileOf(project, environment))} from where it was deployed`,
    details,
  );

/** The map of an environment that was deployed from here, or undefined. Asks AWS nothing. */
export async function readOwnMap(project: string, environment: string): Promise<EnvironmentMap | undefined> {
  const file = fileOf(project, environment);
  // Written whole by `writeMap`, and by nobody else.
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : undefined;
}

/** Takes away the map of what is gone. */
export async function removeMap(project: string, environment: string): Promise<void> {
  const file = fileOf(project, environment);
  if (existsSync(file)) await writing(path.dirname(file), () => rm(file, { force: true }));
}

const fileOf = (project: string, environment: string): string => path.join(project, ".sluice", "environments", `${environment}.json`);
