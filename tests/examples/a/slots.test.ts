import { expect, it } from "vitest";
import { slots } from "../../../lib/base/outcome.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { partOf } from "../template.ts";
import { config, inRegion, primary, regions, theOne, whole } from "./plans.ts";

it.each(regions)("A09 each slot is a service of its own behind a target group of its own (%s)", (region) => {
  const services = inRegion(region, "AWS::ECS::Service");
  expect(services).toHaveLength(2);
  for (const slot of slots) {
    const service = theOne(region, "AWS::ECS::Service", `${slot === "blue" ? "Blue" : "Green"}Service`);
    const targets = theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${slot === "blue" ? "Blue" : "Green"}Targets`);
    expect(service.parts("LoadBalancers").map((one) => one.at("TargetGroupArn"))).toEqual([targets.ref]);
    // Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures": only with the rolling update (ECS).
    expect(service.at("DeploymentController.Type")).toBe("ECS");
    expect(service.at("DeploymentConfiguration.DeploymentCircuitBreaker")).toEqual({ Enable: true, Rollback: true });
    expect(service.at("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp")).toBe("DISABLED");
    // A release registers revisions: a service that named one would be put back by the next deploy.
    const task = theOne(region, "AWS::ECS::TaskDefinition");
    expect(service.at("TaskDefinition")).toBe(task.at("Family"));
    expect(service.after).toContain(task);
  }
  const green = theOne(region, "AWS::ECS::Service", "GreenService");
  const blue = theOne(region, "AWS::ECS::Service", "BlueService");
  // Where the data is not, the service waits for a failover.
  expect([blue.at("DesiredCount"), green.at("DesiredCount")]).toEqual([region === primary ? 3 : 0, 0]);
});

it.each(regions)("A09 all traffic is blue's until a release moves it, and the weights are alone in their rule (%s)", (region) => {
  const split = theOne(region, "AWS::ElasticLoadBalancingV2::ListenerRule", "Split");
  const [blue, green] = ["BlueTargets", "GreenTargets"].map((end) => theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", end).ref);
  expect(split.parts("Actions").map((one) => one.at("ForwardConfig.TargetGroups"))).toEqual([
    [
      { TargetGroupArn: blue, Weight: 100 },
      { TargetGroupArn: green, Weight: 0 },
    ],
  ]);
  expect(Object.keys(Object(split.value)).sort()).toEqual(["Actions", "Conditions", "ListenerArn", "Priority"]);
  const listeners = inRegion(region, "AWS::ElasticLoadBalancingV2::Listener");
  expect(listeners.map((one) => one.at("DefaultActions.0.Type"))).toEqual(["fixed-response", "fixed-response"]);
});

it.each(regions)("A09 what names no slot to the test listener is answered 500, so that every gate can be seen to trip (%s)", (region) => {
  const test = theOne(region, "AWS::ElasticLoadBalancingV2::Listener", "TestListener");
  expect(test.at("DefaultActions.0.FixedResponseConfig.StatusCode")).toBe("500");
});

it.each(regions)("A09 tests reach a slot by naming it, whatever its weight (%s)", (region) => {
  const test = theOne(region, "AWS::ElasticLoadBalancingV2::Listener", "TestListener");
  const rules = inRegion(region, "AWS::ElasticLoadBalancingV2::ListenerRule").filter((one) => one.at("ListenerArn") === test.ref);
  expect(rules.map((one) => one.at("Conditions.0.HttpHeaderConfig.Values"))).toEqual([["blue"], ["green"]]);
});

it("A09 what a release moves is set once, at creation, and never again", () => {
  const owned = whole.stacks
    .filter(({ part }) => part === "web")
    .flatMap(({ resources }) =>
      resources.filter(({ releaseOwns }) => releaseOwns).map(({ type, releaseOwns }) => `${type} ${releaseOwns}`),
    );
  expect([...new Set(owned)].sort()).toEqual([
    "AWS::ApplicationAutoScaling::ScalableTarget MinCapacity",
    "AWS::ECS::Service DesiredCount,TaskDefinition",
    "AWS::ElasticLoadBalancingV2::ListenerRule Actions",
  ]);
});

it("X04 how copies run can be changed after a release, also where an engine sends resources whole: it touches nothing that a release moves", () => {
  const [web] = config.services;
  if (web.compute?.kind !== "ecs") throw new Error("the service of system A runs on ECS");
  const other = { ...web, env: { ...web.env, PACE: "brisk" }, compute: { ...web.compute, cpu: 1024, memory: 2048 } };
  const then = buildPlan({ ...config, services: [other] }, "production");
  const before = new Set(
    whole.stacks.flatMap(({ name, resources }) => resources.map((one) => JSON.stringify([name, one.id, one.properties]))),
  );
  const touched = then.stacks.flatMap(({ name, resources }) =>
    resources.filter((one) => !before.has(JSON.stringify([name, one.id, one.properties]))),
  );
  expect(touched.map(({ type, releaseOwns }) => [type, releaseOwns])).toEqual(regions.map(() => ["AWS::ECS::TaskDefinition", undefined]));
});

it.each(regions)("A16 each slot scales on CPU, memory and the requests of its own targets, and green rests at none (%s)", (region) => {
  const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer");
  for (const colour of ["Blue", "Green"]) {
    const service = theOne(region, "AWS::ECS::Service", `${colour}Service`);
    const target = theOne(region, "AWS::ApplicationAutoScaling::ScalableTarget", `${colour}ScalingTarget`);
    const cluster = theOne(region, "AWS::ECS::Cluster");
    expect(target.at("ResourceId")).toBe(`service/${cluster.ref}/${service.attribute("Name")}`);
    expect([target.at("MinCapacity"), target.at("MaxCapacity")]).toEqual([colour === "Blue" && region === primary ? 3 : 0, 30]);
    const policies = inRegion(region, "AWS::ApplicationAutoScaling::ScalingPolicy").filter(
      (one) => one.at("ScalingTargetId") === target.ref,
    );
    // Application Auto Scaling API reference, RegisterScalableTarget, PutScalingPolicy: of ECS.
    expect([target.at("ServiceNamespace"), target.at("ScalableDimension")]).toEqual(["ecs", "ecs:service:DesiredCount"]);
    for (const one of policies) expect(one.at("PolicyType")).toBe("TargetTrackingScaling");
    const follow = policies.map((one) => one.at("TargetTrackingScalingPolicyConfiguration"));
    const group = theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${colour}Targets`);
    expect(follow).toMatchObject([
      { PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" }, TargetValue: 60 },
      { PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageMemoryUtilization" }, TargetValue: 70 },
      {
        // Application Auto Scaling API reference, PredefinedMetricSpecification: the ends of both ARNs, with a slash between.
        PredefinedMetricSpecification: {
          PredefinedMetricType: "ALBRequestCountPerTarget",
          ResourceLabel: `${balancer.attribute("LoadBalancerFullName")}/${group.attribute("TargetGroupFullName")}`,
        },
        TargetValue: 1200,
      },
    ]);
    for (const one of policies) {
      const { ScaleOutCooldown, ScaleInCooldown } = Object(one.at("TargetTrackingScalingPolicyConfiguration"));
      expect(ScaleOutCooldown).toBeLessThan(ScaleInCooldown);
    }
  }
});

it.each(regions)("A13 alarms watch callers, load and missing copies of each slot, and tell the topic of their region (%s)", (region) => {
  const topic = theOne(region, "AWS::SNS::Topic").ref;
  const alarms = inRegion(region, "AWS::CloudWatch::Alarm");
  for (const alarm of alarms) expect(alarm.texts("AlarmActions")).toEqual([topic]);
  for (const colour of ["Blue", "Green"]) {
    const targets = theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${colour}Targets`).attribute("TargetGroupFullName");
    const service = theOne(region, "AWS::ECS::Service", `${colour}Service`).attribute("Name");
    const on = (dimension: string) => alarms.filter((one) => JSON.stringify(one.value).includes(dimension));
    expect(
      on(targets)
        .map(({ id }) => id.replace("Alarms", ""))
        .sort(),
    ).toEqual([`${colour}Errors`, `${colour}Latency`, `${colour}Unhealthy`]);
    expect(
      on(service)
        .map(({ id }) => id.replace("Alarms", ""))
        .sort(),
    ).toEqual([`${colour}ServiceCpu`, `${colour}ServiceMemory`, `${colour}ServiceMissingCopies`]);
  }
  const missing = theOne(region, "AWS::CloudWatch::Alarm", "BlueServiceMissingCopies");
  // CloudWatch User Guide, "Amazon ECS Container Insights metrics": both are there with Container Insights on.
  expect(missing.parts("Metrics").map((one) => one.at("MetricStat.Metric.MetricName"))).toEqual([
    undefined,
    "DesiredTaskCount",
    "RunningTaskCount",
  ]);
  expect(theOne(region, "AWS::ECS::Cluster").at("ClusterSettings.0")).toEqual({ Name: "containerInsights", Value: "enhanced" });
});

it.each(regions)("A13 an alarm watches what the load balancer itself answers 5xx, which no target group counts (%s)", (region) => {
  const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer").attribute("LoadBalancerFullName");
  const alarm = theOne(region, "AWS::CloudWatch::Alarm", "BalancerErrorsAlarm");
  const metrics = alarm.parts("Metrics").filter((one) => one.at("MetricStat") !== undefined);
  // Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": of the target groups' dimension these know nothing.
  expect(metrics.map((one) => one.at("MetricStat.Metric"))).toEqual(
    ["HTTPCode_ELB_5XX_Count", "RequestCount"].map((MetricName) => ({
      Namespace: "AWS/ApplicationELB",
      MetricName,
      Dimensions: [{ Name: "LoadBalancer", Value: balancer }],
    })),
  );
  // Requests for which there was no copy are no requests to that metric: errors alone are a share of all.
  expect(alarm.text("Metrics.0.Expression")).toMatch(/^IF\(FILL\(errors, 0\) > FILL\(requests, 0\), 100, /);
  expect([alarm.number("Threshold"), alarm.at("ComparisonOperator")]).toEqual([1, "GreaterThanThreshold"]);
});

it.each(regions)("A14 images are private, scanned, immutable, encrypted and do not grow for ever (%s)", (region) => {
  const images = theOne(region, "AWS::ECR::Repository");
  expect(images.at("ImageScanningConfiguration.ScanOnPush")).toBe(true);
  expect(images.text("ImageTagMutability")).toMatch(/^IMMUTABLE/);
  expect(images.at("EncryptionConfiguration.EncryptionType")).toBe("KMS");
  // Amazon ECR User Guide, "Lifecycle policy properties in Amazon ECR": smaller first, and tagStatus any comes last.
  const rules = partOf(JSON.parse(images.text("LifecyclePolicy.LifecyclePolicyText"))).parts("rules");
  const byPriority = [...rules].sort((one, other) => one.number("rulePriority") - other.number("rulePriority"));
  expect(byPriority.map((one) => one.at("selection.tagStatus"))).toEqual(["untagged", "any"]);
  // A way back needs the image of the version before, and of some before that.
  expect(byPriority[1]?.number("selection.countNumber")).toBeGreaterThanOrEqual(10);
});
