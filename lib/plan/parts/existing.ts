import { arnOf, nameOrArn, parseArn } from "../../aws/arns.ts";
import { familyOf, serviceOf } from "../../aws/ecs-names.ts";
import { dnsSuffix } from "../../aws/regions.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Entry } from "../blocks/balancer.ts";
import type { CodeDeployTarget } from "../blocks/deploy-to-ecs.ts";
import type { Ground } from "../blocks/network.ts";
import type { Images } from "../blocks/registry.ts";
import type { RoleElsewhere } from "../blocks/role-elsewhere.ts";
import type { Site } from "../stack.ts";

// What a configuration names as existing, in the words in which blocks offer what they make (E01, E02, E04). The rules have refused what
// is malformed.

type Existing = Environment["existing"];

/** The network that the configuration names, in place of one that is made (E01). */
export function existingGround({ id, publicSubnets, privateSubnets, natAddresses }: NonNullable<Existing["vpc"]>): Ground {
  return {
    vpcId: id,
    publicSubnetIds: publicSubnets,
    privateSubnetIds: privateSubnets,
    open: [],
    natCidrs: natAddresses.map((address) => `${address}/32`),
  };
}

/** The load balancer that the configuration names, in place of one that is made (E01). */
export function existingEntry({ arn, securityGroup, dnsName, zone }: NonNullable<Existing["balancer"]>): Entry {
  const parsed = parseArn(arn);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return {
    arn,
    fullName: parsed.arn.resource.replace(/^loadbalancer\//, ""),
    // Read only for the record in a zone, for which the rules ask for both.
    dnsName: dnsName ?? "",
    zoneId: zone ?? "",
    dualstack: false,
    group: { name: "balancer", groupId: securityGroup },
  };
}

/** The name of the cluster that the configuration names, by name or ARN (E02). */
export function existingClusterName({ name }: NonNullable<Existing["cluster"]>): string {
  return nameIn(name, { service: "ecs", resourceType: "cluster" });
}

/** The image repository that the configuration names, by name or ARN, in this account or another (E02). */
export function existingImages(site: Site, given: string): Images {
  const found = nameOrArn(given, { service: "ecr", resourceType: "repository" });
  if ("problem" in found) throw new Error(found.problem);
  const { name, account = site.account, region = site.region } = found;
  return {
    name,
    arn: arnOf(region, "ecr", account, `repository/${name}`),
    uri: `${account}.dkr.ecr.${region}.${dnsSuffix(region)}/${name}`,
  };
}

interface ExistingTarget extends CodeDeployTarget {
  readonly application: string;
  readonly group: string;
}

/** What CodeDeploy deploys to a service that the configuration names, all by name or ARN (E02, E04). */
export function existingTarget({ service, codeDeploy }: Existing): ExistingTarget | undefined {
  if (!service || codeDeploy?.group === undefined) return undefined;
  return {
    application: existingApplication(codeDeploy),
    group: nameIn(codeDeploy.group, { service: "codedeploy", resourceType: "deploymentgroup" }).replace(/^.*\//, ""),
    config: nameIn(codeDeploy.steps, { service: "codedeploy", resourceType: "deploymentconfig" }),
    taskFamily: known(familyOf(service.taskFamily)).name,
    taskRoleArns: [service.executionRole, ...(service.taskRole === undefined ? [] : [service.taskRole])],
  };
}

/** The name of the CodeDeploy application that the configuration names. */
export function existingApplication({ application }: NonNullable<Existing["codeDeploy"]>): string {
  return nameIn(application, { service: "codedeploy", resourceType: "application" });
}

/** The service that exists and its cluster, by which its metrics are found. */
export function existingService({ service, cluster }: Existing): { readonly serviceName: string; readonly clusterName: string } {
  if (!service) throw new Error("no service exists");
  const found = known(serviceOf(service.name));
  const clusterName = found.cluster ?? (cluster && existingClusterName(cluster));
  if (clusterName === undefined) throw new Error(`no cluster of ${found.name} is named; the rules let this pass`);
  return { serviceName: found.name, clusterName };
}

/** The load balancer of a listener or of one of its rules, as its metrics name it: the middle of both their ARNs. */
export function balancerOf({ callers }: NonNullable<NonNullable<Existing["service"]>["traffic"]>): string {
  return known(parseArn(callers)).arn.resource.split("/").slice(1, 4).join("/");
}

/** The role that pulls images for a service that exists. */
export const existingPuller = ({ executionRole }: NonNullable<Existing["service"]>): RoleElsewhere => ({
  account: known(parseArn(executionRole)).arn.account,
  arn: executionRole,
});

function nameIn(text: string, wanted: { readonly service: string; readonly resourceType: string }): string {
  return known(nameOrArn(text, wanted)).name;
}

function known<T extends object>(found: T | { readonly problem: string }): T {
  if ("problem" in found) throw new Error(String(found.problem));
  return found;
}
