import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource } from "../template.ts";
import type { Alarm } from "./alarms.ts";
import { productionPort } from "./balancer.ts";

/** Route 53 asks a host from all over the world, by TLS, whether it is well (B05; Amazon Route 53 Developer Guide, "Types of health checks"). */
export function healthCheck(block: Block, thing: string, host: Value<string>, path: string): Resource<"AWS::Route53::HealthCheck"> {
  return block.add(
    `${thing} health`,
    "AWS::Route53::HealthCheck",
    {
      HealthCheckConfig: {
        Type: "HTTPS",
        FullyQualifiedDomainName: host,
        Port: productionPort,
        ResourcePath: path,
        RequestInterval: 30,
        FailureThreshold: 3,
        EnableSNI: true,
      },
      HealthCheckTags: [...block.site.tags, { Key: "Name", Value: `${block.site.project} ${block.site.environment} ${thing}` }],
    },
    { proves: ["B05"] },
  );
}

/** An alarm on a name that does not answer. Its metric is in one region only (the same guide, "Monitoring health checks using CloudWatch"). */
export function healthAlarm(block: Block, thing: string, check: Resource<"AWS::Route53::HealthCheck">, topicArn: Value<string>): Alarm {
  return block.add(
    `${thing} health alarm`,
    "AWS::CloudWatch::Alarm",
    {
      AlarmName: block.name("alarm", `${thing}-dns-health`),
      AlarmDescription: `Route 53 gets no answer from ${thing}`,
      Namespace: "AWS/Route53",
      MetricName: "HealthCheckStatus",
      Dimensions: [{ Name: "HealthCheckId", Value: att(check, "HealthCheckId") }],
      Statistic: "Minimum",
      Period: 60,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: "breaching",
      AlarmActions: [topicArn],
      OKActions: [topicArn],
      Tags: block.site.tags,
    },
    { proves: ["B20"] },
  );
}
