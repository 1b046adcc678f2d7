import { Validations } from "aws-cdk-lib";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import type { Resource, Stack, Type } from "../../plan/template.ts";

/** What the validator that CDK runs at each synth finds of our resources, although nothing is wrong: people would learn to read past its warnings. */
interface NoFinding {
  readonly type: Type;
  readonly rule: string;
  readonly on: (resource: Resource) => boolean;
  readonly reason: string;
}

const none: readonly NoFinding[] = [
  {
    type: "AWS::EC2::Subnet",
    rule: "W3010",
    on: () => true,
    reason: "Each region has a template of its own, so the zones in it are always those of its region.",
  },
  {
    type: "AWS::RDS::DBInstance",
    rule: "E9006",
    on: ({ properties }) => "EngineVersion" in properties && /^\d+\.\d+$/.test(String(properties.EngineVersion)),
    reason:
      "RDS takes a release without a patch level, and gives the newest one that it recommends; the rule lists whole versions alone (ADR 0026).",
  },
];

/** Says of resources of the plan, and of no other in the app, what CDK need not warn about. */
export function acknowledge({ resources }: Stack, included: CfnInclude): void {
  for (const resource of resources)
    for (const { rule, reason } of none.filter(({ type, on }) => type === resource.type && on(resource)))
      Validations.of(included.getResource(resource.id)).acknowledge({ id: `CloudFormation-Validate::${rule}`, reason });
}
