import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandOutput,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { errorNumber } from "../../../base/errors.ts";
import type { Answer } from "../../../ports/account.ts";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, type Means, toDo } from "./check.ts";

/** The world asks the zone that is named when it looks for the domain. */
export const zone: Check<"zone"> = ({ region, domain, zone: id }, means) =>
  withClient(new Route53Client(inTime(region)), (client) => delegated({ client, means, domain }, id));

/** The zone that the deploy makes is asked by the world. Of several with the name, for anybody can make another, one is enough. */
export const zoneOf: Check<"zone of"> = ({ region, domain }, means) =>
  withClient(new Route53Client(inTime(region)), async (client) => {
    const asked = await call(means, "route53:ListHostedZonesByName", (options) => zonesNamed(client, domain, options));
    if (asked.is !== "told") return asked;
    const ids = asked.value.flatMap(({ Id, Config }) => (Id !== undefined && !Config?.PrivateZone ? [Id] : []));
    const answers: Answer[] = [];
    for (const id of ids) answers.push(await delegated({ client, means, domain }, id));
    return answers.find(({ is }) => is === "done") ?? answers[0] ?? toDo(`there is no zone ${domain} yet`);
  });

/** They come by name, a hundred at a time (Amazon Route 53 API Reference, ListHostedZonesByName): after the last of this one there are none. */
async function zonesNamed(client: Route53Client, domain: string, options: { readonly abortSignal: AbortSignal }) {
  const found: HostedZone[] = [];
  let from: Partial<ListHostedZonesByNameCommandOutput> = { NextDNSName: domain };
  do {
    const { NextDNSName: DNSName, NextHostedZoneId: HostedZoneId } = from;
    from = await client.send(new ListHostedZonesByNameCommand({ DNSName, HostedZoneId }), options);
    found.push(...(from.HostedZones ?? []).filter(({ Name }) => plain(Name) === domain));
  } while (from.IsTruncated && plain(from.NextDNSName) === domain);
  return found;
}

interface Looking {
  readonly client: Route53Client;
  readonly means: Means;
  readonly domain: string;
}

async function delegated({ client, means, domain }: Looking, Id: string): Promise<Answer> {
  const asked = await call(means, "route53:GetHostedZone", (options) => client.send(new GetHostedZoneCommand({ Id }), options), {
    NoSuchHostedZone: `there is no zone ${Id}`,
  });
  if (asked.is !== "told") return asked;
  const { HostedZone: found, DelegationSet: set } = asked.value;
  const name = plain(found?.Name);
  if (domain !== name && !domain.endsWith(`.${name}`)) return toDo(`the zone ${Id} is that of ${name}`);
  if (found?.Config?.PrivateZone) return toDo(`the zone ${Id} is private: the world does not see it`);
  return await compared(name, (set?.NameServers ?? []).map(plain).sort(), means);
}

async function compared(name: string, ours: readonly string[], { nameServers }: Means): Promise<Answer> {
  try {
    const theirs = (await nameServers(name)).map(plain).sort();
    if (theirs.join() === ours.join()) return done(`the world asks ${theirs.join(", ")}`);
    return toDo(`the world asks ${theirs.join(", ")} about ${name}, and the zone's name servers are ${ours.join(", ")}`);
  } catch (error) {
    const code = errorNumber(error);
    if (code === undefined) throw error;
    // The name, or NS records of it, are not there (Node.js documentation, "DNS": error codes); anything else says nothing about the name.
    return code === "ENOTFOUND" || code === "ENODATA"
      ? toDo(`the world knows no name servers of ${name}; the zone above it must name ${ours.join(", ")}`)
      : { is: "unknown", because: `public DNS does not tell the name servers of ${name}: ${code}` };
  }
}

/** A name without its last dot, in small letters, so that two can be compared. */
const plain = (name = ""): string => name.toLowerCase().replace(/\.$/, "");
