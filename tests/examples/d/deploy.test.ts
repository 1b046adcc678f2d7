import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { grantsOf, policiesOf, statementsOf } from "../policies.ts";
import type { Found, Part, Templates } from "../template.ts";
import { both, changed, config, production, withService } from "./plans.ts";

const groupOf = (templates: Templates): Found => templates.one("AWS::CodeDeploy::DeploymentGroup");
const serviceOf = (templates: Templates): Found => templates.one("AWS::ECS::Service");
const pair = "LoadBalancerInfo.TargetGroupPairInfoList.0";

/** The listeners that a deployment moves. */
function listenersOf(templates: Templates): { readonly production: Found; readonly test: Found } {
  const listener = (route: string): Found => templates.follow(groupOf(templates).texts(`${pair}.${route}.ListenerArns`)[0]);
  return { production: listener("ProdTrafficRoute"), test: listener("TestTrafficRoute") };
}

const targetGroupsOf = (listener: Found): readonly string[] =>
  listener.parts("DefaultActions").flatMap((one) => one.parts("ForwardConfig.TargetGroups").map((to) => to.text("TargetGroupArn")));

it.each(both)("D02 the service is CodeDeploy's, and a group for ECS shifts exactly its traffic (%s)", (_name, templates) => {
  const [service, group] = [serviceOf(templates), groupOf(templates)];
  expect(service.at("DeploymentController.Type")).toBe("CODE_DEPLOY");
  expect(group.parts("ECSServices").map((one) => one.value)).toEqual([
    { ClusterName: service.at("Cluster"), ServiceName: service.attribute("Name") },
  ]);
  const application = templates.follow(group.at("ApplicationName"));
  expect([application.type, application.at("ComputePlatform")]).toEqual(["AWS::CodeDeploy::Application", "ECS"]);
  expect(templates.follow(group.at("DeploymentConfigName")).at("ComputePlatform")).toBe("ECS");
  // CodeDeploy API reference, DeploymentStyle: for ECS only this is taken.
  expect(group.at("DeploymentStyle")).toEqual({ DeploymentType: "BLUE_GREEN", DeploymentOption: "WITH_TRAFFIC_CONTROL" });
});

it.each(both)(
  "D02 both listeners forward to a target group of the pair, on one balancer and on different ports (%s)",
  (_name, templates) => {
    const { production: prod, test } = listenersOf(templates);
    const targets = groupOf(templates)
      .parts(`${pair}.TargetGroups`)
      .map((one) => templates.follow(one.at("Name")));
    expect(new Set(targets).size).toBe(2);
    expect(groupOf(templates).at(`${pair}.TargetGroups`)).toEqual(targets.map((one) => ({ Name: one.attribute("TargetGroupName") })));
    for (const listener of [prod, test]) {
      expect(targets.map(({ ref }) => ref)).toEqual(expect.arrayContaining([...targetGroupsOf(listener)]));
      // CodeDeploy moves a listener that forwards to one group.
      expect(targetGroupsOf(listener)).toHaveLength(1);
      expect(listener.parts("DefaultActions.0.ForwardConfig.TargetGroups").map((one) => one.at("Weight"))).toEqual([100]);
    }
    expect(prod.at("LoadBalancerArn")).toBe(test.at("LoadBalancerArn"));
    expect(templates.follow(prod.at("LoadBalancerArn")).type).toBe("AWS::ElasticLoadBalancingV2::LoadBalancer");
    expect(prod.at("Port")).not.toBe(test.at("Port"));
  },
);

it.each(both)(
  "D02 the service begins in the group that the callers reach, with the container and port of its task (%s)",
  (_name, templates) => {
    const service = serviceOf(templates);
    const [balanced, ...others] = service.parts("LoadBalancers");
    expect(others).toEqual([]);
    expect([balanced?.at("TargetGroupArn")]).toEqual(targetGroupsOf(listenersOf(templates).production));
    const task = templates.one("AWS::ECS::TaskDefinition");
    const container = task.parts("ContainerDefinitions").find((one) => one.at("Name") === balanced?.at("ContainerName"));
    expect(container?.parts("PortMappings").map((one) => one.at("ContainerPort"))).toEqual([balanced?.at("ContainerPort")]);
    for (const target of templates.all("AWS::ElasticLoadBalancingV2::TargetGroup")) {
      expect(target.at("Port")).toBe(balanced?.at("ContainerPort"));
      // With the network mode awsvpc ECS registers addresses (Amazon ECS, "Amazon ECS services: load balancing").
      expect([task.at("NetworkMode"), target.at("TargetType")]).toEqual(["awsvpc", "ip"]);
    }
  },
);

it.each(both)(
  "D02 the service names the family of its tasks and no revision, and waits for its task definition (%s)",
  (_name, templates) => {
    const service = serviceOf(templates);
    const task = templates.one("AWS::ECS::TaskDefinition");
    expect(service.at("TaskDefinition")).toBe(task.text("Family"));
    expect(service.after).toContain(task);
    // A number here would be set back to by CloudFormation while scaling has chosen another.
    expect(service.at("DesiredCount")).toBeUndefined();
  },
);

