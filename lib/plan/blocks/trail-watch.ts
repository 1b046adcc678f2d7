import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { LogGroup } from "./logs.ts";
import { onceAlarm } from "./person-alarm.ts";

/**
 * What in the record of API calls calls a person at once. The patterns are those that AWS checks for (AWS Security Hub CSPM User Guide,
 * "Security Hub CSPM controls for Amazon CloudWatch": CloudWatch.1, .5 and .7).
 */
const watched = [
  {
    thing: "root user",
    what: "Calls by the root user, whom nobody needs from day to day",
    pattern: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  },
  {
    thing: "trail changes",
    what: "Changes of a trail: the record may have stopped",
    pattern:
      "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
  },
  {
    thing: "lost keys",
    what: "Keys that were disabled or are going to be deleted, with all that they encrypt",
    pattern: "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }",
  },
] as const;

/** Counts the calls in the trail's log that nobody should make, and tells people of each (A11, A13). */
export function trailWatch(block: Block, log: LogGroup, topicArn: Value<string>): void {
  const namespace = block.name("stack", "audit");
  for (const { thing, what, pattern } of watched) {
    const metric = block.name("alarm", thing);
    block.add(
      `${thing} filter`,
      "AWS::Logs::MetricFilter",
      {
        FilterName: metric,
        LogGroupName: ref(log),
        FilterPattern: pattern,
        MetricTransformations: [{ MetricNamespace: namespace, MetricName: metric, MetricValue: "1", DefaultValue: 0, Unit: "Count" }],
      },
      { proves: ["A11"] },
    );
    onceAlarm(
      block,
      { thing: `${thing} alarm`, name: thing, topicArn, proves: ["A11", "A13"] },
      { AlarmDescription: what, Namespace: namespace, MetricName: metric, Statistic: "Sum", Period: 300 },
    );
  }
}
