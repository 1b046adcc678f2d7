import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { grantsOf, policiesOf, statementsOf } from "../policies.ts";
import type { Found, Templates } from "../template.ts";
import { nativeBoth, nativeConfig, nativeProduction, rolledOut } from "./native.ts";
import { root } from "./plans.ts";

const serviceOf = (templates: Templates): Found => templates.one("AWS::ECS::Service");
const balanced = "LoadBalancers.0";
const advanced = `${balanced}.AdvancedConfiguration`;

const groupsOf = (rule: Found): readonly string[] =>
  rule.parts("Actions").flatMap((one) => one.parts("ForwardConfig.TargetGroups").map((to) => to.text("TargetGroupArn")));
const rulesOf = (templates: Templates): readonly Found[] =>
  ["ProductionListenerRule", "TestListenerRule"].map((rule) => templates.follow(serviceOf(templates).at(`${advanced}.${rule}`)));
const minute = (count: number) => duration(count * 60_000);

it.each(nativeBoth)("D02 ECS controls the service, and nothing of CodeDeploy is there (%s)", (_name, templates) => {
  expect(serviceOf(templates).at("DeploymentController.Type")).toBe("ECS");
  expect(templates.found.filter(({ type }) => type.startsWith("AWS::CodeDeploy::"))).toEqual([]);
});

it.each(nativeBoth)(
  "D02 ECS gets a second target group and a rule of callers and of tests, which know both groups (%s)",
  (_name, templates) => {
    const service = serviceOf(templates);
    const groups = [service.text(`${balanced}.TargetGroupArn`), service.text(`${advanced}.AlternateTargetGroupArn`)];
    expect(new Set(groups).size).toBe(2);
    for (const group of groups) {
      // Application Load Balancer resources for blue/green, linear, and canary deployments: both groups alike, for addresses.
      expect(templates.follow(group).value).toMatchObject({ TargetType: "ip", Port: service.at(`${balanced}.ContainerPort`) });
    }
    const [production, test] = rulesOf(templates);
    for (const rule of [production, test]) {
      expect(rule?.type).toBe("AWS::ElasticLoadBalancingV2::ListenerRule");
      expect(rule && [...groupsOf(rule)].sort()).toEqual([...groups].sort());
    }
    expect(production?.at("Actions.0.ForwardConfig.TargetGroups")).toEqual([
      { TargetGroupArn: groups[0], Weight: 100 },
      { TargetGroupArn: groups[1], Weight: 0 },
    ]);
  },
);

it.each(nativeBoth)(
  "D02 callers and tests come by different ports of one balancer, whose every action forwards (%s)",
  (_name, templates) => {
    const listeners = rulesOf(templates).map((rule) => templates.follow(rule.at("ListenerArn")));
    expect(listeners.map((one) => one.at("Port"))).toEqual([443, 8443]);
    expect(new Set(listeners.map((one) => one.at("LoadBalancerArn"))).size).toBe(1);
    for (const one of [...listeners, ...rulesOf(templates)]) {
      const actions = [...one.parts("DefaultActions"), ...one.parts("Actions")];
      expect(actions.map((action) => action.at("Type"))).toEqual(["forward"]);
    }
  },
);

it.each(nativeBoth)(
  "D02 the rules take every request and hold nothing but the weights, which are not the engine's (%s)",
  (name, templates) => {
    for (const rule of rulesOf(templates)) {
      expect(Object.keys(Object(rule.value)).sort()).toEqual(["Actions", "Conditions", "ListenerArn", "Priority"]);
      expect(rule.at("Conditions")).toEqual([{ Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }]);
    }
    const owned = buildPlan(nativeConfig, name).stacks.flatMap(({ resources }) =>
      resources.filter(({ type }) => type === "AWS::ElasticLoadBalancingV2::ListenerRule").map(({ releaseOwns }) => releaseOwns),
    );
    expect(owned).toEqual([["Actions"], ["Actions"]]);
  },
);

