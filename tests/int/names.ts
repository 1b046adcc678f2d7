import {
  GetHealthCheckStatusCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { near, type Stack, told } from "./outputs.ts";

/** Names: the zone of the domain leads to what callers should reach. */
export function names(stacks: readonly Stack[], clients: In<"route53">): Promise<Found> {
  const entries = told(stacks, /^((Blue|Green)?BalancerDnsName|DistributionDomainName)$/).map(({ value }) => value);
  const zones = new Map(told(stacks, /^ZoneId$/).map((one) => [one.value, one]));
  const things = [...zones.values()].map((one) => ({ called: `zone ${one.value}`, ...one }));
  return eachOf(things, "no stack has a zone of a domain", async ({ stack, value }) => {
    const { route53 } = clients(stack.region);
    for await (const record of recordsIn(route53, value)) if (entries.includes(leadsTo(record))) return [];
    return [`no record leads to ${entries.join(" or to ")}`];
  });
}

/** The records of a zone, from one on. Answers hold up to 300 and name the next one (Amazon Route 53 API Reference, "ListResourceRecordSets"). */
async function* recordsIn(
  route53: Route53Client,
  HostedZoneId: string | undefined,
  from: Partial<ListResourceRecordSetsCommandInput> = {},
): AsyncGenerator<ResourceRecordSet> {
  let next: Partial<ListResourceRecordSetsCommandInput> | undefined = from;
  while (next) {
    const found: ListResourceRecordSetsCommandOutput = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...next }));
    yield* found.ResourceRecordSets ?? [];
    next = found.IsTruncated
      ? { StartRecordName: found.NextRecordName, StartRecordType: found.NextRecordType, StartRecordIdentifier: found.NextRecordIdentifier }
      : undefined;
  }
}

/** Those of a name that are of type A: they stand together, and before its others. */
async function addressesOf(route53: Route53Client, zone: string | undefined, domain: string): Promise<readonly ResourceRecordSet[]> {
  const all: ResourceRecordSet[] = [];
  for await (const record of recordsIn(route53, zone, { StartRecordName: domain, StartRecordType: "A" })) {
    if (plain(record.Name) !== plain(domain) || record.Type !== "A") break;
    all.push(record);
  }
  return all;
}

/** Weights in DNS: a record for each colour with a weight, a target and a health check of its own, and somebody well where callers go. */
export function weights(stacks: readonly Stack[], clients: In<"route53">): Promise<Found> {
  const things = stacks.flatMap((stack) => {
    const domain = stack.outputs.BlueRecordName;
    return domain === undefined ? [] : [{ called: domain, domain, stack }];
  });
  return eachOf(things, "no weights are in DNS: a listener's rule or one record has all callers", async ({ domain, stack }) => {
    const { route53 } = clients(stack.region);
    const zone = near(stacks, stack, "ZoneId");
    const records = await addressesOf(route53, zone, domain);
    const found = ["Blue", "Green"].map((colour) => ({
      slot: colour.toLowerCase(),
      entry: near(stacks, stack, `${colour}BalancerDnsName`),
      record: records.find(({ SetIdentifier }) => SetIdentifier === colour.toLowerCase()),
    }));
    const live = found.filter(({ record }) => (record?.Weight ?? 0) > 0);
    const sick = await Promise.all(
      live.map(async ({ slot, record: { HealthCheckId } = {} }) =>
        unless(!HealthCheckId || (await isWell(route53, HealthCheckId)), `${slot} gets callers and does not answer Route 53`),
      ),
    );
    return [
      ...found.flatMap(recordProblems),
      // With no weight above 0 every record gets the same share (Amazon Route 53 Developer Guide, "Weighted routing").
      ...unless(live.length > 0, "no colour has a weight, so that both get the same"),
      ...unless(new Set(records.map(leadsTo)).size === records.length, "both records lead to one load balancer"),
      ...sick.flat(),
    ];
  });
}

/** Health checks of names: Route 53 gets an answer. Those of colours are looked at with their weights. */
export function health(stacks: readonly Stack[], clients: In<"route53">): Promise<Found> {
  const things = told(stacks, /^(Entry)?HealthCheckId$/).map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a health check of a name by itself", async ({ stack, value }) =>
    unless(await isWell(clients(stack.region).route53, value), `${value} gets no answer`),
  );
}

interface Colour {
  readonly slot: string;
  readonly entry: string | undefined;
  readonly record: ResourceRecordSet | undefined;
}

function recordProblems({ slot, entry, record }: Colour): readonly string[] {
  if (!record) return [`${slot} has no record`];
  return [
    ...unless(record.Weight !== undefined, `the record of ${slot} has no weight`),
    ...unless(record.HealthCheckId !== undefined, `the record of ${slot} has no health check`),
    ...unless(entry === undefined || leadsTo(record) === entry, `the record of ${slot} leads to ${leadsTo(record)}, not to ${entry}`),
  ];
}

/** Names end with a dot in Route 53, and the console writes `dualstack.` before those of load balancers. */
const plain = (name = ""): string => name.replace(/\.$/, "").toLowerCase();
const leadsTo = ({ AliasTarget }: ResourceRecordSet): string => plain(AliasTarget?.DNSName).replace(/^dualstack\./, "");

/** Well is what more than 18 % of the checkers reach (Amazon Route 53 Developer Guide, "How Route 53 determines whether a health check is healthy"). */
async function isWell(route53: Route53Client, HealthCheckId: string): Promise<boolean> {
  const { HealthCheckObservations = [] } = await route53.send(new GetHealthCheckStatusCommand({ HealthCheckId }));
  const reached = HealthCheckObservations.filter(({ StatusReport }) => StatusReport?.Status?.startsWith("Success"));
  return reached.length > 0.18 * HealthCheckObservations.length;
}
