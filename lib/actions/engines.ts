import { UserError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import type { Engine, Progress } from "../ports/engine.ts";
import { installed } from "./installed.ts";

export type EngineName = Config["engine"];

/** Makes an engine that tells what it does. */
export type MakeEngine = (tell: (progress: Progress) => void) => Engine;

/** Loads an engine, which takes a second, so only what needs one does. Throws where it is not there. */
export async function loadEngine(name: EngineName): Promise<MakeEngine> {
  return await engines[name]();
}

const engines: Readonly<Record<EngineName, () => Promise<MakeEngine>>> = {
  cdk: () =>
    installed("the CDK engine", ["aws-cdk-lib", "constructs", "@aws-cdk/toolkit-lib"], async () => {
      const { cdkEngine } = await import("../engines/cdk/deploy.ts");
      return cdkEngine;
    }),
  pulumi: () => {
    throw new UserError(
      "usage/invalid",
      "the Pulumi engine is not there yet",
      'deploy with the other one: --engine cdk, or engine: "cdk" in the configuration',
    );
  },
};
