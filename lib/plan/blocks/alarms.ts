import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { att } from "../template.ts";
import { type Alarm, alarm, eightOfTen } from "./alarm.ts";
import type { Colours } from "./target-groups.ts";

interface TrafficAlarmNeeds {
  readonly thing: string;
  readonly limits: Config["monitoring"];
  readonly topicArn: Value<string>;
  readonly balancerName: Value<string>;
  /** Where each colour has a load balancer of its own. */
  readonly balancers?: Readonly<Record<Slot, Value<string>>>;
  readonly colours: Colours;
}

/** A service of ECS by its names, and how much of its CPU and memory is too much. */
export interface LoadAlarmNeeds {
  readonly thing: string;
  readonly limits: Config["monitoring"];
  readonly topicArn: Value<string>;
  readonly clusterName: Value<string>;
  readonly serviceName: Value<string>;
}

/** Alarms on what callers see, for each target group: what stops a deployment (A13, D02). */
export function trafficAlarms(block: Block, needs: TrafficAlarmNeeds): readonly Alarm[] {
  return slots.flatMap((slot) => [errorAlarm(block, slot, needs), latencyAlarm(block, slot, needs), healthAlarm(block, slot, needs)]);
}

/** Alarms on what a service uses: what a person should see to (A13). `of` tells the services of a stack apart. */
export function loadAlarms(block: Block, needs: LoadAlarmNeeds, of = "Service"): readonly Alarm[] {
  return [loadAlarm(block, of, needs, "cpu", "CPUUtilization"), loadAlarm(block, of, needs, "memory", "MemoryUtilization")];
}

function errorAlarm(block: Block, slot: Slot, needs: TrafficAlarmNeeds): Alarm {
  const sum = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Stat: "Sum", Period: 60, Metric: { Namespace: "AWS/ApplicationELB", MetricName, Dimensions: dimensions(slot, needs) } },
  });
  return trafficAlarm(block, slot, "errors", needs, {
    AlarmDescription: `Share of requests to ${slot} that were answered 5xx, in %`,
    Metrics: [
      // Without requests there is no share, and no reason for an alarm.
      { Id: "share", Label: "errors", ReturnData: true, Expression: "IF(FILL(requests, 0) > 0, 100 * FILL(errors, 0) / requests, 0)" },
      sum("errors", "HTTPCode_Target_5XX_Count"),
      sum("requests", "RequestCount"),
    ],
    Threshold: needs.limits.errors * 100,
  });
}

function latencyAlarm(block: Block, slot: Slot, needs: TrafficAlarmNeeds): Alarm {
  return trafficAlarm(block, slot, "latency", needs, {
    AlarmDescription: `Time in seconds within which ${slot} answers 95 % of the requests`,
    Namespace: "AWS/ApplicationELB",
    MetricName: "TargetResponseTime",
    ExtendedStatistic: "p95",
    Period: 60,
    Dimensions: dimensions(slot, needs),
    Threshold: needs.limits.p95 / 1000,
  });
}

function healthAlarm(block: Block, slot: Slot, needs: TrafficAlarmNeeds): Alarm {
  return trafficAlarm(block, slot, "unhealthy", needs, {
    AlarmDescription: `Copies in ${slot} that fail their health check`,
    Namespace: "AWS/ApplicationELB",
    MetricName: "UnHealthyHostCount",
    Statistic: "Maximum",
    Period: 60,
    Dimensions: dimensions(slot, needs),
    Threshold: 0,
  });
}

const dimensions = (slot: Slot, { balancerName, balancers, colours }: TrafficAlarmNeeds) => [
  { Name: "LoadBalancer", Value: balancers?.[slot] ?? balancerName },
  { Name: "TargetGroup", Value: att(colours[slot], "TargetGroupFullName") },
];

type Watched = Pick<
  Alarm["properties"],
  "AlarmDescription" | "Dimensions" | "ExtendedStatistic" | "MetricName" | "Metrics" | "Namespace" | "Period" | "Statistic" | "Threshold"
>;

function trafficAlarm(block: Block, slot: Slot, what: string, { thing, topicArn }: TrafficAlarmNeeds, watched: Watched): Alarm {
  return alarm(
    block,
    { thing: `${slot} ${what}`, name: `${thing}-${slot}-${what}`, topicArn, proves: ["A13", "D02"] },
    { ...watched, ...twoOfThree },
  );
}

/** One bad minute is no alarm, two of three are. A colour without traffic has no data and is well. */
const twoOfThree = {
  ComparisonOperator: "GreaterThanThreshold",
  EvaluationPeriods: 3,
  DatapointsToAlarm: 2,
  TreatMissingData: "notBreaching",
};

function loadAlarm(block: Block, of: string, needs: LoadAlarmNeeds, what: "cpu" | "memory", metric: string): Alarm {
  const { thing, topicArn, clusterName, serviceName, limits } = needs;
  return alarm(
    block,
    { thing: `${of} ${what}`, name: `${thing}-${what}`, topicArn, proves: ["A13"] },
    {
      AlarmDescription: `${what} use of the service in %, over all copies`,
      Namespace: "AWS/ECS",
      MetricName: metric,
      Statistic: "Average",
      Period: 60,
      Dimensions: [
        { Name: "ClusterName", Value: clusterName },
        { Name: "ServiceName", Value: serviceName },
      ],
      ComparisonOperator: "GreaterThanThreshold",
      ...eightOfTen,
      Threshold: limits[what],
    },
  );
}
