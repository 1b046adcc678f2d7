import { overlaps, parseCidr } from "../../aws/cidr.ts";
import type { Config } from "../config.ts";
import { linkedWith } from "../linked.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

/**
 * A link has two ends, in one region, and leads where addresses say (AWS Transit Gateway guide, "Transit gateway quotas" and "Routing": a gateway is
 * of one region, and does not tell networks apart whose addresses overlap).
 */
export const linkFits: Rule = (config) => config.environments.map((environment) => () => findingsOf(config, environment));

const pathOf = ({ name }: Environment, ...rest: readonly string[]): Problem["path"] => ["environments", name, ...rest];

function findingsOf(config: Config, environment: Environment): Findings {
  const { asks, askedBy } = linkedWith(config, environment);
  if (!environment.link) return undefined;
  if (asks.length + askedBy.length === 0)
    return { path: pathOf(environment, "link"), fix: "leave it out: no migration comes from here, and none has its source elsewhere" };
  return [...otherEnds(config, environment).map((problem) => () => problem), () => apart(environment)];
}

/** What is missing at the other ends that the configuration knows. */
function otherEnds({ environments }: Config, environment: Environment): readonly Problem[] {
  const source = environments.find(({ name }) => name === environment.migration?.source?.environment);
  const others = environments.filter((one) => one === source || one.migration?.source?.environment === environment.name);
  const [region] = environment.regions;
  const given = environment.link?.transitGateway;
  return others.flatMap((other) => {
    if (!other.link) return [{ path: pathOf(other, "link"), fix: `write it too: ${environment.name} is linked with ${other.name}` }];
    if (other.regions[0] !== region)
      return [{ path: pathOf(environment, "link"), fix: `leave it out, and link them yourself: ${elsewhere(other)}` }];
    if (other.link.transitGateway === given) return [];
    return [
      {
        path: pathOf(environment, "link", "transitGateway"),
        fix: `write that of ${other.name}, ${other.link.transitGateway}, or the other way round`,
      },
    ];
  });
}

const elsewhere = ({ name, regions: [region] }: Environment): string => `${name} is in ${region}, and a transit gateway is of one region`;

/** Environments among themselves are apart already. */
function apart(environment: Environment): Problem | undefined {
  const theirs = environment.migration?.source?.cidr;
  if (theirs === undefined) return undefined;
  const [own, other] = [parseCidr(environment.cidr), parseCidr(theirs)];
  if ("problem" in own || "problem" in other || !overlaps(own.block, other.block)) return undefined;
  return { path: pathOf(environment, "cidr"), fix: `choose addresses apart from ${theirs}, the network that it is linked with` };
}
