import type { Step } from "./doctor-step.ts";
import { readOwnMap } from "./environment-map.ts";
import type { Target } from "./target.ts";

/** A step for each stack that a deploy from here made, for somebody can have deleted it by hand. Pulumi has no stacks that AWS knows. */
export async function stackSteps({ folder, config, plan }: Target): Promise<readonly Step[]> {
  const map = config.engine === "cdk" ? await readOwnMap(folder, plan.environment) : undefined;
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
