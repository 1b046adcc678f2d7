import { buildPlan } from "../../../lib/plan/build.ts";
import { readTemplates, type Templates } from "../template.ts";
import { config } from "./plans.ts";

/** System D where ECS itself shifts the traffic, in place of CodeDeploy. */
export const nativeConfig: typeof config = { ...config, rollout: { ...config.rollout, weightHolder: "ecs" } };

/** A plan of it with another rollout. */
export const rolledOut = (change: Partial<typeof config.rollout>): Templates =>
  readTemplates(buildPlan({ ...nativeConfig, rollout: { ...nativeConfig.rollout, ...change } }, "production"));

export const nativeProduction = rolledOut({});

/** Both environments, for tests that hold in each. */
export const nativeBoth: readonly (readonly [string, Templates])[] = [
  ["production", nativeProduction],
  ["staging", readTemplates(buildPlan(nativeConfig, "staging"))],
];