it("D02 weights and bakes become the strategy that ECS has for them", () => {
  const strategy = (templates: Templates) => {
    const { Strategy, BakeTimeInMinutes, CanaryConfiguration, LinearConfiguration } = Object(
      serviceOf(templates).at("DeploymentConfiguration"),
    );
    return { Strategy, BakeTimeInMinutes, CanaryConfiguration, LinearConfiguration };
  };
  // rollout.weights is [10, 100], bake 5m, finalBake 5m, keepWarm 30m.
  expect(strategy(nativeProduction)).toEqual({
    Strategy: "CANARY",
    CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 5 },
    BakeTimeInMinutes: 35,
  });
  expect(strategy(rolledOut({ weights: [40, 80, 100], bake: minute(2), finalBake: minute(1), keepWarm: minute(3) }))).toEqual({
    Strategy: "LINEAR",
    LinearConfiguration: { StepPercent: 40, StepBakeTimeInMinutes: 2 },
    BakeTimeInMinutes: 4,
  });
  expect(strategy(rolledOut({ weights: [100] }))).toEqual({ Strategy: "BLUE_GREEN", BakeTimeInMinutes: 35 });
});

it.each(nativeBoth)("D02 an alarm of either colour, and copies that do not start, turn a deployment back (%s)", (_name, templates) => {
  const service = serviceOf(templates);
  expect(service.at("DeploymentConfiguration.Alarms")).toMatchObject({ Enable: true, Rollback: true });
  expect(service.at("DeploymentConfiguration.DeploymentCircuitBreaker")).toEqual({ Enable: true, Rollback: true });
  const alarms = service.texts("DeploymentConfiguration.Alarms.AlarmNames").map((name) => templates.follow(name));
  const seen = JSON.stringify(alarms.map((one) => one.value));
  for (const metric of ["HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"]) expect(seen).toContain(metric);
  for (const group of templates.all("AWS::ElasticLoadBalancingV2::TargetGroup"))
    expect(seen).toContain(group.attribute("TargetGroupFullName"));
  expect(alarms).toHaveLength(6);
});

it.each(nativeBoth)(
  "D03 ECS takes on a role that moves these two rules and fills these two groups, and nothing else (%s)",
  (_name, templates) => {
    const service = serviceOf(templates);
    const role = templates.follow(service.at(`${advanced}.RoleArn`));
    expect(statementsOf(role, "AssumeRolePolicyDocument").map(({ services }) => services)).toEqual([["ecs.amazonaws.com"]]);
    const granted = (action: string) =>
      grantsOf(templates, role)
        .filter(({ actions }) => actions.includes(`elasticloadbalancing:${action}`))
        .map(({ resources }) => resources);
    const groups = [service.at(`${balanced}.TargetGroupArn`), service.at(`${advanced}.AlternateTargetGroupArn`)];
    expect(granted("ModifyRule")).toEqual([rulesOf(templates).map(({ ref }) => ref)]);
    expect(granted("RegisterTargets")).toEqual([groups]);
    expect(granted("DeregisterTargets")).toEqual([groups]);
  },
);

it.each(nativeBoth)("B18 the service waits for its tasks and for the rights of who shifts its traffic (%s)", (_name, templates) => {
  const service = serviceOf(templates);
  const role = templates.follow(service.at(`${advanced}.RoleArn`));
  expect(service.after).toEqual(expect.arrayContaining([templates.one("AWS::ECS::TaskDefinition"), ...policiesOf(templates, role)]));
});

it("D02 tasks, scaling and monitoring leave the service as it is, to the byte, and the rollout changes its deployments alone", () => {
  const [service] = nativeConfig.services;
  const planned = (change: Partial<typeof nativeConfig>): unknown =>
    buildPlan({ ...nativeConfig, ...change }, "production")
      .stacks.flatMap(({ resources }) => resources)
      .find(({ type }) => type === "AWS::ECS::Service")?.properties;
  const before = planned({});
  expect(planned({ services: [{ ...service, env: { COMMIT: "0f1e2d3c" } }] })).toEqual(before);
  expect(planned({ monitoring: { ...nativeConfig.monitoring, errors: 0.02, emails: [] } })).toEqual(before);
  const other = planned({ rollout: { ...nativeConfig.rollout, weights: [20, 100] } });
  expect({ ...Object(other), DeploymentConfiguration: undefined }).toEqual({ ...Object(before), DeploymentConfiguration: undefined });
  expect(other).not.toEqual(before);
});

it("D02 what a deployment chooses is not the engine's: it names the family of the tasks, and no number of copies", () => {
  const resources = buildPlan(nativeConfig, "production").stacks.flatMap((stack) => stack.resources);
  const owned = resources.filter(({ type }) => type === "AWS::ECS::Service").map(({ releaseOwns }) => releaseOwns);
  expect(owned).toEqual([["DesiredCount", "TaskDefinition"]]);
  const service = serviceOf(nativeProduction);
  expect(service.at("TaskDefinition")).toBe(nativeProduction.one("AWS::ECS::TaskDefinition").text("Family"));
  expect(service.at("DesiredCount")).toBeUndefined();
});

