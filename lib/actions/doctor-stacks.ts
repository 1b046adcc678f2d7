import type { Config } from "../config/config.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Step } from "./doctor-step.ts";

/** A step for each stack that a deploy made, for somebody can have deleted it by hand. Pulumi has no stacks that AWS knows. */
export function stackSteps({ stacks, environment }: EnvironmentMap, engine: Config["engine"]): readonly Step[] {
  if (engine !== "cdk") return [];
  return stacks.map(({ name, account, region }) => ({
    id: `stack ${name}`,
    what: `the stack ${name} is there, as the last deploy left it`,
    hint: "a deploy makes what is gone anew, without the data that was in it",
    question: { kind: "stack", region, account, name },
    run: [
      `aws cloudformation describe-stack-events --region ${region} --stack-name ${name} --max-items 20`,
      `sluice deploy ${environment}`,
    ],
  }));
}
