import { expect, it } from "vitest";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { grantsOf } from "../policies.ts";
import { readTemplates } from "../template.ts";
import { imported, importedByName, importedWith, importing, plannedWith } from "./imported.ts";
import { actionOf, delivery, roleOf, withEnvironment } from "./plans.ts";

const production = plannedWith("production");
const tools = plannedWith("tools");
const { service } = imported;

const arn = (resource: string): string => `arn:aws:codedeploy:eu-central-1:333333333333:${resource}`;

it("E04 of a service that exists nothing is made: no task, no service, no application, no network, no listener", () => {
  const types = new Set(production.found.map(({ type }) => type.split("::").slice(0, 2).join("::")));
  for (const made of ["AWS::ECS", "AWS::CodeDeploy", "AWS::EC2", "AWS::ElasticLoadBalancingV2", "AWS::CertificateManager", "AWS::Route53"])
    expect(types).not.toContain(made);
});

it("E04 the pipeline hands a version to the application and the group that exist, with the tasks of the family that exists", () => {
  const deploy = actionOf(tools, "Deploy-production");
  expect(deploy.at("Configuration.ApplicationName")).toBe("Billing");
  expect(deploy.at("Configuration.DeploymentGroupName")).toBe("production");
  const build = tools.one("AWS::CodeBuild::Project", (one) => one.text("Name").endsWith("-image"));
  const families = build.parts("Environment.EnvironmentVariables").find((one) => one.at("Name") === "TASK_FAMILY");
  const { account } = production;
  expect(families?.text("Value")).toContain(`production=billing@arn:aws:iam::${account}:role/`);
});

it("E04 E07 the role that the pipeline takes on may deploy this service alone, and hand on the roles of its tasks", () => {
  const granted = grantsOf(production, roleOf(production, "stage-deploy"));
  const of = (name: string) => granted.find(({ sid }) => sid === name)?.resources;
  expect(of("DeploysThisService")).toEqual([
    arn("application:Billing"),
    arn("deploymentgroup:Billing/production"),
    arn("deploymentconfig:CodeDeployDefault.ECSLinear10PercentEvery1Minutes"),
  ]);
  expect(of("RegistersItsTasks")).toEqual(["arn:aws:ecs:eu-central-1:333333333333:task-definition/billing:*"]);
  expect(of("StartsTasksWithTheirRoles")).toEqual([service.executionRole, service.taskRole]);
});

it("E04 E07 the registry lets the role in that starts the tasks that exist, and not one that nobody makes", () => {
  const policy = JSON.stringify(tools.one("AWS::ECR::Repository").at("RepositoryPolicyText"));
  expect(policy).toContain(service.executionRole);
  expect(policy).not.toContain(String(service.taskRole));
  expect(policy).not.toContain("production-euc1-api-execution");
});

it("E04 E08 people are told when the service that exists has too much to do", () => {
  const alarms = production.all("AWS::CloudWatch::Alarm");
  expect(alarms).toHaveLength(2);
  for (const one of alarms) {
    const dimensions = one.parts("Dimensions").map((part) => `${part.text("Name")}=${part.text("Value")}`);
    expect(dimensions).toEqual(["ClusterName=platform", "ServiceName=billing-api"]);
    expect(one.texts("AlarmActions")).toHaveLength(1);
  }
});

it("E02 what exists by its names and by its ARNs is one plan, to the byte, in the stage and in the home", () => {
  for (const name of ["tools", "production"]) {
    const bytes = (existing: Parameters<typeof importing>[0]) =>
      JSON.stringify(buildPlan(importing(existing), name).stacks.map(templateOf));
    expect(bytes(importedByName)).toBe(bytes(imported));
    expect(bytes({ ...imported, service: { ...service, taskFamily: "other" } })).not.toBe(bytes(imported));
  }
});

it("E04 an application that exists takes the deployment group of a service that is made", () => {
  const existing = { codeDeploy: { application: arn("application:Platform"), steps: "CodeDeployDefault.ECSAllAtOnce" } };
  const made = withEnvironment("staging", { existing });
  expect(made.all("AWS::CodeDeploy::Application")).toEqual([]);
  const group = made.one("AWS::CodeDeploy::DeploymentGroup");
  expect(group.at("ApplicationName")).toBe("Platform");
  const granted = grantsOf(made, roleOf(made, "stage-deploy")).find(({ sid }) => sid === "DeploysThisService");
  expect(granted?.resources[0]).toBe("arn:aws:codedeploy:eu-central-1:222222222222:application:Platform");
  const deploy = actionOf(withEnvironment("staging", { existing }, "tools"), "Deploy-staging");
  expect(deploy.at("Configuration.ApplicationName")).toBe("Platform");
  expect(deploy.at("Configuration.DeploymentGroupName")).toBe(group.at("DeploymentGroupName"));
});

it("E04 a pipeline of the environment's own deploys a service that exists too", () => {
  const { home: _, ...own } = delivery();
  const plan = buildPlan({ ...importing(), delivery: { ...own, stages: [] } }, "production");
  expect(plan.stacks.map(({ part }) => part)).toEqual(["ledger", "base", "api", "pipeline"]);
  const deploy = actionOf(readTemplates(plan), "Deploy");
  expect([deploy.at("Configuration.ApplicationName"), deploy.at("Configuration.DeploymentGroupName")]).toEqual(["Billing", "production"]);
});

it("E04 a service that exists, and that only `sluice release` deploys, needs no pipeline", () => {
  const { delivery: _, ...alone } = importing(importedWith());
  expect(buildPlan(alone, "production").stacks.map(({ part }) => part)).toEqual(["ledger", "base", "api"]);
});