const deployOf = (templates: Templates) => {
  const stages = templates.one("AWS::CodePipeline::Pipeline").parts("Stages");
  const [action, ...others] = stages.find((stage) => stage.at("Name") === "Deploy")?.parts("Actions") ?? [];
  if (!action || others.length > 0) throw new Error("the stage Deploy has one action");
  return { action, project: templates.follow(action.at("Configuration.ProjectName")) };
};

it.each(nativeBoth)(
  "D01 the pipeline ends with a build that releases to this service, from what passed the scan alone (%s)",
  (_name, templates) => {
    const { action, project } = deployOf(templates);
    expect(action.at("InputArtifacts")).toEqual([{ Name: "Scanned" }]);
    const given = Object.fromEntries(project.parts("Environment.EnvironmentVariables").map((one) => [one.text("Name"), one.at("Value")]));
    const service = serviceOf(templates);
    expect(given).toEqual({ CLUSTER: service.at("Cluster"), SERVICE: service.attribute("Name") });
    // Its buildspec is of the scanned source, which the scan hands on under this name.
    const scan = templates.one("AWS::CodeBuild::Project", (one) => one.at("Source.BuildSpec") === "buildspec/scan.yml");
    const folder = scan.parts("Environment.EnvironmentVariables").find((one) => one.at("Name") === "SOURCE_FOLDER");
    expect(project.at("Source.BuildSpec")).toBe(`${folder?.at("Value")}/buildspec/deploy.yml`);
    // What it reads is what the image build writes, which needs the family for it.
    const image = templates.one("AWS::CodeBuild::Project", (one) => one.at("Source.BuildSpec") === "buildspec/image.yml");
    const family = image.parts("Environment.EnvironmentVariables").find((one) => one.at("Name") === "TASK_FAMILY");
    expect(family?.at("Value")).toBe(templates.one("AWS::ECS::TaskDefinition").at("Family"));
    const written = readFileSync(path.join(root, "assets/buildspecs/image.yml"), "utf8");
    const read = readFileSync(path.join(root, "assets/buildspecs/deploy.yml"), "utf8");
    for (const text of ["imageDetail.json", "taskdef.json", "<IMAGE1_NAME>"])
      expect([written, read].every((one) => one.includes(text))).toBe(true);
  },
);

it("D02 the build may wait as long as ECS does, and an hour for what no wait says", () => {
  const limit = (templates: Templates) => deployOf(templates).project.at("TimeoutInMinutes");
  // One wait of 5 minutes below 100 %, 5 and 30 after.
  expect(limit(nativeProduction)).toBe(40 + 60);
  expect(limit(rolledOut({ weights: [25, 50, 75, 100], bake: minute(30) }))).toBe(3 * 30 + 35 + 60);
});

it.each(nativeBoth)(
  "D03 the build releases to this service and passes the roles of its tasks on, and no others (%s)",
  (_name, templates) => {
    const { project } = deployOf(templates);
    const role = templates.follow(project.at("ServiceRole"));
    const grants = grantsOf(templates, role);
    const on = (action: string) => grants.filter(({ actions }) => actions.includes(action)).map(({ resources }) => resources);
    const service = serviceOf(templates);
    const named = `${service.text("Cluster")}/${service.attribute("Name")}`;
    const ecs = `arn:aws:ecs:${templates.region}:${templates.account}`;
    expect(on("ecs:UpdateService")).toEqual([[`${ecs}:service/${named}`]]);
    expect(on("ecs:DescribeServiceDeployments")).toEqual([[`${ecs}:service/${named}`, `${ecs}:service-deployment/${named}/*`]]);
    const task = templates.one("AWS::ECS::TaskDefinition");
    expect(on("iam:PassRole")).toEqual([[task.at("ExecutionRoleArn"), task.at("TaskRoleArn")]]);
  },
);

it("two plans of one configuration are the same bytes, where ECS shifts", () => {
  const bytes = () => JSON.stringify(buildPlan(nativeConfig, "production").stacks.map(templateOf));
  expect(bytes()).toBe(bytes());
});
