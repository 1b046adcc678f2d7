import { DescribeTargetHealthCommand, type ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";

interface Of {
  readonly elb: ElasticLoadBalancingV2Client;
  /** ARN of the target group. */
  readonly group: string;
}

/** By a target's address or the id of its instance; none while the load balancer does not say: one that is new, or leaves. */
export async function targetHealthOf({ elb, group }: Of): Promise<ReadonlyMap<string, "healthy" | "unhealthy">> {
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return new Map(
    TargetHealthDescriptions.flatMap(({ Target, TargetHealth }) => {
      const state = TargetHealth?.State;
      return Target?.Id !== undefined && (state === "healthy" || state === "unhealthy") ? [[Target.Id, state] as const] : [];
    }),
  );
}

/** How many targets still finish their requests. */
export async function drainingOf({ elb, group }: Of): Promise<number> {
  const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === "draining").length;
}
