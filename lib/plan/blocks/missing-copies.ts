import type { Block } from "../stack.ts";
import type { Alarm, LoadAlarmNeeds } from "./alarms.ts";

/** An alarm on a service that runs fewer copies than it should (A13; CloudWatch User Guide, "Amazon ECS Container Insights metrics"). */
export function missingCopiesAlarm(block: Block, { thing, topicArn, clusterName, serviceName }: LoadAlarmNeeds, of = "Service"): Alarm {
  const Dimensions = [
    { Name: "ClusterName", Value: clusterName },
    { Name: "ServiceName", Value: serviceName },
  ];
  const copies = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Stat: "Average", Period: 60, Metric: { Namespace: "ECS/ContainerInsights", MetricName, Dimensions } },
  });
  return block.add(
    `${of} missing copies`,
    "AWS::CloudWatch::Alarm",
    {
      AlarmName: block.name("alarm", `${thing}-missing-copies`),
      AlarmDescription: "Copies of the service that should run and do not",
      Metrics: [
        { Id: "missing", Label: "missing", ReturnData: true, Expression: "wanted - running" },
        copies("wanted", "DesiredTaskCount"),
        copies("running", "RunningTaskCount"),
      ],
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      // A release and scaling start copies too; five minutes are enough for both.
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      TreatMissingData: "missing",
      AlarmActions: [topicArn],
      OKActions: [topicArn],
      Tags: block.site.tags,
    },
    { proves: ["A13"] },
  );
}
