import { expect, it } from "vitest";
import { matches, type Stated, statementsOf } from "../policies.ts";
import { type Found, type Part, partOf, type Templates } from "../template.ts";
import { both, config } from "./plans.ts";

const topicOf = (templates: Templates): Found => templates.one("AWS::SNS::Topic");
const topicPolicyOf = (templates: Templates): Found => templates.one("AWS::SNS::TopicPolicy");
const pipelineOf = (templates: Templates): Found => templates.one("AWS::CodePipeline::Pipeline");

/** The rules that tell people, by the topic. */
const tellingRules = (templates: Templates): readonly Found[] =>
  templates.all("AWS::Events::Rule").filter((rule) => rule.parts("Targets").some((one) => one.at("Arn") === topicOf(templates).ref));

const told = (templates: Templates, type: string): readonly string[] =>
  tellingRules(templates)
    .filter((rule) => rule.texts("EventPattern.detail-type").includes(type))
    .flatMap((rule) => rule.texts("EventPattern.detail.state"));

it.each(both)("C07 people hear how each run of this pipeline ended, and of each stage that failed (%s)", (_name, templates) => {
  // AWS CodePipeline User Guide, "Monitoring CodePipeline events": the types and their states.
  expect(told(templates, "CodePipeline Pipeline Execution State Change")).toEqual(
    expect.arrayContaining(["SUCCEEDED", "FAILED", "STOPPED"]),
  );
  expect(told(templates, "CodePipeline Stage Execution State Change")).toEqual(["FAILED"]);
  for (const rule of tellingRules(templates)) {
    expect(rule.at("EventPattern.source")).toEqual(["aws.codepipeline"]);
    expect(rule.at("EventPattern.detail.pipeline")).toEqual([pipelineOf(templates).ref]);
    expect(rule.at("State") ?? "ENABLED").toBe("ENABLED");
  }
});

it.each(both)("C07 each message is a sentence whose every gap is filled from the event (%s)", (_name, templates) => {
  const targets = tellingRules(templates).flatMap((rule) => rule.parts("Targets"));
  expect(targets.length).toBeGreaterThan(1);
  for (const target of targets) {
    const template = target.text("InputTransformer.InputTemplate");
    // EventBridge User Guide, "Input transformation": a template of one string stands in quotes.
    expect(JSON.parse(template)).toMatch(/^Pipeline <pipeline>: .+\.$/);
    const paths = target.parts("InputTransformer.InputPathsMap")[0]?.value;
    const gaps = [...template.matchAll(/<([^>]+)>/g)].map(([, name]) => name);
    expect(Object.keys(Object(paths)).sort()).toEqual([...new Set(gaps)].sort());
    for (const path of Object.values(Object(paths))) expect(path).toMatch(/^\$\.detail\./);
  }
});

