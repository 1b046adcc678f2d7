import type { Config } from "../../../lib/config/config.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { readTemplates, type Templates } from "../template.ts";
import { config, environmentOf } from "./plans.ts";

type Existing = Config["environments"][number]["existing"];

const account = "333333333333";
const arn = (service: string, resource: string): string => `arn:aws:${service}:eu-central-1:${account}:${resource}`;

/** A service of the platform team in production, with what deploys it. */
export const imported = {
  service: {
    name: arn("ecs", "service/platform/billing-api"),
    taskFamily: arn("ecs", "task-definition/billing:42"),
    executionRole: `arn:aws:iam::${account}:role/billing-starts`,
    taskRole: `arn:aws:iam::${account}:role/platform/billing-app`,
  },
  codeDeploy: {
    application: arn("codedeploy", "application:Billing"),
    group: arn("codedeploy", "deploymentgroup:Billing/production"),
    steps: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
  },
} satisfies Existing;

/** Where the callers of that service are moved. */
export const traffic = {
  callers: arn("elasticloadbalancing", "listener/app/platform/50dc6c495c0c9188/f2f7dc8efc522ab2"),
  blue: arn("elasticloadbalancing", "targetgroup/billing-one/73e2d6bc24d8a067"),
  green: arn("elasticloadbalancing", "targetgroup/billing-two/943f017f100becff"),
};
export const rule = arn("elasticloadbalancing", "listener-rule/app/platform/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee");

/** The same for releases by `sluice release`. */
export const importedWith = (callers = traffic.callers): Existing => ({
  ...imported,
  service: { ...imported.service, traffic: { ...traffic, callers } },
});

/** The same by name. */
export const importedByName = {
  cluster: { name: "platform", securityGroups: [] },
  service: { ...imported.service, name: "billing-api", taskFamily: "billing" },
  codeDeploy: { ...imported.codeDeploy, application: "Billing", group: "production" },
} satisfies Existing;

/** System E whose production exists already, for a pipeline that begins to deploy it. */
export const importing = (existing: Existing = imported): Config => {
  const { certificate: _, ...production } = environmentOf("production");
  return {
    ...config,
    environments: config.environments.map((one) => (one.name === "production" ? { ...production, existing } : one)),
  };
};

export const plannedWith = (environment: string, existing?: Existing): Templates =>
  readTemplates(buildPlan(importing(existing), environment));
