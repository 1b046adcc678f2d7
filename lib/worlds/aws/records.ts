import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import { commandLine } from "../../base/commands.ts";
import { UserError } from "../../base/errors.ts";
import { type Slot, slots, type Weight, weight } from "../../base/outcome.ts";
import { type Clock, duration, type Instant, instant } from "../../base/time.ts";
import { colourKeepAlive } from "../../plan/blocks/balancer.ts";
import type { Router } from "../../ports/router.ts";
import { done, type Pending, type Result } from "../../ports/step-result.ts";
import { type Entrance, testAddress } from "./address.ts";
import { asked } from "./failure.ts";
import { recordsNamed } from "./named-records.ts";

/** Weighted records of one name, one of each kind for each slot, and the way to each slot for tests. */
export interface WeightedRecords {
  readonly client: Route53Client;
  readonly clock: Clock;
  readonly environment: string;
  readonly zoneId: string;
  readonly domain: string;
  readonly entrance: Entrance;
}

/**
 * How long a caller may stay with the other slot once all name servers have the weights. An answer is kept for the time to live of the alias
 * record, which is that of a load balancer's name, 60 s (User Guide for Application Load Balancers, "Delete an Application Load Balancer": DNS
 * records), and a connection that it led to until the load balancer closes it.
 */
const stays = 60_000 + colourKeepAlive * 1_000;

/** Changes reach all name servers within a minute, mostly; an account may ask ten times a second (Developer Guide, "Throttling for API requests"). */
const lookAgainIn = duration(5_000);

/**
 * Splits traffic by the weights of records: the name leads to the load balancer of one slot or the other. A shift changes all kinds of records
 * in one batch and nothing but their weights. It is done once every name server has them and no caller stays with what it knew before. When that
 * began is known to nobody but who changed them, so it is noted; without a note the same weights are sent again, which moves nobody, and the
 * wait begins anew.
 */
export function recordsRouter(given: WeightedRecords, candidate: Slot): Router {
  const standing = { environment: given.environment, of: { HostedZone: given.zoneId } };
  return {
    weight: () => asked("read the weights", async () => highest(await look(given), candidate), standing),
    shift: (share, noted) => asked(`give ${candidate} ${share} % of the traffic`, () => shift(given, candidate, share, noted), standing),
    underWay: (share, noted) => asked(`see how far ${share} % is`, () => underWay(given, candidate, share, noted), standing),
    test: async (slot) => testAddress(given.entrance, slot),
    byHand: (slot) => asked("read the weights", () => byHand(given, slot), standing),
  };
}

async function shift(given: WeightedRecords, candidate: Slot, share: Weight, noted: string | undefined): Promise<Result> {
  const kinds = await look(given);
  const known = readNote(noted);
  if (!hold(kinds, candidate, share) || known?.share !== share) return change(given, kinds, candidate, share);
  return (await leftOf(given, known, noted)) ?? ("since" in known ? done : change(given, kinds, candidate, share));
}

/**
 * Until all name servers have its change nothing else of a shift can be new. From then on the weights may be somebody else's, for which nobody waits:
 * whoever goes on looks at them.
 */
async function underWay(given: WeightedRecords, candidate: Slot, share: Weight, noted: string | undefined): Promise<Pending | undefined> {
  const known = readNote(noted);
  if (known?.share !== share) return undefined;
  const left = await leftOf(given, known, noted);
  return left && "since" in known && !hold(await look(given), candidate, share) ? undefined : left;
}

/** What a shift still waits for, by its note; undefined where that is over, or its change is none that Route 53 knows. */
async function leftOf(given: WeightedRecords, known: Noted, noted: string | undefined): Promise<Pending | undefined> {
  if ("since" in known) {
    const left = known.since + stays - given.clock.now();
    return left <= 0 ? undefined : pending("callers may still be with the other slot", noted, left);
  }
  switch (await statusOf(given, known.change)) {
    case "INSYNC":
      return pending("callers may still be with the other slot", sinceNote(known.share, given.clock.now()), stays);
    case "PENDING":
      return pending("not every name server of Route 53 has the weights", noted);
    case undefined:
      return undefined;
  }
}

const pending = (because: string, note: string | undefined, ms: number = lookAgainIn): Pending => ({
  is: "pending",
  lookAgainIn: duration(ms),
  because,
  ...(note !== undefined && { note }),
});

/** The change that a shift sent, or since when all name servers have it. */
type Noted = { readonly share: Weight } & ({ readonly change: string } | { readonly since: Instant });

