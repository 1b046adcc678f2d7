import { nameOrArn, parseArn } from "../../aws/arns.ts";
import { familyOf, serviceOf } from "../../aws/ecs-names.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import { elsewhere, pathOf } from "./existing.ts";
import type { Findings, Rule } from "./rule.ts";

/** Amazon ECS API reference, CreateService and RegisterTaskDefinition; AWS CodeDeploy API reference, CreateApplication and CreateDeploymentGroup. */
const ecsName = /^[\w-]{1,255}$/;
const codeDeployName = /^[\w+=,.@-]{1,100}$/;

/** A service that exists is deployed by the group that exists, by CodeDeploy, with nothing that only a service made here could take (E02, E04). */
export const existingServiceFits: Rule = (config) =>
  config.environments.map((environment) => [
    () => pairProblem(environment),
    () => serviceProblems(environment),
    () => codeDeployProblems(environment),
    () => leftOut(config, environment),
  ]);

function pairProblem(environment: Environment): Findings {
  const { service, codeDeploy } = environment.existing;
  if (service && codeDeploy?.group === undefined)
    return {
      path: pathOf(environment, "codeDeploy", ...(codeDeploy ? ["group"] : [])),
      fix: "name the application and the deployment group that deploy existing.service",
    };
  return codeDeploy?.group !== undefined && !service
    ? { path: pathOf(environment, "service"), fix: "name the service that existing.codeDeploy.group deploys, or leave the group out" }
    : undefined;
}

function serviceProblems(environment: Environment): Findings {
  const { service } = environment.existing;
  if (!service) return undefined;
  const path = (field: string): Problem["path"] => pathOf(environment, "service", field);
  return [
    () => {
      const given = serviceOf(service.name);
      const wrong =
        "problem" in given
          ? given.problem
          : ecsName.test(given.name)
            ? (elsewhere(environment, given) ?? clusterProblem(environment, given.cluster))
            : `"${given.name}" is no name of letters, digits, hyphens and underscores`;
      return wrong === undefined ? undefined : { path: path("name"), fix: `write the name or the ARN of an ECS service: ${wrong}` };
    },
    () => {
      const given = familyOf(service.taskFamily);
      const wrong =
        "problem" in given
          ? given.problem
          : ecsName.test(given.name)
            ? elsewhere(environment, given)
            : `"${given.name}" is no name of letters, digits, hyphens and underscores`;
      return wrong === undefined
        ? undefined
        : { path: path("taskFamily"), fix: `write the family of its task definitions, or the ARN of one: ${wrong}` };
    },
    () => trafficProblems(environment),
    ...(["executionRole", "taskRole"] as const).map((field) => () => {
      const fix = service[field] === undefined ? undefined : roleProblem(environment, service[field]);
      return fix === undefined ? undefined : { path: path(field), fix };
    }),
  ];
}

/** Service Authorization Reference, "Resource types defined by AWS Elastic Load Balancing V2". */
const inBalancer = {
  callers: {
    looks: /^(listener\/app(\/[^/]+){3}|listener-rule\/app(\/[^/]+){4})$/,
    of: "a listener of an Application Load Balancer, or of a rule",
  },
  blue: { looks: /^targetgroup(\/[^/]+){2}$/, of: "a target group" },
  green: { looks: /^targetgroup(\/[^/]+){2}$/, of: "a target group" },
} as const;

function trafficProblems(environment: Environment): Findings {
  const { traffic } = environment.existing.service ?? {};
  if (!traffic) return undefined;
  const path = (field: string): Problem["path"] => pathOf(environment, "service", "traffic", field);
  const fields = (["callers", "blue", "green"] as const).map((field) => () => {
    const { looks, of } = inBalancer[field];
    const parsed = parseArn(traffic[field]);
    const fits = "arn" in parsed && parsed.arn.service === "elasticloadbalancing" && looks.test(parsed.arn.resource);
    const wrong = "problem" in parsed ? parsed.problem : fits ? elsewhere(environment, parsed.arn) : `it is none of ${of}`;
    return wrong === undefined ? undefined : { path: path(field), fix: `write the ARN of ${of} of this environment: ${wrong}` };
  });
  return [
    ...fields,
    () =>
      traffic.green === traffic.blue
        ? { path: path("green"), fix: "name the other target group: CodeDeploy moves callers between two" }
        : undefined,
  ];
}

