import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { Fleet } from "./fleet.ts";
import { shortfall } from "./missing-copies.ts";
import { personAlarm } from "./person-alarm.ts";

/** Alarms on a fleet that works too hard, and on one that lacks instances, whatever number it is to have (B20). */
export function fleetAlarms(block: Block, slot: Slot, fleet: Fleet, { cpu }: Config["monitoring"], topicArn: Value<string>): void {
  const Dimensions = [{ Name: "AutoScalingGroupName", Value: ref(fleet) }];
  personAlarm(block, `${slot} cpu`, topicArn, {
    AlarmDescription: `CPU use of ${slot} in %`,
    Namespace: "AWS/EC2",
    MetricName: "CPUUtilization",
    Dimensions,
    Statistic: "Average",
    Period: 60,
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: cpu,
  });
  personAlarm(block, `${slot} missing`, topicArn, {
    AlarmDescription: `Instances that ${slot} should have and has not`,
    Metrics: shortfall({
      namespace: "AWS/AutoScaling",
      dimensions: Dimensions,
      wanted: "GroupDesiredCapacity",
      present: "GroupInServiceInstances",
      doing: "working",
    }),
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
  });
}
