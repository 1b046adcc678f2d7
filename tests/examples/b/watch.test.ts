import { expect, it } from "vitest";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Found, Part, Templates } from "../template.ts";
import { both, byName, config, production } from "./plans.ts";

const all = [...both, ["production, by name", byName] as const];
const slots = ["Blue", "Green"] as const;
type Slot = (typeof slots)[number];

const alarmsOf = (templates: Templates): readonly Found[] => templates.all("AWS::CloudWatch::Alarm");
const alarmOn = (templates: Templates, id: string): Found => templates.one("AWS::CloudWatch::Alarm", (one) => one.id === id);

/** What an alarm measures: its own metric, or those that its expression is made of. */
const metricsOf = (alarm: Found): readonly Part[] => {
  const inExpression = alarm.parts("Metrics").filter((one) => one.at("MetricStat.Metric"));
  return inExpression.length > 0 ? inExpression.flatMap((one) => one.parts("MetricStat.Metric")) : [alarm];
};

/** The dimensions under which AWS publishes the metrics of a service, for the colour that an alarm is about. */
function published(templates: Templates, namespace: string, slot: Slot | undefined): unknown {
  const one = (Name: string, Value: unknown) => [{ Name, Value }];
  const fleet = slot && templates.one("AWS::AutoScaling::AutoScalingGroup", ({ id }) => id === `Fleets${slot}Fleet`);
  switch (namespace) {
    // Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": metrics of targets.
    case "AWS/ApplicationELB": {
      const targets = templates.one("AWS::ElasticLoadBalancingV2::TargetGroup", ({ id }) => id === `Service${slot}Targets`);
      return [
        { Name: "LoadBalancer", Value: balancerOf(templates, slot).attribute("LoadBalancerFullName") },
        { Name: "TargetGroup", Value: targets.attribute("TargetGroupFullName") },
      ];
    }
    // Amazon EC2 User Guide, "CloudWatch metrics that are available for your instances"; Amazon EC2 Auto Scaling User Guide, the same.
    case "AWS/EC2":
    case "AWS/AutoScaling":
      return one("AutoScalingGroupName", fleet?.ref);
    // Amazon RDS User Guide, "Amazon CloudWatch dimensions for Amazon RDS".
    case "AWS/RDS":
      return one("DBInstanceIdentifier", templates.one("AWS::RDS::DBInstance").ref);
    default:
      return undefined;
  }
}

const balancerOf = (templates: Templates, slot: Slot | undefined): Found =>
  templates.one("AWS::ElasticLoadBalancingV2::LoadBalancer", ({ id }) => id === "EdgeBalancer" || id === `Edge${slot}Balancer`);

it.each(all)("B20 every alarm measures what it is about, by the dimensions that AWS publishes (%s)", (_name, templates) => {
  const others = alarmsOf(templates).filter((one) => one.at("Namespace") !== "AWS/Route53");
  expect(others.length).toBeGreaterThan(15);
  for (const alarm of others) {
    const slot = slots.find((one) => alarm.id.includes(one));
    for (const metric of metricsOf(alarm))
      expect(metric.at("Dimensions"), alarm.id).toEqual(published(templates, metric.text("Namespace"), slot));
  }
});

it.each(all)("B20 people hear of every alarm that is not for scaling, and of its end, in its own region (%s)", (_name, templates) => {
  const topics = new Map(templates.all("AWS::SNS::Topic").map((one) => [one.stack, one.ref]));
  for (const alarm of alarmsOf(templates).filter(({ id }) => !id.includes("Steps"))) {
    const topic = topics.get(alarm.stack === "dns" ? "dns" : "base");
    expect([alarm.at("AlarmActions"), alarm.at("OKActions")]).toEqual([[topic], [topic]]);
  }
  expect(templates.all("AWS::SNS::Subscription").map((one) => [one.at("TopicArn"), one.at("Endpoint")])).toEqual(
    [...topics.values()].map((topic) => [topic, "fulfilment@example.com"]),
  );
});

const { monitoring, database } = config;
if (!database) throw new Error("B has a database");
// What AWS counts in: shares as percent, times as seconds, storage and memory as bytes.
const limits = [
  ["BlueErrors", "GreaterThanThreshold", 1],
  ["GreenLatency", "GreaterThanThreshold", 0.8],
  ["GreenUnhealthy", "GreaterThanThreshold", 0],
  ["BlueCpuAlarm", "GreaterThanThreshold", monitoring.cpu],
  ["DatabaseCpuAlarm", "GreaterThanThreshold", monitoring.cpu],
  ["DatabaseStorageAlarm", "LessThanThreshold", (database.storage * 1024 ** 3) / 10],
  ["DatabaseMemoryAlarm", "LessThanThreshold", 100 * 1024 ** 2],
  ["DatabaseQueueAlarm", "GreaterThanThreshold", 20],
  ["DatabaseConnectionsAlarm", "GreaterThanThreshold", 200],
] as const;

