import type { Block } from "../stack.ts";
import { type Alarm, alarm } from "./alarm.ts";
import type { LoadAlarmNeeds } from "./alarms.ts";

/** What one of two counts lacks of the other. The two are named, as the formula and the chart of the alarm show them. */
export interface Shortfall {
  readonly namespace: string;
  readonly dimensions: NonNullable<Alarm["properties"]["Dimensions"]>;
  readonly wanted: string;
  readonly present: string;
  /** What the present ones do, such as `running`. */
  readonly doing: string;
}

/** Metrics of an alarm: how many are missing. */
export function shortfall({ namespace, dimensions, wanted, present, doing }: Shortfall) {
  const count = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Stat: "Average", Period: 60, Metric: { Namespace: namespace, MetricName, Dimensions: dimensions } },
  });
  return [
    { Id: "missing", Label: "missing", ReturnData: true, Expression: `wanted - ${doing}` },
    count("wanted", wanted),
    count(doing, present),
  ];
}

/** An alarm on a service that runs fewer copies than it should (A13; CloudWatch User Guide, "Amazon ECS Container Insights metrics"). */
export function missingCopiesAlarm(block: Block, { thing, topicArn, clusterName, serviceName }: LoadAlarmNeeds, of = "Service"): Alarm {
  return alarm(
    block,
    { thing: `${of} missing copies`, name: `${thing}-missing-copies`, topicArn, proves: ["A13"] },
    {
      AlarmDescription: "Copies of the service that should run and do not",
      Metrics: shortfall({
        namespace: "ECS/ContainerInsights",
        dimensions: [
          { Name: "ClusterName", Value: clusterName },
          { Name: "ServiceName", Value: serviceName },
        ],
        wanted: "DesiredTaskCount",
        present: "RunningTaskCount",
        doing: "running",
      }),
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      // A release and scaling start copies too; five minutes are enough for both.
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      TreatMissingData: "missing",
    },
  );
}
