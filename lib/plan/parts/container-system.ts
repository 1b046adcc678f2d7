import type { Region } from "../../aws/regions.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { homeOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import { fromStack } from "../template.ts";
import { audit } from "./audit.ts";
import { type Base, base } from "./base.ts";
import { edge, type Place } from "./edge.ts";
import { furtherService } from "./further-service.ts";
import { delivery } from "./pipeline.ts";
import { recovery } from "./recovery.ts";
import { service } from "./service.ts";
import type { Standing } from "./standing.ts";
import { taskData } from "./task-data.ts";

type Begin = (region: Region, part: string) => Draft;

/** Services on ECS in each region, with their data in the primary one, and beside it what the environment has once (systems A, D and E). */
export function containerSystem(begin: Begin, config: Config, environment: Environment): void {
  const places: Place[] = [];
  for (const region of environment.regions) {
    const stack = begin(region, "base");
    const common = base(stack, config, environment, places[0]?.common);
    const standing = standingIn(begin, config, environment, stack, common);
    places.push({ region, common, balancerDnsName: fromStack(stack, "BalancerDnsName") });
    services((part) => begin(region, part), config, environment, common, standing);
  }
  const [first] = places;
  if (config.audit && first) audit(begin(first.region, "audit"), config.audit, first.common);
  if (config.edge) edge(begin, config, environment, places);
}

/** The data is in the primary region; in the others its backups are, and the service rests until a failover has restored them. */
function standingIn(begin: Begin, config: Config, environment: Environment, of: Draft, common: Base): Standing {
  const [primary, secondary] = environment.regions;
  const { region } = of.site;
  if (!config.database) return { rests: false };
  if (region !== primary) return { rests: true };
  const isolatedSubnetIds = common.privateSubnetIds.map((_, at) => fromStack(of, `IsolatedSubnet${at + 1}Id`));
  const { arn, door, ...database } = taskData(begin(region, "data"), config, environment, { ...common, isolatedSubnetIds });
  if (secondary) recovery(() => begin(region, "recovery"), begin(secondary, "recovery"), [arn]);
  return { database, rests: false, ...(door && { door }) };
}

function services(begin: (part: string) => Draft, config: Config, environment: Environment, common: Base, standing: Standing): void {
  const [first, ...others] = config.services;
  const home = config.delivery?.pulumi ? undefined : homeOf(config, environment.name);
  const stack = begin(first.name);
  const delivered = service(stack, config, common, standing, home);
  const listeners = { production: fromStack(stack, "ProductionListenerArn"), test: fromStack(stack, "TestListenerArn") };
  for (const one of others) furtherService(begin(one.name), one, config, environment, common, listeners, standing);
  if (delivered && config.delivery && config.delivery.home === undefined) delivery(begin("pipeline"), config, common, delivered);
}
