import { statSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../base/errors.ts";
import { configOf } from "../../config/check.ts";
import type { Config } from "../../config/config.ts";
import { type Asked, configFile, readGiven } from "../../config/load.ts";
import { buildPlan } from "../../plan/build.ts";
import type { Plan } from "../../plan/template.ts";
import { stated, stateOver } from "./overlay.ts";
import { refuseJump } from "./previous.ts";
import { environmentProgram, type Rendered } from "./program.ts";

/** The configuration that is deployed where the stack names none. */
const usual = "examples/b-dev-to-production";

/**
 * The program that `pulumi up` runs: an environment of a configuration, with what the stack's own configuration says over it. Mistakes and moves
 * that are no legal step of a migration are refused before any resource is registered. Returns the outputs of every stack of the plan.
 */
export async function tap(): Promise<Rendered["outputs"]> {
  const { config, plan } = await stackPlan();
  return environmentProgram(config.project, plan);
}

/** What that program makes resources of. Throws for mistakes, and for a move that is no legal step. */
export async function stackPlan(): Promise<{ readonly config: Config; readonly plan: Plan }> {
  try {
    const { config: place = usual, environment, sections } = stated();
    const config = configOf(stateOver(await readGiven(fileAt(place), byStack), sections));
    const plan = buildPlan(config, environment);
    await refuseJump(config, plan);
    return { config, plan };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Pulumi shows the message of a RunError, and the stack of any other.
    throw new pulumi.RunError([error.message, ...error.details.map((line) => `  ${line}`), `fix: ${error.fix}`].join("\n"));
  }
}

const byStack: Asked = { file: "pulumi config set config FILE", folder: "pulumi config set config FOLDER" };

/** Pulumi runs the program in the folder of `main`, and people write paths from that of Pulumi.yaml (Pulumi documentation, "Projects"). */
function fileAt(said: string): string {
  const root = pulumi.getRootDirectory();
  // Where no CLI says it, this is a word and no path.
  const place = path.resolve(path.isAbsolute(root) ? root : ".", said);
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? configFile(place, undefined, byStack) : configFile(path.dirname(place), place, byStack);
  if (file !== undefined) return file;
  throw new UserError("config/unreadable", `${said} has no sluice.config.ts`, `name another folder: ${byStack.folder}`);
}
