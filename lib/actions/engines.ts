import path from "node:path";
import type { Config } from "../config/config.ts";
import { localState } from "../pipeline/state.ts";
import type { Engine, Progress } from "../ports/engine.ts";
import { installed } from "./installed.ts";
import type { Target } from "./target.ts";

/** What `engine` may be in the configuration, and what `--engine` puts in its place. */
export type EngineName = Config["engine"];

/** Makes an engine that tells what it does. */
export type MakeEngine = (tell: (progress: Progress) => void) => Engine;

/** Loads an engine for a target, which takes a second, so only what needs one does. Throws where it is not there. */
export async function loadEngine(name: EngineName, target: Pick<Target, "config" | "folder">): Promise<MakeEngine> {
  return await engines[name](target);
}

/** The optional packages that the Pulumi engine needs, for whoever lacks them to install. */
export const pulumiPackages = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/random"];
const cdkPackages = ["aws-cdk-lib", "constructs", "@aws-cdk/toolkit-lib"];

/** The same for each engine. */
export const enginePackages: Readonly<Record<EngineName, readonly string[]>> = { cdk: cdkPackages, pulumi: pulumiPackages };

const engines: Readonly<Record<EngineName, (target: Pick<Target, "config" | "folder">) => Promise<MakeEngine>>> = {
  cdk: () =>
    installed("the CDK engine", cdkPackages, async () => {
      const { cdkEngine } = await import("../engines/cdk/deploy.ts");
      return cdkEngine;
    }),
  pulumi: ({ config, folder }) =>
    installed("the Pulumi engine", pulumiPackages, async () => {
      const { pulumiEngine } = await import("../engines/pulumi/deploy.ts");
      const state = config.delivery?.pulumi ?? config.workflow;
      return pulumiEngine({
        project: config.project,
        config,
        folder: path.join(await localState(folder), "pulumi"),
        ...(state && { state }),
      });
    }),
};
