import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { type Alarm, type AlarmNeeds, alarm, eightOfTen } from "./alarm.ts";

type Watched = Pick<
  Alarm["properties"],
  "AlarmDescription" | "ComparisonOperator" | "Dimensions" | "MetricName" | "Metrics" | "Namespace" | "Period" | "Statistic" | "Threshold"
>;

/** An alarm that calls a person: eight bad minutes of ten. `thing` is its name beside the project's. */
export function personAlarm(block: Block, thing: string, topicArn: Value<string>, watched: Watched): Alarm {
  return alarm(block, { thing: `${thing} alarm`, name: thing, topicArn, proves: ["A13", "B20"] }, { ...watched, ...eightOfTen });
}

type Counted = Pick<Alarm["properties"], "AlarmDescription" | "Dimensions" | "MetricName" | "Namespace" | "Period" | "Statistic">;

/** An alarm on something that should not happen once, in five minutes say; it ends after as long without another one (C08). */
export function onceAlarm(block: Block, needs: AlarmNeeds, watched: Counted, Threshold = 0): Alarm {
  return alarm(block, needs, {
    ...watched,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold,
    EvaluationPeriods: 1,
    TreatMissingData: "notBreaching",
  });
}