function roleProblem(environment: Environment, text: string): string | undefined {
  const parsed = parseArn(text);
  const isRole = "arn" in parsed && parsed.arn.service === "iam" && /^role\/.+/.test(parsed.arn.resource);
  const wrong =
    "problem" in parsed ? parsed.problem : isRole ? elsewhere(environment, { account: parsed.arn.account }) : "it is none of a role in IAM";
  return wrong === undefined ? undefined : `write the ARN of a role of this environment: ${wrong}`;
}

function clusterProblem({ existing }: Environment, named: string | undefined): string | undefined {
  const given = existing.cluster && nameOrArn(existing.cluster.name, { service: "ecs", resourceType: "cluster" });
  if (!given) return named === undefined ? "name its cluster in existing.cluster, or write its ARN, which names it" : undefined;
  return named === undefined || "problem" in given || given.name === named
    ? undefined
    : `it is in the cluster "${named}", and existing.cluster is "${given.name}"`;
}

function codeDeployProblems(environment: Environment): Findings {
  const { codeDeploy } = environment.existing;
  if (!codeDeploy) return undefined;
  const question = (field: "application" | "group" | "steps", resourceType: string, what: string) => () => {
    const text = codeDeploy[field];
    if (text === undefined) return undefined;
    const given = nameOrArn(text, { service: "codedeploy", resourceType });
    const wrong = "problem" in given ? given.problem : (misnamed(field, given.name) ?? elsewhere(environment, given));
    return wrong === undefined
      ? undefined
      : { path: pathOf(environment, "codeDeploy", field), fix: `write the name or the ARN of ${what}: ${wrong}` };
  };
  return [
    question("application", "application", "a CodeDeploy application of this environment"),
    question("group", "deploymentgroup", "a deployment group of this environment"),
    question("steps", "deploymentconfig", "a deployment configuration of this environment"),
    () => groupElsewhere(environment),
  ];
}

/** The ARN of a group names its application before it. */
function misnamed(field: string, name: string): string | undefined {
  const parts = name.split("/");
  const fits = parts.every((one) => codeDeployName.test(one)) && parts.length <= (field === "group" ? 2 : 1);
  return fits ? undefined : `"${name}" is no name of up to 100 letters, digits and any of _ + = , . @ -`;
}

function groupElsewhere(environment: Environment): Findings {
  const { codeDeploy } = environment.existing;
  if (codeDeploy?.group === undefined) return undefined;
  const group = nameOrArn(codeDeploy.group, { service: "codedeploy", resourceType: "deploymentgroup" });
  const application = nameOrArn(codeDeploy.application, { service: "codedeploy", resourceType: "application" });
  if ("problem" in group || "problem" in application || group.name.split("/").length !== 2) return undefined;
  return group.name.startsWith(`${application.name}/`)
    ? undefined
    : {
        path: pathOf(environment, "codeDeploy", "group"),
        fix: `name a group of the application "${application.name}": this is "${group.name}"`,
      };
}

/** What only a service that is made here can have, and what would be made for none. */
function leftOut(config: Config, environment: Environment): Findings {
  const { existing, name } = environment;
  if (!existing.service) return existing.codeDeploy && byCodeDeploy(config, pathOf(environment, "codeDeploy"));
  const fix = "leave it out: with existing.service nothing is made that stands on it";
  const service = pathOf(environment, "service");
  const asked = (what: string): Problem => ({
    path: service,
    fix: `leave it out, or leave ${what} out: it is given to services that are made here`,
  });
  return [
    () => byCodeDeploy(config, service),
    () =>
      config.delivery || existing.service?.traffic
        ? undefined
        : {
            path: service,
            fix: "leave it out, or write the section delivery, or its traffic, for sluice release: nothing else deploys it",
          },
    ...(["vpc", "balancer"] as const).map(
      (part) => () => (existing[part] === undefined ? undefined : { path: pathOf(environment, part), fix }),
    ),
    ...(["zone", "certificate"] as const).map(
      (field) => () => (environment[field] === undefined ? undefined : { path: ["environments", name, field], fix }),
    ),
    ...(["database", "edge", "firewall"] as const).map((section) => () => (config[section] ? asked(section) : undefined)),
    () => (config.services[0].encrypts ? asked(`services.${config.services[0].name}.encrypts`) : undefined),
    () => (config.delivery?.pulumi ? asked("delivery.pulumi") : undefined),
  ];
}

function byCodeDeploy({ rollout }: Config, path: Problem["path"]): Findings {
  return rollout.weightHolder === "codedeploy"
    ? undefined
    : { path, fix: 'leave it out, or write rollout.weightHolder "codedeploy", which moves the traffic of what exists' };
}
