import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Instances } from "../../config/schema/compute.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import type { Fleet } from "./fleet.ts";

interface FleetScalingNeeds {
  readonly service: string;
  readonly scaleOn: Instances["scaleOn"];
  readonly fleet: Fleet;
  /** The balancer and the target group, as metrics name them. */
  readonly label: Value<string>;
  /** What sends requests to the target group: AWS refuses to follow the requests of one that no balancer uses. */
  readonly routedBy: readonly Resource[];
}

/** CPU use in % above the target from which on two more instances start at once, and the share of the target below which one goes. */
const surge = 20;
const idleShare = 0.5;

/**
 * Grows a fleet towards its targets, faster in a surge, and shrinks it slowly (B03). Target tracking only adds: a step policy takes away, and
 * both doing so would work against each other (Amazon EC2 Auto Scaling User Guide, "Target tracking scaling policies": disable the scale-in
 * portion to scale in by another method).
 */
export function fleetScaling(block: Block, slot: Slot, needs: FleetScalingNeeds): void {
  const { fleet, scaleOn, label, routedBy } = needs;
  const AutoScalingGroupName = ref(fleet);
  const follow = (
    what: string,
    PredefinedMetricSpecification: { PredefinedMetricType: string; ResourceLabel?: Value<string> },
    TargetValue: number,
  ) =>
    block.add(
      `${slot} follows ${what}`,
      "AWS::AutoScaling::ScalingPolicy",
      {
        AutoScalingGroupName,
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: { PredefinedMetricSpecification, TargetValue, DisableScaleIn: true },
      },
      { ...(what === "requests" && { after: routedBy }), proves: ["B03", "B18"] },
    );
  follow("cpu", { PredefinedMetricType: "ASGAverageCPUUtilization" }, scaleOn.cpu);
  if (scaleOn.requests !== undefined)
    follow("requests", { PredefinedMetricType: "ALBRequestCountPerTarget", ResourceLabel: label }, scaleOn.requests);
  const high = Math.min(95, scaleOn.cpu + surge);
  step(block, slot, needs, { what: "up", threshold: high, adjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }] });
  step(block, slot, needs, {
    what: "down",
    threshold: Math.floor(scaleOn.cpu * idleShare),
    adjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }],
  });
}

interface Step {
  readonly what: "up" | "down";
  readonly threshold: number;
  /** Bounds are distances from the threshold. */
  readonly adjustments: readonly { MetricIntervalLowerBound?: number; MetricIntervalUpperBound?: number; ScalingAdjustment: number }[];
}

function step(block: Block, slot: Slot, { service, fleet }: FleetScalingNeeds, { what, threshold, adjustments }: Step): void {
  const policy = block.add(
    `${slot} steps ${what}`,
    "AWS::AutoScaling::ScalingPolicy",
    {
      AutoScalingGroupName: ref(fleet),
      PolicyType: "StepScaling",
      AdjustmentType: "ChangeInCapacity",
      MetricAggregationType: "Average",
      StepAdjustments: adjustments,
    },
    { proves: ["B03"] },
  );
  block.add(`${slot} steps ${what} alarm`, "AWS::CloudWatch::Alarm", {
    AlarmName: block.name("alarm", `${service}-${slot}-steps-${what}`),
    AlarmDescription: `CPU use of ${slot} in %, from which on it scales ${what}`,
    Namespace: "AWS/EC2",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "AutoScalingGroupName", Value: ref(fleet) }],
    Statistic: "Average",
    Period: 60,
    Threshold: threshold,
    ...(what === "up"
      ? { ComparisonOperator: "GreaterThanOrEqualToThreshold", EvaluationPeriods: 2 }
      : { ComparisonOperator: "LessThanOrEqualToThreshold", EvaluationPeriods: 15 }),
    TreatMissingData: "notBreaching",
    AlarmActions: [ref(policy)],
    Tags: block.site.tags,
  });
}