it.each(both)("D02 the service runs on Fargate, which its cluster offers (%s)", (_name, templates) => {
  const service = serviceOf(templates);
  const cluster = templates.follow(service.at("Cluster"));
  const offered = templates.one("AWS::ECS::ClusterCapacityProviderAssociations");
  expect([cluster.type, offered.at("Cluster")]).toEqual(["AWS::ECS::Cluster", cluster.ref]);
  expect(offered.texts("CapacityProviders")).toContain(service.at("LaunchType"));
  expect(templates.one("AWS::ECS::TaskDefinition").texts("RequiresCompatibilities")).toEqual([service.at("LaunchType")]);
});

it("D02 another size, scaling, environment, rollout or alarm leaves the service as it is, to the byte", () => {
  const [service] = config.services;
  const { compute } = service;
  if (compute?.kind !== "ecs") throw new Error("D's service runs on ECS");
  const plans = [
    withService({ compute: { ...compute, cpu: 1024, memory: 4096 } }),
    withService({ compute: { ...compute, count: { min: 4, max: 40 }, scaleOn: { ...compute.scaleOn, cpu: 40 } } }),
    withService({ env: { COMMIT: "0f1e2d3c" } }),
    changed({ rollout: { ...config.rollout, weights: [20, 100], keepWarm: duration(3_600_000) } }),
    changed({ monitoring: { ...config.monitoring, errors: 0.02, emails: [] } }),
  ];
  const before = JSON.stringify(serviceOf(production).value);
  for (const after of plans) expect(JSON.stringify(serviceOf(after).value)).toBe(before);
});

it("D02 what a deployment moves is the release's: engines set it once", () => {
  const resources = buildPlan(config, "production").stacks.flatMap((stack) => stack.resources);
  const owned = (type: string) => resources.filter((one) => one.type === type).map((one) => one.releaseOwns ?? []);
  expect(owned("AWS::ECS::Service")).toEqual([expect.arrayContaining(["TaskDefinition", "LoadBalancers", "DesiredCount"])]);
  for (const listener of owned("AWS::ElasticLoadBalancingV2::Listener")) expect(listener).toContain("DefaultActions");
});

it.each(both)("D02 a failed, stopped or alarming deployment turns back by itself (%s)", (_name, templates) => {
  // CodeDeploy API reference, AutoRollbackConfiguration: these are all the events there are.
  expect(groupOf(templates).at("AutoRollbackConfiguration")).toEqual({
    Enabled: true,
    Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
  });
});

it.each(both)("D02 the deployment watches alarms of both colours, and fails when it cannot see them (%s)", (_name, templates) => {
  const group = groupOf(templates);
  expect(group.at("AlarmConfiguration")).toMatchObject({ Enabled: true, IgnorePollAlarmFailure: false });
  const alarms = group.parts("AlarmConfiguration.Alarms").map((one) => templates.follow(one.at("Name")));
  expect(alarms.every((one) => one.type === "AWS::CloudWatch::Alarm")).toBe(true);
  const watched = (metric: string) =>
    alarms.flatMap((alarm) => {
      const stats = [
        alarm,
        ...alarm.parts("Metrics").flatMap((one) => (one.at("MetricStat.Metric") ? one.parts("MetricStat.Metric") : [])),
      ];
      return stats.filter((one) => one.at("MetricName") === metric).flatMap((one) => dimension(one, "TargetGroup"));
    });
  const colours = groupOf(templates)
    .parts(`${pair}.TargetGroups`)
    .map((one) => templates.follow(one.at("Name")).attribute("TargetGroupFullName"));
  for (const metric of ["HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"]) {
    expect(watched(metric).sort()).toEqual([...colours].sort());
  }
});

const dimension = (metric: Part, name: string): readonly string[] =>
  metric
    .parts("Dimensions")
    .filter((one) => one.at("Name") === name)
    .map((one) => one.text("Value"));

it("D02 the old version stays for as long as keepWarm says, and traffic moves as weights and bake say", () => {
  const group = groupOf(production);
  // rollout.keepWarm is 30m, weights [10, 100], bake 5m.
  expect(group.at("BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess")).toEqual({
    Action: "TERMINATE",
    TerminationWaitTimeInMinutes: 30,
  });
  expect(production.follow(group.at("DeploymentConfigName")).at("TrafficRoutingConfig")).toEqual({
    Type: "TimeBasedCanary",
    TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 },
  });
  const shorter = changed({ rollout: { ...config.rollout, keepWarm: duration(120_000) } });
  expect(
    groupOf(shorter).at("BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess.TerminationWaitTimeInMinutes"),
  ).toBe(2);
  const linear = changed({ rollout: { ...config.rollout, weights: [25, 50, 75, 100], bake: duration(120_000) } });
  expect(linear.follow(groupOf(linear).at("DeploymentConfigName")).at("TrafficRoutingConfig")).toEqual({
    Type: "TimeBasedLinear",
    TimeBasedLinear: { LinearPercentage: 25, LinearInterval: 2 },
  });
});

