import { arnOf, nameOrArn, parseArn } from "../../aws/arns.ts";
import { dnsSuffix } from "../../aws/regions.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Entry } from "../blocks/balancer.ts";
import type { Ground } from "../blocks/network.ts";
import type { Images } from "../blocks/registry.ts";
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

function nameIn(text: string, wanted: { readonly service: string; readonly resourceType: string }): string {
  const found = nameOrArn(text, wanted);
  if ("problem" in found) throw new Error(found.problem);
  return found.name;
}
