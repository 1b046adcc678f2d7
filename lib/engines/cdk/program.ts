import { statSync } from "node:fs";
import path from "node:path";
import type { App } from "aws-cdk-lib";
import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import { type Asked, loadProject } from "../../config/load.ts";
import { buildPlan } from "../../plan/build.ts";
import { newApp, render } from "./render.ts";

/**
 * The app that `cdk` runs. `-c config=…` or SLUICE_CONFIG names a configuration file or its folder, `-c environment=…` an environment of it.
 * Returns what the process should end with.
 */
export async function program(app: App = newApp()): Promise<number> {
  try {
    const config = await configAt(asked(app, "config") ?? process.env.SLUICE_CONFIG ?? "examples/d-container-pipeline");
    render(app, buildPlan(config, asked(app, "environment") ?? "production"));
    app.synth();
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, code, details, fix } = error;
    process.stderr.write([`error: ${message} (${code})`, ...details.map((line) => `  ${line}`), `fix: ${fix}`, ""].join("\n"));
    return 2;
  }
}

function asked(app: App, name: string): string | undefined {
  const given: unknown = app.node.tryGetContext(name);
  return typeof given === "string" && given !== "" ? given : undefined;
}

const byContext: Asked = { file: "-c config=FILE", folder: "-c config=FOLDER" };

async function configAt(place: string): Promise<Config> {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? loadProject(place, undefined, byContext) : loadProject(path.dirname(place), place, byContext);
}