it("D02 other steps are a deployment configuration of another name, for one can not be changed", () => {
  const nameIn = (templates: Templates) => templates.one("AWS::CodeDeploy::DeploymentConfig").at("DeploymentConfigName");
  const others = [
    changed({ rollout: { ...config.rollout, weights: [20, 100] } }),
    changed({ rollout: { ...config.rollout, bake: duration(600_000) } }),
  ];
  expect(new Set([production, ...others].map(nameIn)).size).toBe(3);
});

it.each(both)("A16 the number of copies follows CPU and memory of this service between bounds (%s)", (_name, templates) => {
  const service = serviceOf(templates);
  const target = templates.one("AWS::ApplicationAutoScaling::ScalableTarget");
  expect(target.at("ResourceId")).toBe(`service/${service.text("Cluster")}/${service.attribute("Name")}`);
  expect(target.value).toMatchObject({
    ServiceNamespace: "ecs",
    ScalableDimension: "ecs:service:DesiredCount",
    MinCapacity: 2,
    MaxCapacity: 10,
  });
  const policies = templates.all("AWS::ApplicationAutoScaling::ScalingPolicy");
  expect(policies.every((one) => one.at("ScalingTargetId") === target.ref)).toBe(true);
  const configurations = policies.flatMap((one) => one.parts("TargetTrackingScalingPolicyConfiguration"));
  const aims = configurations.map((one) => [one.at("PredefinedMetricSpecification.PredefinedMetricType"), one.at("TargetValue")]);
  expect(Object.fromEntries(aims)).toEqual({ ECSServiceAverageCPUUtilization: 60, ECSServiceAverageMemoryUtilization: 70 });
  for (const one of configurations) {
    // Out at once, in slowly; without them both are 300 s (Application Auto Scaling, "Target tracking: cooldown periods").
    expect(one.number("ScaleOutCooldown")).toBeLessThan(one.number("ScaleInCooldown"));
    expect(one.number("TargetValue")).toBeLessThan(100);
  }
});

it.each(both)("B18 whatever takes on a role waits for the rights of the role (%s)", (_name, templates) => {
  const takers = templates.found.flatMap((one) => roleNames(one.value).map((arn) => ({ taker: one, role: templates.follow(arn) })));
  const late = takers
    .filter(({ taker, role }) => taker.stack === role.stack)
    .flatMap(({ taker, role }) =>
      policiesOf(templates, role)
        .filter((policy) => !taker.after.includes(policy))
        .map((policy) => `${taker.id} before ${policy.id}`),
    );
  expect(late).toEqual([]);
  expect(takers.length).toBeGreaterThan(8);
});

/** The roles that a resource is given to act with. */
function roleNames(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(ServiceRole|ServiceRoleArn|RoleArn|ExecutionRoleArn|TaskRoleArn|DeliverLogsPermissionArn)$/.test(key) && typeof inner === "string"
      ? [inner]
      : roleNames(inner),
  );
}

it.each(both)("B18 the service waits for the listeners, for a target group without one takes no tasks (%s)", (_name, templates) => {
  const { production: prod, test } = listenersOf(templates);
  expect(serviceOf(templates).after).toEqual(expect.arrayContaining([prod, test]));
});

it.each(both)("B18 ways to the internet wait until the gateway is attached (%s)", (_name, templates) => {
  const attached = templates.one("AWS::EC2::VPCGatewayAttachment");
  const gateway = attached.at("InternetGatewayId");
  // AWS CloudFormation template reference, "DependsOn attribute": routes through it and addresses behind it.
  const open = templates.all("AWS::EC2::Route").filter((one) => one.at("GatewayId") === gateway);
  expect(open.length).toBeGreaterThan(0);
  for (const one of [...open, ...templates.all("AWS::EC2::EIP")]) expect(one.after).toContain(attached);
});

it.each(both)("B18 the log of events is there, and open to them, before the rule that writes it (%s)", (_name, templates) => {
  const writers = templates.all("AWS::Events::Rule").filter((rule) => rule.texts("Targets.0.Arn")[0]?.startsWith("arn:aws:logs:"));
  expect(writers.length).toBeGreaterThan(0);
  for (const { after } of writers)
    expect(after.map(({ type }) => type).sort()).toEqual(["AWS::Logs::LogGroup", "AWS::Logs::ResourcePolicy"]);
});

it.each(both)("D03 CodeDeploy moves these two listeners and passes these two roles, and no others (%s)", (_name, templates) => {
  const role = templates.follow(groupOf(templates).at("ServiceRoleArn"));
  expect(statementsOf(role, "AssumeRolePolicyDocument")[0]?.services).toEqual(["codedeploy.amazonaws.com"]);
  const { production: prod, test } = listenersOf(templates);
  const moving = grantsOf(templates, role).filter(({ actions }) => actions.includes("elasticloadbalancing:ModifyListener"));
  expect(moving.map(({ resources }) => resources)).toEqual([[prod.ref, test.ref]]);
});

it("two plans of one configuration are the same bytes", () => {
  const bytes = () => JSON.stringify(buildPlan(config, "production").stacks.map(templateOf));
  expect(bytes()).toBe(bytes());
});
