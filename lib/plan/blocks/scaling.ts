import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Tasks } from "../../config/schema/compute.ts";
import type { Block } from "../stack.ts";
import { ref, sub } from "../template.ts";

interface ScalingNeeds {
  readonly clusterName: Value<string>;
  readonly serviceName: Value<string>;
  readonly compute: Tasks;
  /** Told when a service is renamed or two services scale alike: part of the policies' names. */
  readonly thing: string;
  /** One of two services between which a release moves traffic. It sets the fewest copies: none while the slot rests. */
  readonly held?: HeldSlot;
}

interface HeldSlot {
  readonly slot: Slot;
  readonly least: number;
  /** Balancer and target group, as metrics name them: the copies of a slot answer for its requests alone. */
  readonly label: Value<string>;
}

/** Copies come quickly and go slowly, so that a short dip costs no capacity. Seconds. */
const cooldowns = { ScaleOutCooldown: 60, ScaleInCooldown: 300 };

/** The number of copies follows CPU, memory and, of a slot, requests, each towards its target; the largest answer counts (A16). */
export function scaling(block: Block, { clusterName, serviceName, compute, thing, held }: ScalingNeeds): void {
  const before = held ? `${held.slot} ` : "";
  const target = block.add(
    `${before}Scaling target`,
    "AWS::ApplicationAutoScaling::ScalableTarget",
    {
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceId: sub("service/${Cluster}/${Service}", { Cluster: clusterName, Service: serviceName }),
      MinCapacity: held?.least ?? compute.count.min,
      MaxCapacity: compute.count.max,
      Tags: block.site.tags,
    },
    { ...(held && { releaseOwns: ["MinCapacity"] }), proves: ["A16"] },
  );
  for (const { what, metric, aim } of followed(compute.scaleOn, held)) {
    block.add(`${before}Scaling on ${what}`, "AWS::ApplicationAutoScaling::ScalingPolicy", {
      PolicyName: block.name("alarm", `${thing}-${what}`),
      PolicyType: "TargetTrackingScaling",
      ScalingTargetId: ref(target),
      TargetTrackingScalingPolicyConfiguration: { PredefinedMetricSpecification: metric, TargetValue: aim, ...cooldowns },
    });
  }
}

function followed({ cpu, memory, requests }: Tasks["scaleOn"], held: HeldSlot | undefined) {
  return [
    { what: "cpu", metric: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" }, aim: cpu },
    { what: "memory", metric: { PredefinedMetricType: "ECSServiceAverageMemoryUtilization" }, aim: memory },
    ...(held && requests !== undefined
      ? [{ what: "requests", metric: { PredefinedMetricType: "ALBRequestCountPerTarget", ResourceLabel: held.label }, aim: requests }]
      : []),
  ];
}
