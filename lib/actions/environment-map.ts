import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { instant } from "../base/time.ts";
import { writeWhole } from "../machine/whole-file.ts";
import { localState, writing } from "../pipeline/state.ts";
import type { Plan } from "../plan/template.ts";
import type { Outputs } from "../ports/engine.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { readKept, readKeptBeside } from "./kept-map.ts";
import type { Asked } from "./target.ts";

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
export async function readMap(asked: Asked): Promise<EnvironmentMap> {
  const { folder: project, environment } = asked;
  const here = await readOwnMap(project, environment);
  if (here) return here;
  let why: readonly string[] = [];
  try {
    const kept = await readKept(asked);
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
    `deploy it with: sluice deploy ${environment}; after pulumi up or cdk deploy run: sluice map ${environment} --outputs FILE; or bring its map, ${path.relative(project, file)}, from where it was deployed${known.length > 0 ? `; from here: ${known.join(", ")}` : ""}`,
    why,
  );
}

/**
 * The map of an environment for whoever acts on it: where one was deployed from elsewhere since, that one, which is then kept here as well. One read; what
 * keeps it from being made is told and stops nothing, as the map of this machine may well be the newest.
 */
export async function readNewestMap(asked: Asked, note: (text: string) => void): Promise<EnvironmentMap> {
  const { folder: project, environment } = asked;
  const here = await readMap(asked);
  try {
    const newer = await readNewerMap(project, here);
    if (!newer) return here;
    await writeMap(project, newer);
    note(`${deployedElsewhere(newer)} is taken from here on`);
    return newer;
  } catch (error) {
    // Without credentials nothing else is to be had either.
    if (!(error instanceof UserError) || error.code === "engine/no-credentials") throw error;
    note(`nobody knows whether ${environment} was deployed from elsewhere since: ${error.message}`);
    return here;
  }
}

/** The map of a deploy from elsewhere since the one that this machine has; undefined where there is none, and where this machine has none of its own. */
export async function readNewerMap(project: string, here: EnvironmentMap): Promise<EnvironmentMap | undefined> {
  if (!existsSync(fileOf(project, here.environment))) return undefined;
  return newerThan(here, await readKeptBeside(here));
}

/** What is kept, where that is of a deploy since. */
export const newerThan = (here: EnvironmentMap, kept: EnvironmentMap | undefined): EnvironmentMap | undefined =>
  kept && (kept.at ?? 0) > (here.at ?? 0) ? kept : undefined;

/** How such a map is told of. */
export const deployedElsewhere = ({ environment, at = instant(0) }: EnvironmentMap): string =>
  `${environment} was deployed from elsewhere at ${new Date(at).toISOString()}: what that deploy says of it`;

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
