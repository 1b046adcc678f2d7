import { parseArn } from "../../aws/arns.ts";
import { type Block, overlaps, parseCidr, sizeOf, toText, vpcProblem } from "../../aws/cidr.ts";
import { factsOf } from "../../aws/regions.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Rule } from "./rule.ts";

/** Physical names tell environments apart by their suffix alone. */
export const environmentsApart: Rule = ({ environments }) =>
  environments.flatMap((one, at) => {
    const twin = environments.slice(0, at).find((other) => other.suffix === one.suffix);
    return twin ? [{ path: ["environments", one.name, "suffix"], fix: `choose another suffix: "${twin.name}" has this one` }] : [];
  });

/** A region is planned once, and a pipeline that deploys by CodeDeploy stays in its own. */
export const regionsOnce: Rule = ({ environments, delivery }) =>
  environments.flatMap(({ name, regions }): readonly Problem[] => {
    const again = regions.findIndex((region, at) => regions.indexOf(region) !== at);
    if (again >= 0) return [{ path: ["environments", name, "regions", again], fix: "leave it out: the region is already in the list" }];
    if (delivery && regions.length > 1)
      return [
        {
          path: ["environments", name, "regions"],
          fix: "keep one region, or leave the section delivery out: the pipeline deploys where it is",
        },
      ];
    return [];
  });

/** The smallest network of three tiers with room for six zones: its smallest subnets are /27, the least that a load balancer takes. */
const smallest = 21;

/** Each region's network must be one that AWS takes, large enough for its tiers, and apart from all others. */
export const networks: Rule = ({ environments, delivery }) => {
  const taken: { readonly block: Block; readonly of: string }[] = [];
  // The home of a pipeline has a network only for the function that records what Pulumi deployed.
  const own = environments.filter(({ name, existing }) => (name !== delivery?.home || delivery.pulumi) && !existing.vpc);
  return own.flatMap(({ name, cidr, regions }): readonly Problem[] => {
    const path = ["environments", name, "cidr"];
    const parsed = parseCidr(cidr);
    if ("problem" in parsed) return [{ path, fix: `write an IPv4 block such as "10.0.0.0/16": ${parsed.problem}` }];
    const { block } = parsed;
    const wrong = vpcProblem(block) ?? (block.prefix > smallest ? `three tiers over six zones need /${smallest} or larger` : undefined);
    if (wrong !== undefined) return [{ path, fix: `write a block from /16 to /${smallest}: ${wrong}` }];
    const blocks = regions.map((_, at) => ({ first: block.first + at * sizeOf(block.prefix), prefix: block.prefix }));
    const clash = taken.find((other) => blocks.some((one) => overlaps(one, other.block)));
    taken.push(...blocks.map((one) => ({ block: one, of: name })));
    return clash
      ? [{ path, fix: `choose addresses apart from ${toText(clash.block)} of "${clash.of}": networks that overlap can never be joined` }]
      : [];
  });
};

export const zones: Rule = ({ environments, network }) => {
  for (const { regions } of environments) {
    const small = regions.find((region) => factsOf(region).zones.length < network.zones);
    if (small)
      return { path: ["network", "zones"], fix: `write at most ${factsOf(small).zones.length}: ${small} has no more availability zones` };
  }
  return undefined;
};

/** The balancer speaks HTTPS only, so every environment needs a certificate, or a domain and a zone to make one in. */
export const certificates: Rule = ({ environments, delivery }) =>
  environments.filter(({ name }) => name !== delivery?.home).flatMap(certificateProblems);

function certificateProblems(environment: Environment): readonly Problem[] {
  const { name, account, regions, domain, zone, certificate } = environment;
  const path = ["environments", name];
  if (zone !== undefined && domain === undefined)
    return [{ path: [...path, "domain"], fix: 'name the domain of the zone, such as "shop.example.com"' }];
  if (certificate === undefined)
    return zone === undefined
      ? [
          {
            path: [...path, "certificate"],
            fix: "give the ARN of a certificate, or domain and zone, so that one is made: callers come by HTTPS only",
          },
        ]
      : [];
  const parsed = parseArn(certificate);
  const wrong = "problem" in parsed ? parsed.problem : certificateMisfit(parsed.arn, account, regions);
  return wrong === undefined
    ? []
    : [{ path: [...path, "certificate"], fix: `write the ARN of a certificate of this environment: ${wrong}` }];
}

function certificateMisfit(
  arn: { readonly service: string; readonly region: string; readonly account: string; readonly resource: string },
  account: string,
  regions: readonly string[],
): string | undefined {
  if (arn.service !== "acm" || !arn.resource.startsWith("certificate/"))
    return `this is an ARN of ${arn.service}, and no certificate in ACM`;
  if (arn.account !== account) return `it belongs to the account ${arn.account}`;
  return arn.region === regions[0] ? undefined : `it is in ${arn.region}, and a load balancer takes only certificates of its own region`;
}
