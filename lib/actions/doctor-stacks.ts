import { UserError } from "../base/errors.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Step } from "./doctor-step.ts";
import { readMap } from "./environment-map.ts";
import type { Target } from "./target.ts";

/** A step for each stack that a deploy from here made, for somebody can have deleted it by hand. Pulumi has no stacks that AWS knows. */
export async function stackSteps({ folder, config, plan }: Target): Promise<readonly Step[]> {
  const map = config.engine === "cdk" ? await mapOf(folder, plan.environment) : undefined;
  return (map?.stacks ?? []).map(({ name, account, region }) => ({
    id: `stack ${name}`,
    what: `the stack ${name} is there, as the last deploy from here left it`,
    hint: "a deploy makes what is gone anew, without the data that was in it",
    question: { kind: "stack", region, account, name },
    run: [
      `aws cloudformation describe-stack-events --region ${region} --stack-name ${name} --max-items 20`,
      `sluice deploy ${plan.environment}`,
    ],
  }));
}

/** Undefined where the environment was never deployed from here. */
async function mapOf(folder: string, environment: string): Promise<EnvironmentMap | undefined> {
  try {
    return await readMap(folder, environment);
  } catch (error) {
    if (error instanceof UserError && error.code === "release/none") return undefined;
    throw error;
  }
}
