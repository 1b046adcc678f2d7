import { cloudFrontPrefixList } from "../../aws/edge-addresses.ts";
import type { Block } from "../stack.ts";
import { type Entry, loadBalancer, productionPort, testPort } from "./balancer.ts";
import type { Bucket } from "./bucket.ts";
import type { Ground } from "./network.ts";
import { letIn, letInList, securityGroup } from "./security-group.ts";

/**
 * A load balancer in the private subnets, without any public address: callers reach it by CloudFront alone, which has an interface in them
 * (Amazon CloudFront Developer Guide, "Restrict access with VPC origins"; A15). Tests reach it from inside the network.
 */
export function privateBalancer(block: Block, groups: Block, ground: Ground, cidr: string, logs: Bucket): Entry {
  const list = cloudFrontPrefixList(block.site.region);
  if (list === undefined) throw new Error(`no prefix list of CloudFront is known in ${block.site.region}; the rules let this pass`);
  const group = securityGroup(groups, ground.vpcId, "balancer", "The load balancer");
  letInList(groups, group, "CloudFront", productionPort, list, "HTTPS from CloudFront");
  letIn(groups, group, "tests", testPort, cidr, "Tests from inside the network");
  return loadBalancer(block, group, { scheme: "internal", subnetIds: ground.privateSubnetIds, open: ground.open, logs });
}
