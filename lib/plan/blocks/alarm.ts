import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** An alarm of CloudWatch, made here: deployments stop at it, or people hear of it. */
export type Alarm = Resource<"AWS::CloudWatch::Alarm">;

/** What every alarm has beside what it measures; the topic hears when it fires and when it is over. */
export interface AlarmNeeds {
  /** What it is in its block. */
  readonly thing: string;
  /** Its name beside the project's. */
  readonly name: string;
  readonly topicArn: Value<string>;
  readonly proves: readonly string[];
}

/** An alarm that tells people when it begins and when it ends (A13). */
export function alarm(
  block: Block,
  { thing, name, topicArn, proves }: AlarmNeeds,
  watched: Omit<Alarm["properties"], "AlarmName" | "AlarmActions" | "OKActions" | "Tags">,
): Alarm {
  return block.add(
    thing,
    "AWS::CloudWatch::Alarm",
    { AlarmName: block.name("alarm", name), ...watched, AlarmActions: [topicArn], OKActions: [topicArn], Tags: block.site.tags },
    { proves },
  );
}

/** Eight bad minutes of ten: time for a person. */
export const eightOfTen = { EvaluationPeriods: 10, DatapointsToAlarm: 8, TreatMissingData: "missing" };
