import { type Answer, type ConcretePolicy, evaluate } from "../evaluate.ts";
import { isOf } from "../resolve.ts";
import { type Call, calls, type MadeRole } from "../roles.ts";
import type { World } from "../world.ts";
import { artifacts, registry, stages, throughS3, tools, worlds } from "./places.ts";

export const everything: ConcretePolicy = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** A role with what its own account lets it do. */
export type Asker = Pick<MadeRole, "arn" | "policies">;

const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/** The policies of what the accounts share, by the ARN of the resource or of something in it. */
export function policyOf(arn: string): ConcretePolicy {
  const role = worlds.flatMap(({ roles }) => roles).find((one) => one.arn === arn);
  if (role) return role.trust;
  const stacks = worlds.flatMap(({ resolved }) => resolved.plan.stacks.map((stack) => ({ resolved, stack })));
  for (const { resolved, stack } of stacks) {
    const of = (id: string) => resolved.of(stack.part, id, "Arn");
    const key = stack.resources.filter(isOf("AWS::KMS::Key")).find(({ id }) => of(id) === arn);
    if (key) return resolved.policy(stack, key.properties.KeyPolicy);
    const images = stack.resources.filter(isOf("AWS::ECR::Repository")).find(({ id }) => of(id) === arn);
    if (images) return resolved.policy(stack, images.properties.RepositoryPolicyText);
    const bucket = stack.resources
      .filter(isOf("AWS::S3::BucketPolicy"))
      .find(({ properties }) => arn.startsWith(`arn:aws:s3:::${resolved.text(stack, properties.Bucket)}/`));
    if (bucket) return resolved.policy(stack, bucket.properties.PolicyDocument);
  }
  throw new Error(`${arn} has no policy of its own`);
}

/** What AWS answers across accounts: both of them must allow (IAM User Guide, "Cross-account policy evaluation logic"). */
export function asks(who: Asker, call: Call, guard = policyOf(call.resource)): Answer {
  const request = {
    ...call,
    caller: { arn: who.arn },
    context: { "aws:SecureTransport": "true", "aws:PrincipalArn": who.arn, "kms:CallerAccount": accountOf(who.arn), ...call.context },
  };
  const own = evaluate(request, { identity: who.policies });
  const theirs = evaluate(request, { identity: [everything], resource: guard, ruledByResource: true });
  return own === "allowed" ? theirs : own;
}

/** A call of the delivery that one account's role makes on what is another's. */
export interface Step {
  readonly who: MadeRole;
  readonly call: Call;
}

const steps = (who: MadeRole, made: readonly Call[]): readonly Step[] => made.map((call) => ({ who, call }));

/** All calls of a delivery to a stage that cross accounts. */
export const deliveryTo = (stage: World): readonly Step[] => [
  ...steps(tools.role("image-build"), calls(stage.roleArn("stage-read"), ["sts:AssumeRole"])),
  ...steps(tools.role("pipeline"), calls(stage.roleArn("stage-deploy"), ["sts:AssumeRole"])),
  ...steps(stage.role("stage-deploy"), calls(`${artifacts}/billing/Scanned/a`, ["s3:GetObject", "s3:GetObjectVersion"])),
  ...steps(stage.role("stage-deploy"), calls(tools.keyOf("artifacts"), ["kms:Decrypt"], throughS3)),
  ...steps(
    stage.role("api-execution"),
    calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
  ),
];

export const delivery: readonly Step[] = stages.flatMap(deliveryTo);
