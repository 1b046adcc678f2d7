import { type Arn, parseArn } from "../../aws/arns.ts";
import { type Block, overlaps, parseCidr, sizeOf, toText, vpcProblem } from "../../aws/cidr.ts";
import { factsOf } from "../../aws/regions.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Rule } from "./rule.ts";

/** An environment's name is its suffix in physical names, unless another is given, and the word of commands. */
export const environmentsNamed: Rule = ({ environments }) =>
  environments.map(({ name }) => {
    const path = ["environments", name];
    if (name === "rehearsal") return { path, fix: 'choose another name: "rehearsal" is the one on this machine' };
    return /^[a-z][a-z0-9]{0,11}$/.test(name)
      ? undefined
      : { path, fix: "name it with 1 to 12 small letters and digits, starting with a letter" };
  });

/** Physical names tell environments apart by their suffix alone. */
export const environmentsApart: Rule = ({ environments }) =>
  environments.map((one, at) => () => {
    const twin = environments.slice(0, at).find((other) => other.suffix === one.suffix);
    return twin && { path: ["environments", one.name, "suffix"], fix: `choose another suffix: "${twin.name}" has this one` };
  });

/** A region is planned once, and a pipeline that deploys by CodeDeploy stays in its own. */
export const regionsOnce: Rule = ({ environments, delivery }) =>
  environments.map((environment) => () => {
    const { name, regions } = environment;
    const path = ["environments", name, "regions"];
    const again = regions.findIndex((region, at) => regions.indexOf(region) !== at);
    if (again >= 0) return { path: [...path, again], fix: "leave it out: the region is already in the list" };
    return delivery && regions.length > 1
      ? { path, fix: "keep one region, or leave the section delivery out: the pipeline deploys where it is" }
      : undefined;
  });

/** The smallest network of three tiers with room for six zones: its smallest subnets are /27, the least that a load balancer takes. */
const smallest = 21;

/** Each region's network must be one that AWS takes, large enough for its tiers, and apart from all others. */
export const networks: Rule = ({ environments, delivery }) => {
  const taken: { readonly block: Block; readonly of: string }[] = [];
  return environments.map((environment) => () => {
    const { name, existing } = environment;
    // The home of a pipeline has a network only for the function that records what Pulumi deployed.
    if ((name === delivery?.home && !delivery.pulumi) || existing.vpc || existing.service) return undefined;
    const path = ["environments", name, "cidr"];
    const parsed = parseCidr(environment.cidr);
    if ("problem" in parsed) return { path, fix: `write an IPv4 block such as "10.0.0.0/16": ${parsed.problem}` };
    const { block } = parsed;
    const wrong = vpcProblem(block) ?? (block.prefix > smallest ? `three tiers over six zones need /${smallest} or larger` : undefined);
    if (wrong !== undefined) return { path, fix: `write a block from /16 to /${smallest}: ${wrong}` };
    const blocks = environment.regions.map((_, at) => ({ first: block.first + at * sizeOf(block.prefix), prefix: block.prefix }));
    const clash = taken.find((other) => blocks.some((one) => overlaps(one, other.block)));
    taken.push(...blocks.map((one) => ({ block: one, of: name })));
    return (
      clash && {
        path,
        fix: `choose addresses apart from ${toText(clash.block)} of "${clash.of}": networks that overlap can never be joined`,
      }
    );
  });
};

/** A network spans as many zones in every region, so the region with the fewest is the limit. */
export const zones: Rule = ({ environments, network }) =>
  environments.map((environment) => () => {
    const small = environment.regions.find((region) => factsOf(region).zones.length < network.zones);
    return (
      small && {
        path: ["network", "zones"],
        fix: `write at most ${factsOf(small).zones.length}: ${small} has no more availability zones`,
      }
    );
  });

/** The balancer speaks HTTPS only, so every environment needs a certificate, or a domain and a zone to make one in. */
export const certificates: Rule = ({ environments, delivery }) =>
  environments.map((environment) => [
    () => (environment.name === delivery?.home ? undefined : zoneProblem(environment)),
    () => (environment.name === delivery?.home || environment.existing.service ? undefined : certificateProblem(environment)),
  ]);

function zoneProblem({ name, domain, zone }: Environment): Problem | undefined {
  return zone !== undefined && domain === undefined
    ? { path: ["environments", name, "domain"], fix: 'name the domain of the zone, such as "shop.example.com"' }
    : undefined;
}

function certificateProblem(environment: Environment): Problem | undefined {
  const { name, certificate } = environment;
  const path = ["environments", name, "certificate"];
  if (certificate === undefined)
    return environment.zone === undefined
      ? { path, fix: "give the ARN of a certificate, or domain and zone, so that one is made: callers come by HTTPS only" }
      : undefined;
  const parsed = parseArn(certificate);
  const wrong = "problem" in parsed ? parsed.problem : certificateMisfit(parsed.arn, environment);
  return wrong === undefined ? undefined : { path, fix: `write the ARN of a certificate of this environment: ${wrong}` };
}

function certificateMisfit(arn: Arn, environment: Environment): string | undefined {
  if (arn.service !== "acm" || !/^certificate\/[\w-]+$/.test(arn.resource))
    return `this is an ARN of ${arn.service}, and no certificate in ACM`;
  if (arn.account !== environment.account) return `it belongs to the account ${arn.account}`;
  return arn.region === environment.regions[0]
    ? undefined
    : `it is in ${arn.region}, and a load balancer takes only certificates of its own region`;
}
