import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource } from "../template.ts";
import { type Alarm, alarm } from "./alarm.ts";
import { productionPort } from "./balancer.ts";

/** Whether an address answers from outside, asked by Route 53 from several places of the world. */
export type HealthCheck = Resource<"AWS::Route53::HealthCheck">;

/** Route 53 asks a host from all over the world, by TLS, whether it is well (B05; Amazon Route 53 Developer Guide, "Types of health checks"). */
export function healthCheck(block: Block, thing: string, host: Value<string>, path: string): HealthCheck {
  return block.add(
    `${thing} health`,
    "AWS::Route53::HealthCheck",
    {
      HealthCheckConfig: { ...byTls(host, path), RequestInterval: 30, FailureThreshold: 3, EnableSNI: true },
      HealthCheckTags: [...block.site.tags, { Key: "Name", Value: `${block.site.project} ${block.site.environment} ${thing}` }],
    },
    { proves: ["B05"] },
  );
}

/** The same for a name that fails over: asked more often, and how long answers take is kept (A12). */
export function failoverCheck(block: Block, host: Value<string>, path: string): HealthCheck {
  return block.add(
    "Health check",
    "AWS::Route53::HealthCheck",
    {
      HealthCheckConfig: { ...byTls(host, path), EnableSNI: true, RequestInterval: 10, FailureThreshold: 3, MeasureLatency: true },
      HealthCheckTags: [...block.site.tags, { Key: "Name", Value: block.name("stack", "health") }],
    },
    { proves: ["A12"] },
  );
}

const byTls = (host: Value<string>, path: string) => ({
  Type: "HTTPS" as const,
  FullyQualifiedDomainName: host,
  Port: productionPort,
  ResourcePath: path,
});

/** An alarm on a name that does not answer. Its metric is in one region only (the same guide, "Monitoring health checks using CloudWatch"). */
export function healthAlarm(block: Block, thing: string, check: HealthCheck, topicArn: Value<string>): Alarm {
  return alarm(
    block,
    { thing: `${thing} health alarm`, name: `${thing}-dns-health`, topicArn, proves: ["B20"] },
    {
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
    },
  );
}
