import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import type { Alarm } from "./alarm.ts";
import { personAlarm } from "./person-alarm.ts";

/**
 * An alarm on what the load balancer itself answers 5xx: copies that hang up or do not answer in time, or none to ask. No target group counts
 * those, and a request for which there was no copy counts as none (Elastic Load Balancing, "CloudWatch metrics for your Application Load
 * Balancer": HTTPCode_ELB_5XX_Count, RequestCount; A13).
 */
export function balancerAlarm(
  block: Block,
  balancerName: Value<string>,
  { errors }: Pick<Config["monitoring"], "errors">,
  topicArn: Value<string>,
): Alarm {
  const sum = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Stat: "Sum",
      Period: 60,
      Metric: { Namespace: "AWS/ApplicationELB", MetricName, Dimensions: [{ Name: "LoadBalancer", Value: balancerName }] },
    },
  });
  const share = "IF(FILL(requests, 0) > 0, 100 * FILL(errors, 0) / requests, 0)";
  return personAlarm(block, "balancer errors", topicArn, {
    AlarmDescription: "Share of requests that the load balancer itself answered 5xx, in %",
    Metrics: [
      { Id: "share", Label: "errors", ReturnData: true, Expression: `IF(FILL(errors, 0) > FILL(requests, 0), 100, ${share})` },
      sum("errors", "HTTPCode_ELB_5XX_Count"),
      sum("requests", "RequestCount"),
    ],
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: errors * 100,
  });
}
