import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";

/** The copies of one colour, as a load balancer knows them. */
export type TargetGroup = Resource<"AWS::ElasticLoadBalancingV2::TargetGroup">;

/** Both target groups of a service; which of them is live changes with every release, and no plan knows it. */
export type Colours = Readonly<Record<Slot, TargetGroup>>;

interface TargetNeeds {
  readonly service: string;
  /** Tasks are registered by their address, machines by their id. */
  readonly targets?: "ip" | "instance";
  readonly vpcId: Value<string>;
  readonly port: number;
  readonly health: string;
  /** How long a copy may finish its requests when it leaves, in seconds. */
  readonly drainSeconds: number;
}

/** The two target groups of a service: the balancer splits traffic between them (A09, B04, D02). */
export function targetGroups(block: Block, needs: TargetNeeds): Colours {
  const [blue, green] = slots.map((slot) => targetGroup(block, slot, needs));
  if (!blue || !green) throw new Error("a release has two slots");
  block.stack.output("BlueTargetGroupArn", ref(blue), "Target group of blue");
  block.stack.output("GreenTargetGroupArn", ref(green), "Target group of green");
  return { blue, green };
}

function targetGroup(block: Block, slot: Slot, { service, targets = "ip", vpcId, port, health, drainSeconds }: TargetNeeds): TargetGroup {
  return block.add(
    `${slot} targets`,
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    {
      Name: block.name("target-group", `${service}-${slot}`),
      VpcId: vpcId,
      TargetType: targets,
      Protocol: "HTTP",
      Port: port,
      HealthCheckProtocol: "HTTP",
      HealthCheckPath: health,
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: "200-399" },
      TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(drainSeconds) }],
      Tags: block.site.tags,
    },
    { proves: ["A09", "B04", "D02"] },
  );
}
