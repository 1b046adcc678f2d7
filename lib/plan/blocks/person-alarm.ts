import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Alarm } from "./alarms.ts";

type Watched = Pick<
  Alarm["properties"],
  "AlarmDescription" | "ComparisonOperator" | "Dimensions" | "MetricName" | "Metrics" | "Namespace" | "Period" | "Statistic" | "Threshold"
>;

/** An alarm that calls a person: eight bad minutes of ten. `thing` is its name beside the project's. */
export function personAlarm(block: Block, thing: string, topicArn: Value<string>, watched: Watched): Alarm {
  return block.add(
    `${thing} alarm`,
    "AWS::CloudWatch::Alarm",
    {
      AlarmName: block.name("alarm", thing),
      ...watched,
      EvaluationPeriods: 10,
      DatapointsToAlarm: 8,
      TreatMissingData: "missing",
      AlarmActions: [topicArn],
      OKActions: [topicArn],
      Tags: block.site.tags,
    },
    { proves: ["A13", "B20"] },
  );
}
