import { nameOrArn, parseArn } from "../../aws/arns.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Rule } from "./rule.ts";

/** Amazon ECS API reference, AwsVpcConfiguration: five security groups, of which one is the service's own. */
const mostJoined = 4;
/** Amazon ECS API reference, CreateCluster; Amazon ECR API reference, CreateRepository. */
const clusterName = { looks: /^[\w-]{1,255}$/, of: "letters, digits, hyphens and underscores" };
const repositoryName = {
  looks: /^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/,
  of: "small letters and digits, with single hyphens, dots, underscores or slashes between them",
};

const misnamed = (name: string, { looks, of }: typeof clusterName): string | undefined =>
  looks.test(name) ? undefined : `"${name}" is no name of ${of}`;

/** What is used and not made must be where the environment is, and complete (E01, E02). */
export const existingFits: Rule = ({ environments }) =>
  environments.flatMap((environment) =>
    [networkNamed, tiersApart, groupsFit, clusterFits, registryFits, balancerFits, balancerFound].map(
      (question) => () => question(environment),
    ),
  );

type Question = (environment: Environment) => Problem | undefined;

/** The place of something that exists in an environment. */
export const pathOf = ({ name }: Environment, ...rest: readonly string[]): Problem["path"] => ["environments", name, "existing", ...rest];

/** Where an ARN says that something is, if the environment is elsewhere. */
export function elsewhere(environment: Environment, where: { readonly account?: string; readonly region?: string }): string | undefined {
  if (where.account !== undefined && where.account !== environment.account) return `it belongs to the account ${where.account}`;
  return where.region === undefined || where.region === environment.regions[0] ? undefined : `it is in ${where.region}`;
}

const networkNamed: Question = (environment) => {
  const { vpc, balancer, cluster } = environment.existing;
  if (vpc) return undefined;
  const path = pathOf(environment, "vpc");
  if (balancer) return { path, fix: "name the network of the load balancer: its targets must be there" };
  return cluster && cluster.securityGroups.length > 0
    ? { path, fix: "name the network of the security groups: the copies that join them must be there" }
    : undefined;
};

/** A subnet has one route table: where it leads to the internet by a gateway, copies without a public address reach nothing by it. */
const tiersApart: Question = (environment) => {
  const { publicSubnets = [], privateSubnets = [] } = environment.existing.vpc ?? {};
  const both = privateSubnets.findIndex((one) => publicSubnets.includes(one));
  return both < 0
    ? undefined
    : {
        path: [...pathOf(environment, "vpc", "privateSubnets"), both],
        fix: "name a private subnet: this one is among the public ones, and from there a copy would not reach its image",
      };
};

const groupsFit: Question = (environment) => {
  const { cluster } = environment.existing;
  return cluster && cluster.securityGroups.length > mostJoined
    ? {
        path: pathOf(environment, "cluster", "securityGroups"),
        fix: `name at most ${mostJoined}: a copy has one of its own, and ECS takes five`,
      }
    : undefined;
};

const clusterFits: Question = (environment) => {
  const { cluster } = environment.existing;
  if (!cluster) return undefined;
  const given = nameOrArn(cluster.name, { service: "ecs", resourceType: "cluster" });
  const wrong = "problem" in given ? given.problem : (misnamed(given.name, clusterName) ?? elsewhere(environment, given));
  return wrong === undefined
    ? undefined
    : { path: pathOf(environment, "cluster", "name"), fix: `write the name or the ARN of an ECS cluster of this environment: ${wrong}` };
};

const registryFits: Question = (environment) => {
  const { registry } = environment.existing;
  if (registry === undefined) return undefined;
  const given = nameOrArn(registry, { service: "ecr", resourceType: "repository" });
  const wrong = "problem" in given ? given.problem : misnamed(given.name, repositoryName);
  return wrong === undefined
    ? undefined
    : { path: pathOf(environment, "registry"), fix: `write the name or the ARN of a repository in ECR: ${wrong}` };
};

const balancerFits: Question = (environment) => {
  const { balancer } = environment.existing;
  if (!balancer) return undefined;
  const parsed = parseArn(balancer.arn);
  const isBalancer =
    "arn" in parsed && parsed.arn.service === "elasticloadbalancing" && /^loadbalancer\/app\/[^/]+\/[^/]+$/.test(parsed.arn.resource);
  const wrong =
    "problem" in parsed ? parsed.problem : isBalancer ? elsewhere(environment, parsed.arn) : "it is none of an Application Load Balancer";
  return wrong === undefined
    ? undefined
    : { path: pathOf(environment, "balancer", "arn"), fix: `write the ARN of a load balancer of this environment: ${wrong}` };
};

const balancerFound: Question = (environment) => {
  const { balancer } = environment.existing;
  if (!balancer) return undefined;
  const path = pathOf(environment, "balancer", "dnsName");
  const named = [balancer.dnsName, balancer.zone].filter((one) => one !== undefined).length;
  if (environment.zone === undefined && named > 0)
    return { path, fix: `leave dnsName and zone out, or write environments.${environment.name}.zone: without one no record points there` };
  return environment.zone !== undefined && named < 2
    ? { path, fix: "give dnsName and zone of the load balancer: the record in the zone points there" }
    : undefined;
};
