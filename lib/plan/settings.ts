import { parseCidr } from "../aws/cidr.ts";
import type { Region } from "../aws/regions.ts";
import { tagsOf } from "../aws/tags.ts";
import type { Value } from "../aws/value.ts";
import type { Config } from "../config/config.ts";
import { linkedWith } from "../config/linked.ts";
import type { Environment } from "../config/schema/environment.ts";
import { ofRegion } from "./addresses.ts";
import type { NetworkNeeds } from "./blocks/network.ts";
import type { NetworkLink } from "./blocks/network-link.ts";
import type { Site } from "./stack.ts";

/** Where the stacks of a region are, from what the team wrote. */
export function siteOf({ project, owner, costCenter }: Config, environment: Environment, region: Region): Site {
  return {
    project,
    environment: environment.name,
    suffix: environment.suffix,
    account: environment.account,
    region,
    protected: environment.protected,
    tags: tagsOf({ environment: environment.name, owner, project, costCenter }),
  };
}

/** The network of a region. The rules have refused addresses that AWS would not take. */
export function networkOf(config: Config, environment: Environment, region: Region, logsKey: Value<string>): NetworkNeeds {
  const { network, edge } = config;
  const parsed = parseCidr(environment.cidr);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return {
    cidr: ofRegion(parsed.block, environment.regions.indexOf(region)),
    zones: network.zones,
    nat: network.nat,
    endpoints: network.endpoints,
    privateCallers: edge !== undefined,
    ipv6: network.ipv6,
    flowLogDays: network.flowLogs,
    logsKey,
    ...(environment.link && { link: linkOf(config, environment, environment.link.transitGateway) }),
  };
}

function linkOf(config: Config, environment: Environment, transitGateway: string): NetworkLink {
  const { asks, askedBy } = linkedWith(config, environment);
  return { transitGateway, asks, askedBy: askedBy.map(({ cidr }) => cidr) };
}

/** Where the pipeline is that deploys to a stage, or undefined for an environment that has one of its own, or none. */
export function homeOf(config: Config, stage: string): Site | undefined {
  const { home, stages = [] } = config.delivery ?? {};
  const environment = stages.includes(stage) ? config.environments.find((one) => one.name === home) : undefined;
  const [region] = environment?.regions ?? [];
  return environment && region && siteOf(config, environment, region);
}