const changeNote = (share: Weight, change: string) => `${share} % by change ${change}`;
const sinceNote = (share: Weight, since: Instant) => `${share} % with all name servers since ${new Date(since).toISOString()}`;

function readNote(note = ""): Noted | undefined {
  const [, share, change, since = ""] = /^(\S+) % (?:by change (\S+)|with all name servers since (\S+))$/.exec(note) ?? [];
  if (share === undefined) return undefined;
  const of = { share: weight(Number(share)) };
  return change === undefined ? { ...of, since: instant(Date.parse(since)) } : { ...of, change };
}

/** The records of one kind, A or AAAA, by slot. */
type Kind = Readonly<Record<Slot, ResourceRecordSet>>;

async function look({ client, environment, zoneId, domain }: WeightedRecords): Promise<readonly Kind[]> {
  const found = (await recordsNamed(client, zoneId, domain)).filter(({ Weight }) => Weight !== undefined);
  const kinds = Object.values(Object.groupBy(found, ({ Type = "A" }) => Type)).map((records = []) => kindOf(records));
  if (kinds.length > 0 && kinds.every((kind) => kind !== undefined)) return kinds;
  throw new UserError(
    "world/changed",
    `the records of ${domain} in the zone ${zoneId} do not split the traffic between blue and green`,
    `somebody changed them: put them back as the plan says, which is told by: sluice plan ${environment} --format json; then release again`,
    found.map(({ Type, SetIdentifier, Weight }) => `${Type} ${SetIdentifier}: ${Weight}`),
  );
}

function kindOf(records: readonly ResourceRecordSet[]): Kind | undefined {
  const [blue, green] = slots.map((slot) => records.find(({ SetIdentifier }) => SetIdentifier === slot));
  return blue && green && records.length === slots.length ? { blue, green } : undefined;
}

/** To a tenth of a percent. Where all weights are 0 all are answered alike (API reference, ResourceRecordSet: Weight). */
function shareOf({ blue: { Weight: blue = 0 }, green: { Weight: green = 0 } }: Kind, slot: Slot): Weight {
  const own = slot === "blue" ? blue : green;
  return blue + green === 0 ? weight(50) : weight(Math.round((1_000 * own) / (blue + green)) / 10);
}

const hold = (kinds: readonly Kind[], slot: Slot, share: Weight): boolean => kinds.every((kind) => shareOf(kind, slot) === share);

/** Kinds that differ were moved by somebody else, who is noticed by the larger share. */
const highest = (kinds: readonly Kind[], slot: Slot): Weight => weight(Math.max(...kinds.map((kind) => shareOf(kind, slot))));

/** A record's weight is a whole number from 0 to 255 (API reference, ResourceRecordSet: Weight): percents, together 100. */
function changesTo(kinds: readonly Kind[], slot: Slot, share: Weight): Change[] {
  if (!Number.isInteger(share)) throw new RangeError(`records cannot give ${share} %; the rules let this pass`);
  const weightOf = (one: Slot) => (one === slot ? share : 100 - share);
  return kinds.flatMap((kind) => slots.map((one) => ({ Action: "UPSERT", ResourceRecordSet: { ...kind[one], Weight: weightOf(one) } })));
}

/** AWS CLI Command Reference, "route53 change-resource-record-sets": it takes the batch as the API does. */
async function byHand(given: WeightedRecords, slot: Slot): Promise<string> {
  const batch = JSON.stringify({ Changes: changesTo(await look(given), slot, weight(100)) });
  return commandLine("aws", "route53", "change-resource-record-sets", "--hosted-zone-id", given.zoneId, "--change-batch", batch);
}

async function change({ client, zoneId }: WeightedRecords, kinds: readonly Kind[], slot: Slot, share: Weight): Promise<Result> {
  const Changes = changesTo(kinds, slot, share);
  try {
    const { ChangeInfo } = await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }));
    const id = ChangeInfo?.Id?.split("/").at(-1);
    return pending("Route 53 takes the weights to its name servers", id && changeNote(share, id));
  } catch (error) {
    // Another change of the same zone is under way (API reference, ChangeResourceRecordSets: errors).
    if (isNamed(error, "PriorRequestNotComplete")) return pending("the zone takes another change", undefined);
    throw error;
  }
}

/** Undefined for a change that Route 53 does not know. */
async function statusOf({ client }: WeightedRecords, change: string): Promise<"PENDING" | "INSYNC" | undefined> {
  try {
    return (await client.send(new GetChangeCommand({ Id: change }))).ChangeInfo?.Status;
  } catch (error) {
    if (isNamed(error, "NoSuchChange")) return undefined;
    throw error;
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
