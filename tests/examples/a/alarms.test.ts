import { describe, expect, it } from "vitest";
import { type Found, type Part, partOf } from "../template.ts";
import { config, inRegion, primary, production, regions, theOne, writer } from "./plans.ts";

const { errors, p95, cpu, memory } = config.monitoring;
const colours = ["Blue", "Green"] as const;
const alarmOf = (region: string, end: string): Found => theOne(region, "AWS::CloudWatch::Alarm", end);
const named = (part: Part): Readonly<Record<string, unknown>> =>
  Object.fromEntries(part.parts("Dimensions").map((one) => [one.text("Name"), one.at("Value")]));
/** What an expression is made of, by the names that it uses. */
const terms = (alarm: Found): Readonly<Record<string, Part>> =>
  Object.fromEntries(
    alarm.parts("Metrics").flatMap((one) => (one.at("MetricStat") === undefined ? [] : [[one.text("Id"), partOf(one.at("MetricStat"))]])),
  );
const expression = (alarm: Found): string => alarm.text("Metrics.0.Expression");

describe.each(regions.flatMap((region) => colours.map((colour) => ({ region, colour }))))("$colour in $region", ({ region, colour }) => {
  const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer").attribute("LoadBalancerFullName");
  const targets = theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${colour}Targets`).attribute("TargetGroupFullName");
  const service = theOne(region, "AWS::ECS::Service", `${colour}Service`);
  const ofService = { ClusterName: theOne(region, "AWS::ECS::Cluster").ref, ServiceName: service.attribute("Name") };
  // Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": metrics of targets have both.
  const ofTargets = { LoadBalancer: balancer, TargetGroup: targets };

  it("A13 an alarm tells of the share of requests that its copies answered 5xx, in the unit of the limit", () => {
    const alarm = alarmOf(region, `Alarms${colour}Errors`);
    const { errors: failed, requests } = terms(alarm);
    for (const [one, metric] of [
      [failed, "HTTPCode_Target_5XX_Count"],
      [requests, "RequestCount"],
    ] as const) {
      expect([one?.at("Metric.Namespace"), one?.at("Metric.MetricName"), one?.at("Stat")]).toEqual(["AWS/ApplicationELB", metric, "Sum"]);
      expect(named(partOf(one?.at("Metric")))).toEqual(ofTargets);
    }
    // Both are reported only where there is something to count (the same page), hence FILL; the share is in %.
    expect(expression(alarm)).toBe("IF(FILL(requests, 0) > 0, 100 * FILL(errors, 0) / requests, 0)");
    expect([alarm.number("Threshold"), errors]).toEqual([1, 0.01]);
  });

  it("A13 an alarm tells of slow answers, in seconds as the metric is, and one of copies that fail their health check", () => {
    const latency = alarmOf(region, `Alarms${colour}Latency`);
    expect(latency.value).toMatchObject({ Namespace: "AWS/ApplicationELB", MetricName: "TargetResponseTime", ExtendedStatistic: "p95" });
    expect([latency.number("Threshold"), p95]).toEqual([0.5, 500]);
    const unhealthy = alarmOf(region, `Alarms${colour}Unhealthy`);
    // The maximum: an average over zones would hide the one copy (the same page).
    expect(unhealthy.value).toMatchObject({ MetricName: "UnHealthyHostCount", Statistic: "Maximum", Threshold: 0 });
    for (const alarm of [latency, unhealthy]) expect(named(alarm)).toEqual(ofTargets);
  });

  it("A13 what callers see raises an alarm within three minutes, but not in one bad minute, and without traffic not at all", () => {
    for (const what of ["Errors", "Latency", "Unhealthy"])
      expect(alarmOf(region, `Alarms${colour}${what}`).value).toMatchObject({
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        TreatMissingData: "notBreaching",
      });
  });

  it("A13 alarms tell of CPU and memory that its copies use, beyond the limits and for minutes", () => {
    for (const [what, metric, limit] of [
      ["Cpu", "CPUUtilization", cpu],
      ["Memory", "MemoryUtilization", memory],
    ] as const) {
      const alarm = alarmOf(region, `Alarms${colour}Service${what}`);
      // Amazon ECS Developer Guide, "Amazon ECS CloudWatch metrics": in % of what the tasks have.
      expect(alarm.value).toMatchObject({ Namespace: "AWS/ECS", MetricName: metric, Statistic: "Average", Threshold: limit });
      expect(alarm.number("DatapointsToAlarm")).toBeLessThan(alarm.number("EvaluationPeriods"));
      expect(named(alarm)).toEqual(ofService);
    }
  });

  it("A13 an alarm tells of copies that should run and do not", () => {
    const alarm = alarmOf(region, `Alarms${colour}ServiceMissingCopies`);
    const { wanted, running } = terms(alarm);
    // CloudWatch User Guide, "Amazon ECS Container Insights metrics".
    for (const [one, metric] of [
      [wanted, "DesiredTaskCount"],
      [running, "RunningTaskCount"],
    ] as const) {
      expect([one?.at("Metric.Namespace"), one?.at("Metric.MetricName")]).toEqual(["ECS/ContainerInsights", metric]);
      expect(named(partOf(one?.at("Metric")))).toEqual(ofService);
    }
    expect([expression(alarm), alarm.number("Threshold")]).toEqual(["wanted - running", 0]);
  });
});

it.each(regions)(
  "A13 people hear when an alarm begins and when it ends, by an encrypted topic of the region that they are subscribed to (%s)",
  (region) => {
    const topic = theOne(region, "AWS::SNS::Topic");
    expect(production.follow(topic.at("KmsMasterKeyId")).stack).toBe(`base ${region}`);
    expect(inRegion(region, "AWS::SNS::Subscription").map((one) => [one.at("TopicArn"), one.at("Endpoint")])).toEqual([
      [topic.ref, "platform@example.com"],
    ]);
    for (const alarm of inRegion(region, "AWS::CloudWatch::Alarm"))
      expect([alarm.texts("AlarmActions"), alarm.texts("OKActions")]).toEqual([[topic.ref], [topic.ref]]);
  },
);

it("A13 the database's alarms are in its metrics' own units, and tell of less than a tenth of its storage", () => {
  const alarm = (metric: string) =>
    inRegion(primary, "AWS::CloudWatch::Alarm").find(
      (one) => one.at("MetricName") === metric && one.at("Dimensions.0.Value") === writer.ref,
    );
  // Amazon RDS User Guide, "Amazon CloudWatch instance-level metrics for Amazon RDS": bytes.
  expect([alarm("FreeStorageSpace")?.number("Threshold"), alarm("FreeStorageSpace")?.at("ComparisonOperator")]).toEqual([
    (Number(writer.text("AllocatedStorage")) * 1024 ** 3) / 10,
    "LessThanThreshold",
  ]);
  const connections = alarm("DatabaseConnections");
  expect(connections?.at("ComparisonOperator")).toBe("GreaterThanThreshold");
  // An m6g.large has 8 GiB, and PostgreSQL takes a connection per 9,531,392 bytes (the same guide, "Quotas and constraints").
  expect(connections?.number("Threshold")).toBeLessThan((8 * 1024 ** 3) / 9_531_392);
  expect(alarm("CPUUtilization")?.number("Threshold")).toBe(cpu);
});

it.each(regions)("A13 one dashboard a region shows what callers see of both colours and what both services use (%s)", (region) => {
  const shown = inRegion(region, "AWS::CloudWatch::Dashboard").filter(({ stack }) => stack === `web ${region}`);
  expect(shown).toHaveLength(1);
  const lines = partOf(JSON.parse(shown[0]?.text("DashboardBody") ?? ""))
    .parts("widgets")
    .flatMap((one) => one.parts("properties.metrics"))
    .map(({ value }) => JSON.stringify(value));
  for (const colour of colours) {
    const targets = theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${colour}Targets`).attribute("TargetGroupFullName");
    for (const metric of ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"])
      expect(lines.filter((line) => line.includes(metric) && line.includes(targets))).toHaveLength(1);
    const service = theOne(region, "AWS::ECS::Service", `${colour}Service`).attribute("Name");
    for (const metric of ["CPUUtilization", "MemoryUtilization"])
      expect(lines.filter((line) => line.includes(metric) && line.includes(service))).toHaveLength(1);
  }
});
