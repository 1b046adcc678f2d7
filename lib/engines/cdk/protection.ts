import { physicalName } from "../../plan/physical-name.ts";
import type { Plan, Type } from "../../plan/template.ts";
import type { ResourceProgress } from "../../ports/engine.ts";

/** What takes away the protection that AWS has of its own, by type. */
const lifts: { readonly [type in Type]?: (name: string, region: string) => string } = {
  "AWS::DynamoDB::Table": (name, region) =>
    `aws dynamodb update-table --region ${region} --table-name ${name} --no-deletion-protection-enabled`,
  "AWS::ElasticLoadBalancingV2::LoadBalancer": (name, region) =>
    `aws elbv2 modify-load-balancer-attributes --region ${region} --attributes Key=deletion_protection.enabled,Value=false --load-balancer-arn $(aws elbv2 describe-load-balancers --region ${region} --names ${name} --query "LoadBalancers[0].LoadBalancerArn" --output text)`,
  "AWS::RDS::DBInstance": (name, region) =>
    `aws rds modify-db-instance --region ${region} --db-instance-identifier ${name} --no-deletion-protection --apply-immediately`,
};

/**
 * The commands that end a stack which failed when it was first made, and which CloudFormation could not take away again, because AWS deletes
 * nothing that is protected (Amazon RDS User Guide, "Deleting a DB instance"; AWS CloudFormation User Guide, "Protect CloudFormation stacks
 * from being deleted"). Until then no deploy goes on. Empty where that is not why.
 */
export function endsHalfMade({ stacks }: Plan, name: string, failed: readonly ResourceProgress[]): readonly string[] {
  const stack = stacks.find((one) => one.name === name);
  if (!stack) return [];
  const lifted = stack.resources.flatMap((resource) => {
    const refused = failed.some((one) => one.stack === name && one.id === resource.id && one.does === "delete");
    const [lift, named] = [lifts[resource.type], physicalName(resource)];
    return refused && resource.protect && lift && named !== undefined ? [lift(named, stack.region)] : [];
  });
  const at = `--region ${stack.region} --stack-name ${name}`;
  return lifted.length === 0
    ? []
    : [
        ...lifted,
        ...(stack.protect ? [`aws cloudformation update-termination-protection ${at} --no-enable-termination-protection`] : []),
        `aws cloudformation delete-stack ${at}`,
      ];
}