it.each(both)("C07 who approves is asked by the topic, with what there is to approve (%s)", (_name, templates) => {
  const approvals = pipelineOf(templates)
    .parts("Stages")
    .flatMap((stage) => stage.parts("Actions"))
    .filter((one) => one.at("ActionTypeId.Category") === "Approval");
  expect(approvals.map((one) => one.at("Configuration.NotificationArn"))).toEqual([topicOf(templates).ref]);
  const asked = approvals[0]?.text("Configuration.CustomData") ?? "";
  const variables = [...asked.matchAll(/#\{([^.}]+)\.([^}]+)\}/g)].map(([, space]) => space);
  const spaces = pipelineOf(templates)
    .parts("Stages")
    .flatMap((stage) => stage.parts("Actions"))
    .map((one) => one.at("Namespace"));
  expect(variables.length).toBeGreaterThan(0);
  for (const space of variables) expect(spaces).toContain(space);
});

const publishing = (templates: Templates, service: string): readonly Stated[] =>
  statementsOf(topicPolicyOf(templates), "PolicyDocument").filter((one) => one.services.includes(service));

it.each(both)("D06 the topic's policy lets EventBridge publish, and refuses whoever comes without TLS (%s)", (_name, templates) => {
  expect(topicPolicyOf(templates).texts("Topics")).toEqual([topicOf(templates).ref]);
  const [events] = publishing(templates, "events.amazonaws.com");
  // EventBridge User Guide, "Using resource-based policies": Amazon SNS permissions, which take no condition.
  expect(events).toMatchObject({ effect: "Allow", actions: ["sns:Publish"], resources: [topicOf(templates).ref], condition: undefined });
  const refusing = statementsOf(topicPolicyOf(templates), "PolicyDocument").filter((one) => one.effect === "Deny");
  expect(refusing).toMatchObject([{ everyone: true, actions: ["sns:Publish"], condition: { Bool: { "aws:SecureTransport": "false" } } }]);
});

it.each(both)("D06 whoever publishes may use the key of the topic (%s)", (_name, templates) => {
  const key = templates.follow(topicOf(templates).at("KmsMasterKeyId"));
  expect(key.type).toBe("AWS::KMS::Key");
  for (const service of ["events.amazonaws.com", "cloudwatch.amazonaws.com"]) {
    const uses = statementsOf(key, "KeyPolicy").filter((one) => one.services.includes(service));
    // Amazon SNS Developer Guide, "Configuring AWS KMS permissions": both are needed.
    for (const action of ["kms:Decrypt", "kms:GenerateDataKey"])
      expect(uses.some(({ actions }) => actions.some((one) => matches(one, action)))).toBe(true);
    expect(publishing(templates, service)).toHaveLength(1);
  }
  const events = statementsOf(key, "KeyPolicy").find((one) => one.services.includes("events.amazonaws.com"));
  expect(events?.condition).toBeUndefined();
});

it.each(both)("D06 each address of the configuration is subscribed (%s)", (_name, templates) => {
  const subscriptions = templates.all("AWS::SNS::Subscription").map((one) => one.value);
  expect(subscriptions).toEqual(
    config.monitoring.emails.map((Endpoint) => ({ TopicArn: topicOf(templates).ref, Protocol: "email", Endpoint })),
  );
  expect(subscriptions.length).toBeGreaterThan(0);
});

/** What an alarm measures: its own metric, or those that its expression is made of. */
const metricsOf = (alarm: Found): readonly Part[] => {
  const inExpression = alarm.parts("Metrics").filter((one) => one.at("MetricStat.Metric"));
  return inExpression.length > 0 ? inExpression.flatMap((one) => one.parts("MetricStat.Metric")) : [alarm];
};

const dimensionsOf = (metric: Part): Readonly<Record<string, unknown>> =>
  Object.fromEntries(metric.parts("Dimensions").map((one) => [one.text("Name"), one.at("Value")]));

interface Measured {
  readonly namespace: unknown;
  readonly name: unknown;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** Whether AWS publishes a metric under these dimensions, and all of them are resources of this plan. */
function isOfThisPlan(templates: Templates, { namespace, name, dimensions }: Measured): boolean {
  const service = templates.one("AWS::ECS::Service");
  const projects = templates.all("AWS::CodeBuild::Project").map(({ ref }) => ref);
  const groups = templates.all("AWS::ElasticLoadBalancingV2::TargetGroup").map((one) => one.attribute("TargetGroupFullName"));
  const one = (key: string, values: readonly unknown[]) => Object.keys(dimensions).join() === key && values.includes(dimensions[key]);
  const two = (first: string, second: string) => Object.keys(dimensions).sort().join() === `${first},${second}`;
  const { LoadBalancer, TargetGroup, ClusterName, ServiceName } = dimensions;
  switch (namespace) {
    // Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": of targets, and of the balancer itself.
    case "AWS/ApplicationELB": {
      const balancer = templates.one("AWS::ElasticLoadBalancingV2::LoadBalancer").attribute("LoadBalancerFullName");
      const isOfBalancer = ["HTTPCode_ELB_5XX_Count", "RequestCount"].includes(String(name));
      if (isOfBalancer && one("LoadBalancer", [balancer])) return true;
      return two("LoadBalancer", "TargetGroup") && LoadBalancer === balancer && groups.includes(String(TargetGroup));
    }
    // Amazon ECS, "Amazon ECS CloudWatch metrics".
    case "AWS/ECS":
      return two("ClusterName", "ServiceName") && ClusterName === service.at("Cluster") && ServiceName === service.attribute("Name");
    // AWS CodePipeline User Guide, "Monitoring CodePipeline metrics"; AWS CodeBuild User Guide, "CodeBuild CloudWatch dimensions".
    case "AWS/CodePipeline":
      return one("PipelineName", [pipelineOf(templates).ref]);
    case "AWS/CodeBuild":
      return one("ProjectName", projects);
    default:
      return false;
  }
}

it.each(both)("C08 every alarm measures a resource of this plan, by the dimensions that AWS publishes (%s)", (_name, templates) => {
  const alarms = templates.all("AWS::CloudWatch::Alarm");
  expect(alarms.length).toBeGreaterThan(8);
  for (const alarm of alarms)
    for (const metric of metricsOf(alarm)) {
      const measured = { namespace: metric.at("Namespace"), name: metric.at("MetricName"), dimensions: dimensionsOf(metric) };
      expect([alarm.id, isOfThisPlan(templates, measured)]).toEqual([alarm.id, true]);
    }
});

it.each(both)("C08 a failed run of the pipeline raises an alarm, which ends by itself (%s)", (_name, templates) => {
  const alarm = templates.one("AWS::CloudWatch::Alarm", (one) => one.at("MetricName") === "FailedPipelineExecutions");
  expect([alarm.at("Namespace"), alarm.at("Statistic"), alarm.at("Threshold")]).toEqual(["AWS/CodePipeline", "Sum", 0]);
  expect(dimensionsOf(alarm)).toEqual({ PipelineName: pipelineOf(templates).ref });
  // Where nothing failed there is no datum.
  expect(alarm.at("TreatMissingData")).toBe("notBreaching");
});

/** The lines of all charts: namespace, metric and dimensions (CloudWatch API reference, "Dashboard body structure and syntax"). */
const linesOf = (dashboard: Found): readonly (readonly string[])[] =>
  partOf(JSON.parse(dashboard.text("DashboardBody")))
    .parts("widgets")
    .flatMap((one) => one.parts("properties.metrics"))
    .map(({ value }) => (Array.isArray(value) ? value.map(String) : []));

it.each(both)("B20 every line of the dashboards is a metric of a resource of this plan (%s)", (_name, templates) => {
  const lines = templates.all("AWS::CloudWatch::Dashboard").flatMap(linesOf);
  expect(lines.length).toBeGreaterThan(15);
  for (const line of lines) {
    const [namespace, name, ...pairs] = line;
    const dimensions = Object.fromEntries(pairs.flatMap((key, at) => (at % 2 === 0 ? [[key, pairs[at + 1]]] : [])));
    expect([line, isOfThisPlan(templates, { namespace, name, dimensions })]).toEqual([line, true]);
  }
});

it.each(both)("B20 the dashboards show what callers see, what copies use, and how the pipeline does (%s)", (_name, templates) => {
  const shown = new Set(
    templates
      .all("AWS::CloudWatch::Dashboard")
      .flatMap(linesOf)
      .map(([, metric]) => metric),
  );
  const wanted = ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount", "CPUUtilization"];
  for (const metric of [...wanted, "MemoryUtilization", "FailedPipelineExecutions", "FailedBuilds"]) expect(shown).toContain(metric);
});

it.each(both)("B20 every alarm tells the topic when it fires and when it is over, and has data to fire on (%s)", (_name, templates) => {
  for (const alarm of templates.all("AWS::CloudWatch::Alarm")) {
    expect(alarm.texts("AlarmActions")).toEqual([topicOf(templates).ref]);
    expect(alarm.texts("OKActions")).toEqual([topicOf(templates).ref]);
    expect(alarm.at("ActionsEnabled") ?? true).toBe(true);
    expect(Number(alarm.at("DatapointsToAlarm") ?? 1)).toBeLessThanOrEqual(alarm.number("EvaluationPeriods"));
    expect(["notBreaching", "missing", "breaching"]).toContain(alarm.at("TreatMissingData"));
    expect(alarm.at("ComparisonOperator")).toBe("GreaterThanThreshold");
    const returned = alarm.parts("Metrics").filter((one) => one.at("ReturnData") === true);
    // CloudWatch API reference, PutMetricAlarm: of several metrics exactly one is the alarm's.
    if (alarm.at("Metrics")) expect(returned).toHaveLength(1);
  }
});

it.each(both)("B20 every threshold can be reached (%s)", (_name, templates) => {
  const target = templates.one("AWS::ApplicationAutoScaling::ScalableTarget");
  const idle = templates
    .one("AWS::ElasticLoadBalancingV2::LoadBalancer")
    .parts("LoadBalancerAttributes")
    .find((one) => one.at("Key") === "idle_timeout.timeout_seconds");
  // The largest value that a metric can have here. Latency is counted in seconds, and shares and use in per cent.
  const largest: Readonly<Record<string, number>> = {
    share: 100,
    CPUUtilization: 100,
    MemoryUtilization: 100,
    TargetResponseTime: Number(idle?.at("Value")),
    UnHealthyHostCount: target.number("MaxCapacity"),
    FailedPipelineExecutions: 1,
  };
  for (const alarm of templates.all("AWS::CloudWatch::Alarm")) {
    const what =
      alarm.at("MetricName") ??
      alarm
        .parts("Metrics")
        .find((one) => one.at("ReturnData") === true)
        ?.at("Id");
    expect(alarm.number("Threshold")).toBeLessThan(largest[String(what)] ?? Number.NaN);
  }
});

it.each(both)("B20 the alarms say what the configuration says: errors above 1 %, p95 above 500 ms (%s)", (_name, templates) => {
  const alarms = templates.all("AWS::CloudWatch::Alarm");
  const latency = alarms.filter((one) => one.at("MetricName") === "TargetResponseTime");
  expect(latency.map((one) => [one.at("ExtendedStatistic"), one.at("Threshold")])).toEqual([
    ["p95", 0.5],
    ["p95", 0.5],
  ]);
  const errors = alarms.filter((one) => metricsOf(one).some((metric) => metric.at("MetricName") === "HTTPCode_Target_5XX_Count"));
  expect(errors.map((one) => one.at("Threshold"))).toEqual([1, 1]);
  for (const alarm of errors) {
    const share = alarm.parts("Metrics").find((one) => one.at("ReturnData") === true);
    const terms = alarm.parts("Metrics").filter((one) => one.at("ReturnData") === false);
    expect(terms.map((one) => one.at("MetricStat.Metric.MetricName")).sort()).toEqual(["HTTPCode_Target_5XX_Count", "RequestCount"]);
    const [failed, all] = ["HTTPCode_Target_5XX_Count", "RequestCount"].map((metric) =>
      terms.find((one) => one.at("MetricStat.Metric.MetricName") === metric)?.at("Id"),
    );
    expect(share?.at("Expression")).toBe(`IF(FILL(${all}, 0) > 0, 100 * FILL(${failed}, 0) / ${all}, 0)`);
  }
});

it.each(both)(
  "D02 the alarms fire within the first step of a deployment, and a colour without traffic does not (%s)",
  (_name, templates) => {
    const group = templates.one("AWS::CodeDeploy::DeploymentGroup");
    const step = templates.follow(group.at("DeploymentConfigName")).number("TrafficRoutingConfig.TimeBasedCanary.CanaryInterval") * 60;
    for (const named of group.parts("AlarmConfiguration.Alarms")) {
      const alarm = templates.follow(named.at("Name"));
      const period =
        alarm.at("Period") ??
        alarm
          .parts("Metrics")
          .find((one) => one.at("MetricStat"))
          ?.at("MetricStat.Period");
      expect(Number(period) * alarm.number("EvaluationPeriods")).toBeLessThan(step);
      expect(alarm.at("TreatMissingData")).toBe("notBreaching");
    }
  },
);
