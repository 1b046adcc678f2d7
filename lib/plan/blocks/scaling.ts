import type { Value } from "../../aws/value.ts";
import type { Service } from "../../config/schema/service.ts";
import type { Block } from "../stack.ts";
import { ref, sub } from "../template.ts";

export interface ScalingNeeds {
  readonly clusterName: Value<string>;
  readonly serviceName: Value<string>;
  readonly compute: NonNullable<Service["compute"]>;
  /** Told when a service is renamed or two services scale alike: part of the policies' names. */
  readonly thing: string;
}

/** Copies come quickly and go slowly, so that a short dip costs no capacity. Seconds. */
const cooldowns = { ScaleOutCooldown: 60, ScaleInCooldown: 300 };

/** The number of copies follows CPU and memory, each towards its target; the larger answer counts (A16). */
export function scaling(block: Block, { clusterName, serviceName, compute, thing }: ScalingNeeds): void {
  const target = block.add(
    "Scaling target",
    "AWS::ApplicationAutoScaling::ScalableTarget",
    {
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: sub("service/${Cluster}/${Service}", { Cluster: clusterName, Service: serviceName }),
      MinCapacity: compute.count.min,
      MaxCapacity: compute.count.max,
      Tags: block.site.tags,
    },
    { proves: ["A16"] },
  );
  const follows = {
    cpu: ["ECSServiceAverageCPUUtilization", compute.scaleOn.cpu],
    memory: ["ECSServiceAverageMemoryUtilization", compute.scaleOn.memory],
  } as const;
  for (const [what, [metric, aim]] of Object.entries(follows)) {
    block.add(`Scaling on ${what}`, "AWS::ApplicationAutoScaling::ScalingPolicy", {
      PolicyName: block.name("alarm", `${thing}-${what}`),
      PolicyType: "TargetTrackingScaling",
      ScalingTargetId: ref(target),
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: metric },
        TargetValue: aim,
        ...cooldowns,
      },
    });
  }
}