it.each(limits)("B20 %s begins where the configuration says, in the units of its metric", (id, ComparisonOperator, Threshold) => {
  expect(alarmOn(production, `Alarms${id}`).value).toMatchObject({ ComparisonOperator, Threshold });
});

it.each(all)("B20 a fleet that lacks instances is missed, whatever number it is to have (%s)", (_name, templates) => {
  for (const slot of slots) {
    const alarm = alarmOn(templates, `Alarms${slot}MissingAlarm`);
    // Amazon EC2 Auto Scaling User Guide, "Amazon CloudWatch metrics for Amazon EC2 Auto Scaling".
    expect(metricsOf(alarm).map((one) => one.at("MetricName"))).toEqual(["GroupDesiredCapacity", "GroupInServiceInstances"]);
    const [difference, wanted, working] = alarm.parts("Metrics");
    expect(difference?.at("Expression")).toBe(`${wanted?.at("Id")} - ${working?.at("Id")}`);
    expect([alarm.at("ComparisonOperator"), alarm.at("Threshold")]).toEqual(["GreaterThanThreshold", 0]);
  }
  // API reference, EnableMetricsCollection: without it the group's own metrics do not exist.
  for (const fleet of templates.all("AWS::AutoScaling::AutoScalingGroup"))
    expect(fleet.at("MetricsCollection.0.Granularity")).toBe("1Minute");
});

// Amazon Route 53 Developer Guide, "Monitoring health checks using CloudWatch": 1 is well, 0 is not.
it.each(all)("B20 a name that does not answer, or of which nobody knows whether it does, is told (%s)", (_name, templates) => {
  const checks = templates.all("AWS::Route53::HealthCheck");
  const told = alarmsOf(templates).filter((one) => one.at("Namespace") === "AWS/Route53");
  expect(told.map((one) => one.at("Dimensions"))).toEqual(
    checks.map((check) => [{ Name: "HealthCheckId", Value: check.attribute("HealthCheckId") }]),
  );
  for (const one of told)
    expect(one.value).toMatchObject({
      MetricName: "HealthCheckStatus",
      Statistic: "Minimum",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
    });
});

it("B20 the health of names is watched in AWS's global region, where its metrics are, wherever the environment is", () => {
  const environments = config.environments.map((one) => ({ ...one, regions: ["eu-west-1" as const], migration: undefined }));
  const { stacks } = buildPlan({ ...config, environments }, "production");
  // Amazon Route 53 Developer Guide, "Monitoring health checks using CloudWatch": US East (N. Virginia) only.
  const watching = stacks.filter(({ resources }) => resources.some(({ type }) => type === "AWS::Route53::HealthCheck"));
  expect(watching.map(({ part, region }) => [part, region])).toEqual([["dns", "us-east-1"]]);
});

it.each(all)("B20 the dashboard shows both colours as callers see them, their instances, and the database (%s)", (_name, templates) => {
  const body = templates.one("AWS::CloudWatch::Dashboard").text("DashboardBody");
  const { widgets }: { widgets: { properties: { metrics: unknown[][]; region: string } }[] } = JSON.parse(body);
  const lines = widgets.flatMap(({ properties }) => properties.metrics);
  for (const { properties } of widgets) expect(properties.region).toBe(templates.region);
  const shown = (namespace: string, metrics: readonly string[], slot?: Slot) => {
    const dimensions = published(templates, namespace, slot);
    const named = Array.isArray(dimensions) ? dimensions.flatMap(({ Name, Value }) => [Name, Value]) : [];
    for (const metric of metrics) expect(lines).toContainEqual([namespace, metric, ...named]);
  };
  for (const slot of slots) {
    shown("AWS/ApplicationELB", ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"], slot);
    shown("AWS/AutoScaling", ["GroupInServiceInstances"], slot);
    shown("AWS/EC2", ["CPUUtilization"], slot);
  }
  const identifier = templates.one("AWS::RDS::DBInstance").text("DBInstanceIdentifier");
  for (const metric of ["CPUUtilization", "DatabaseConnections", "DiskQueueDepth"])
    expect(lines).toContainEqual(["AWS/RDS", metric, "DBInstanceIdentifier", identifier]);
});

it.each(all)("B20 every log ends some day and is encrypted (%s)", (_name, templates) => {
  for (const log of templates.all("AWS::Logs::LogGroup")) {
    expect(log.number("RetentionInDays")).toBeGreaterThan(0);
    expect(templates.follow(log.at("KmsKeyId")).id).toBe("EncryptionLogsKey");
  }
});
