import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import { routeOf } from "../../config/routes.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Service } from "../../config/schema/service.ts";
import { nameBelow } from "../blocks/names.ts";
import { registry } from "../blocks/registry.ts";
import { type Listeners, routedEntry } from "../blocks/routed-entry.ts";
import { connect, letOutToServices, securityGroup } from "../blocks/security-group.ts";
import type { Draft } from "../stack.ts";
import type { Base, Shared } from "./base.ts";
import { held } from "./held.ts";
import type { Standing } from "./standing.ts";

/**
 * A service beside the first, in a stack of its own: its images, its group, two colours and its rules on the load balancer that all share. It
 * is told apart by a name below the domain or by paths.
 */
export function furtherService(
  stack: Draft,
  one: Service,
  config: Config,
  environment: Environment,
  given: Base,
  listeners: Listeners,
  standing: Standing,
): void {
  if (!given.shared) throw new Error(`${one.name} has nothing to stand on beside the first service`);
  const route = routeOf(one, environment.domain);
  const images = registry(stack.block("Images"), one.name, given.shared.imagesKeyArn);
  stack.output("RegistryName", images.name, "Name of the image repository");
  stack.output("RegistryUri", images.uri, "Where images are pushed to and pulled from");
  const [, ...joined] = given.serviceGroupIds;
  const own = {
    ...given,
    registryUri: images.uri,
    registryArn: images.arn,
    serviceGroupIds: [groupOf(stack, one, { ...given.shared, vpcId: given.vpcId, ipv6: given.ipv6 }, standing), ...joined],
  };
  held(stack, one, config, own, standing, (block, colours) => routedEntry(block, listeners, colours, route));
  const isPrimary = stack.region === environment.regions[0];
  if (isPrimary && !one.paths && environment.domain !== undefined && given.zoneId !== undefined && route.host !== undefined)
    nameBelow(stack.block("Dns"), route.host, { domain: environment.domain, zoneId: given.zoneId, dualstack: given.dualstack });
}

/** The group of the copies: reached by the load balancer, and let out to AWS and to the database. */
function groupOf(
  stack: Draft,
  { name, port }: Service,
  { vpcId, balancerGroupId, ipv6 }: Pick<Base, "vpcId" | "ipv6"> & Shared,
  { doors = [] }: Standing,
): Value<string> {
  const groups = stack.block("Groups");
  const app = securityGroup(groups, vpcId, name, "The copies of the service");
  connect(groups, { name: "balancer", groupId: balancerGroupId }, app, port, "Requests from the load balancer");
  letOutToServices(groups, app, "HTTPS to AWS and to other services", ipv6);
  for (const door of doors) connect(groups, app, door, door.port, door.because);
  stack.output("ServiceGroupId", app.groupId, "Security group of the copies of the service");
  return app.groupId;
}
