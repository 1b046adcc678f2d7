import { nameOrArn, parseArn } from "../../aws/arns.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Rule } from "./rule.ts";

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
  if (cluster) {
    const given = nameOrArn(cluster.name, { service: "ecs", resourceType: "cluster" });
    const wrong = "problem" in given ? given.problem : place(given);
    if (wrong !== undefined)
      found.push({ path: path("cluster", "name"), fix: `write the name or the ARN of an ECS cluster of this environment: ${wrong}` });
  }
  if (registry !== undefined) {
    const given = nameOrArn(registry, { service: "ecr", resourceType: "repository" });
    if ("problem" in given)
      found.push({ path: path("registry"), fix: `write the name or the ARN of a repository in ECR: ${given.problem}` });
  }
  if (balancer) {
    const parsed = parseArn(balancer.arn);
    const isBalancer =
      "arn" in parsed && parsed.arn.service === "elasticloadbalancing" && parsed.arn.resource.startsWith("loadbalancer/app/");
    const wrong = "problem" in parsed ? parsed.problem : isBalancer ? place(parsed.arn) : "it is none of an Application Load Balancer";
    if (wrong !== undefined)
      found.push({ path: path("balancer", "arn"), fix: `write the ARN of a load balancer of this environment: ${wrong}` });
    if (!vpc) found.push({ path: path("vpc"), fix: "name the network of the load balancer: its targets must be there" });
    if (zone !== undefined && (balancer.dnsName === undefined || balancer.zone === undefined))
      found.push({
        path: path("balancer", "dnsName"),
        fix: "give dnsName and zone of the load balancer: the record in the zone points there",
      });
  }
  return found;
}
