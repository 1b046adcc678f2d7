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
export const existingFits: Rule = ({ environments }) => environments.flatMap(misfits);

function misfits({ name, account, regions, zone, existing }: Environment): readonly Problem[] {
  const path = (...rest: readonly string[]): readonly string[] => ["environments", name, "existing", ...rest];
  const found: Problem[] = [];
  const place = (where: { readonly account?: string; readonly region?: string }): string | undefined => {
    if (where.account !== undefined && where.account !== account) return `it belongs to the account ${where.account}`;
    return where.region === undefined || where.region === regions[0] ? undefined : `it is in ${where.region}`;
  };
  const { cluster, registry, balancer, vpc } = existing;
  const groups = cluster?.securityGroups ?? [];
  if (!vpc && (balancer || groups.length > 0)) {
    const what = balancer ? "the load balancer: its targets must be there" : "the security groups: the copies that join them must be there";
    found.push({ path: path("vpc"), fix: `name the network of ${what}` });
  }
  if (groups.length > mostJoined)
    found.push({
      path: path("cluster", "securityGroups"),
      fix: `name at most ${mostJoined}: a copy has one of its own, and ECS takes five`,
    });
  if (cluster) {
    const given = nameOrArn(cluster.name, { service: "ecs", resourceType: "cluster" });
    const wrong = "problem" in given ? given.problem : (misnamed(given.name, clusterName) ?? place(given));
    if (wrong !== undefined)
      found.push({ path: path("cluster", "name"), fix: `write the name or the ARN of an ECS cluster of this environment: ${wrong}` });
  }
  if (registry !== undefined) {
    const given = nameOrArn(registry, { service: "ecr", resourceType: "repository" });
    const wrong = "problem" in given ? given.problem : misnamed(given.name, repositoryName);
    if (wrong !== undefined) found.push({ path: path("registry"), fix: `write the name or the ARN of a repository in ECR: ${wrong}` });
  }
  if (balancer) {
    const parsed = parseArn(balancer.arn);
    const isBalancer =
      "arn" in parsed && parsed.arn.service === "elasticloadbalancing" && /^loadbalancer\/app\/[^/]+\/[^/]+$/.test(parsed.arn.resource);
    const wrong = "problem" in parsed ? parsed.problem : isBalancer ? place(parsed.arn) : "it is none of an Application Load Balancer";
    if (wrong !== undefined)
      found.push({ path: path("balancer", "arn"), fix: `write the ARN of a load balancer of this environment: ${wrong}` });
    if (zone !== undefined && (balancer.dnsName === undefined || balancer.zone === undefined))
      found.push({
        path: path("balancer", "dnsName"),
        fix: "give dnsName and zone of the load balancer: the record in the zone points there",
      });
  }
  return found;
}
