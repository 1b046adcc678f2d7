import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { alarms } from "./int/alarms.ts";
import { balancers, listeners } from "./int/balancer.ts";
import { buckets } from "./int/buckets.ts";
import { type Clients, everywhere, type In } from "./int/clients.ts";
import { fleets, services } from "./int/copies.ts";
import { database, proxy } from "./int/database.ts";
import { edge } from "./int/edge.ts";
import type { Found } from "./int/found.ts";
import { groups } from "./int/groups.ts";
import { registries, secrets } from "./int/kept.ts";
import { keys } from "./int/keys.ts";
import { health, names, weights } from "./int/names.ts";
import { network } from "./int/network.ts";
import { notices } from "./int/notices.ts";
import { givenStacks, type Stack } from "./int/outputs.ts";
import { reach } from "./int/reach.ts";
import { seenBy } from "./int/reads.ts";
import { dashboards, logs, trail } from "./int/records.ts";
import { replication } from "./int/replication.ts";
import { targets } from "./int/targets.ts";

const given = givenStacks(process.env);
if ("none" in given) console.log(`skipped: ${given.none}`);

const aws = everywhere();
afterAll(() => aws.close());

type Check = (stacks: readonly Stack[], clients: In<keyof Clients>) => Promise<Found>;

/** Asks AWS, and fails with everything that is wrong at once. */
const clean =
  (check: Check) =>
  async ({ skip }: TestContext): Promise<void> => {
    if ("none" in given) return skip(given.none);
    const found = await check(seenBy(check.name, given.stacks), aws.clients);
    if (found.is === "skipped") return skip(found.because);
    expect(found.problems, found.problems.join("\n")).toEqual([]);
  };

/** A deployed environment, whatever system it is: its outputs say what there is to look at. */
describe("what stands on AWS", { timeout: 120_000 }, () => {
  it("A04 B22 the network has its tiers: public ones to the internet, private ones by NAT, isolated ones nowhere", clean(network));
  it("B12 nobody from anywhere gets past the load balancer's HTTPS", clean(groups));
  it("A04 B22 the database can be reached from inside, and is encrypted, private and backed up", clean(database));
  it("A04 B22 the database answers by TCP, where there is a way to it", clean(reach));
  it("B10 the proxy reaches its database", clean(proxy));
  it("A04 B22 load balancers are active under their names", clean(balancers));
  it("B04 B22 listeners speak TLS alone", clean(listeners));
  it("A09 B22 whatever gets callers has somebody healthy to answer them", clean(targets));
  it("A04 B22 buckets are encrypted with their key, versioned, private, and take TLS alone", clean(buckets));
  it("B11 B22 A12 what other regions have copies of is copied there", clean(replication));
  it("A04 B22 the domain leads to the entrance", clean(names));
  it("B05 B22 weights in DNS are those of two load balancers that are asked for their health", clean(weights));
  it("B05 A12 Route 53 gets an answer from what names lead to", clean(health));
  it("A13 B22 alarms are there, tell somebody, and do not ring", clean(alarms));
  it("B13 C16 keys are enabled, renewed, and in each region that shares them", clean(keys));
  it("A10 C19 secrets are encrypted, and those that rotate have", clean(secrets));
  it("B20 D05 log groups are encrypted, and keep nothing for ever", clean(logs));
  it("A14 registries scan what is pushed, and neither overwrite nor keep everything", clean(registries));
  it("A11 the trail runs in every region, and can be verified", clean(trail));
  it("A13 C18 dashboards show something", clean(dashboards));
  it("C07 A13 topics are encrypted, and everybody has confirmed the subscription", clean(notices));
  it("A04 B22 services on ECS run as many copies as they should", clean(services));
  it("B02 B22 fleets serve with as many healthy instances as they should", clean(fleets));
  it("A15 B22 CloudFront is deployed, by TLS alone, behind its firewall", clean(edge));
});
