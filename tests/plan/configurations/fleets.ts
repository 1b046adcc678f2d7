import fc from "fast-check";
import { partitionOf, type Region } from "../../../lib/aws/regions.ts";
import type { ConfigInput } from "../../../lib/config/config.ts";
import { phases } from "../../../lib/config/schema/migration.ts";
import {
  account,
  addressesIn,
  common,
  database,
  fitted,
  type Given,
  type GivenEnvironment,
  hex,
  network,
  perhaps,
  type Reached,
  reachedBy,
  regionsIn,
  service,
  stateIn,
  suffixes,
  workflow,
  yesOrNo,
} from "./ground.ts";

/** Types of one processor, and an AMI for them. */
const machines = fc.constantFrom(
  { ami: undefined, small: "t3.micro", large: "m5.large" },
  { ami: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64", small: "t4g.small", large: "m7g.4xlarge" },
  { ami: "/acme/images/hardened", small: "c7i.large", large: "r8g.2xlarge" },
);

const sizes = fc
  .record({ min: fc.nat(3), more: fc.integer({ min: 1, max: 8 }), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ min, more, part }) => ({ min, max: min + more, desired: Math.max(1, min + Math.round(more * part)) }));

const compute: fc.Arbitrary<NonNullable<Given<"services">[string]["compute"]>> = fc
  .record(
    {
      machines,
      blue: sizes,
      green: sizes,
      volume: fc.constantFrom(8, 16_384),
      packages: fc.subarray(["nodejs24", "libstdc++"]),
      cpu: fc.integer({ min: 1, max: 90 }),
      requests: fc.constantFrom(1, 1000),
      peerPort: fc.constantFrom(1, 7946, 65_535),
      lifetime: fc.constantFrom("24h" as const, "168h" as const),
    },
    { requiredKeys: ["machines", "blue", "green", "cpu"] },
  )
  .map(({ machines: { ami, small, large }, blue, green, cpu, requests, ...rest }) => ({
    kind: "ec2",
    ...(ami && { ami }),
    blue: { instanceType: small, ...blue },
    green: { instanceType: large, ...green },
    scaleOn: { cpu, ...(requests && { requests }) },
    ...rest,
  }));

/** Where the last environment comes from: another of this configuration, one elsewhere, or nowhere; and how far it is. */
const moves = fc.record({
  phase: fc.constantFrom(...phases),
  weightAt: perhaps(fc.nat(5)),
  from: fc.constantFrom("environment" as const, "elsewhere" as const, "nowhere" as const),
  snapshot: fc.constantFrom("none" as const, "named" as const, "by ARN" as const, "brought" as const),
  saysEngine: yesOrNo,
  port: perhaps(fc.constantFrom(1, 3307)),
  link: perhaps(hex(17)),
});
type Moves = typeof moves extends fc.Arbitrary<infer T> ? T : never;

const places = fc.record({
  names: suffixes(1, 3),
  accounts: fc.array(account, { minLength: 3, maxLength: 3 }),
  // Elsewhere there are no health checks for the names of fleets.
  region: fc.constantFrom(...regionsIn("aws")),
  others: fc.array(fc.constantFrom(...regionsIn("aws")), { minLength: 2, maxLength: 2 }),
  kept: yesOrNo,
  addresses: fc.tuple(addressesIn(0), addressesIn(1), addressesIn(2)),
  reached: fc.array(fc.constantFrom<Reached>("certificate", "certificate and domain", "new zone", "zone", "zone and certificate"), {
    minLength: 3,
    maxLength: 3,
  }),
});
type Places = typeof places extends fc.Arbitrary<infer T> ? T : never;

interface Fleets {
  readonly project: string;
  readonly places: Places;
  readonly moves: Moves | undefined;
  readonly holder: "release" | "engine";
  readonly router: "listener" | "dns";
  readonly weights: readonly number[];
  readonly database: Given<"database"> | undefined;
  readonly byWorkflow: boolean;
}

/** The environments, each in one region, of which the last may come from the first. */
function environmentsOf(given: Fleets): Given<"environments"> {
  const { names, accounts, region, others, kept, addresses, reached } = given.places;
  const plain = names.map((name, at): readonly [string, GivenEnvironment] => {
    // Who brings a snapshot, and who is linked, is in one region; a workflow takes on no role of another account.
    const where: Region = (given.moves ? region : others[at - 1]) ?? region;
    const owner = (given.byWorkflow ? accounts[0] : accounts[at]) ?? "111122223333";
    const how: Reached = given.router === "dns" ? "zone" : (reached[at] ?? "zone");
    const domain = `e${at}.shop.example.com`;
    return [
      name,
      {
        account: owner,
        regions: [where],
        protected: kept,
        cidr: addresses[at] ?? "10.0.0.0/16",
        ...reachedBy(how, owner, [where], domain),
      },
    ];
  });
  const [last, before] = [plain.at(-1), plain.length > 1 ? plain[0] : undefined];
  if (!given.moves || !last) return Object.fromEntries(plain);
  const migration = migrationOf(given, given.moves, last[1], before);
  const linked = given.moves.link !== undefined && migration.source !== undefined;
  const link = linked && { link: { transitGateway: `tgw-${given.moves.link}` } };
  return Object.fromEntries(
    plain.map(([name, one]) => [
      name,
      {
        ...one,
        ...(name === last[0] && { migration }),
        ...((name === last[0] || name === migration.source?.environment) && link),
      },
    ]),
  );
}

type GivenMigration = NonNullable<GivenEnvironment["migration"]>;

function migrationOf(
  { project, database: data, weights, holder }: Fleets,
  { phase, weightAt, from, snapshot, saysEngine, port }: Moves,
  here: GivenEnvironment,
  before: readonly [string, GivenEnvironment] | undefined,
): GivenMigration {
  const own = from === "environment" && before ? before : undefined;
  const at: GivenMigration["phase"] = holder === "engine" ? phase : "initial";
  const source = data &&
    from !== "nowhere" && {
      host: "shop-dev.abcdefghijkl.eu-west-1.rds.amazonaws.com",
      cidr: own?.[1].cidr ?? "10.200.0.0/16",
      ...(port && { port }),
      ...(own && { environment: own[0] }),
    };
  // A source is left by way of a snapshot, and is brought where it is known whose it is, under a name that its role may take.
  const needed = source !== undefined && at !== "initial" && snapshot === "none" ? "named" : snapshot;
  const brought = needed === "brought" && own && !/--|-$/.test(project);
  const identifier = brought
    ? `${project}-2026-11-20`
    : needed === "by ARN"
      ? `arn:${partitionOf("eu-west-1")}:rds:${here.regions[0]}:${here.account}:snapshot:shop-1`
      : "rds:shop-1";
  const weight = weightAt === undefined ? undefined : weights[weightAt];
  return {
    phase: at,
    ...(at === "traffic-shift" && weight && { weight }),
    ...(data &&
      needed !== "none" && { snapshot: { identifier, ...(saysEngine && { engine: data.engine }), ...(brought && { bring: true }) } }),
    ...(source && { source }),
  };
}

/** System B and what else fleets of EC2 can be: on the way from one database to another, by phases or by releases, by a rule or by names. */
export const fleets: fc.Arbitrary<ConfigInput> = fc
  .record({
    common,
    service,
    compute,
    places,
    moves: perhaps(moves),
    holder: fc.constantFrom("release" as const, "engine" as const),
    router: fc.constantFrom("listener" as const, "dns" as const),
    weights: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 }).map((some) => [...some.sort((a, b) => a - b), 100]),
    database: perhaps(database),
    rotation: perhaps(fc.constantFrom("7d" as const, "1000d" as const)),
    storage: fc.record({ replica: perhaps(fc.constantFrom(...regionsIn("aws"))), keep: perhaps(fc.constantFrom(1, 3650)) }),
    firewall: perhaps(fc.constantFrom({}, { rate: 10 })),
    network,
    workflow: perhaps(workflow),
    bakes: fc.constantFrom("0s" as const, "90s" as const),
  })
  .map(({ common: shared, workflow: flow, ...given }) => {
    const where = environmentsOf({ ...given, project: shared.project, byWorkflow: flow !== undefined });
    const moving = Object.values(where).some(({ migration }) => migration?.snapshot ?? migration?.source);
    const used = Object.values(where).flatMap(({ regions }) => regions);
    const { replica, keep } = given.storage;
    const [first] = Object.values(where);
    return {
      ...shared,
      engine: given.holder === "engine" || flow ? "pulumi" : "cdk",
      services: { [given.service]: { health: "/health", compute: given.compute } },
      environments: where,
      network: fitted(given.network, { where, kind: "ec2", database: given.database !== undefined }),
      ...(given.database && { database: { ...given.database, ...(given.rotation && !moving && { rotation: given.rotation }) } }),
      storage: { ...(replica && !used.includes(replica) && { replica }), ...(keep && { keep }) },
      ...(given.firewall && { firewall: given.firewall }),
      ...(flow && first && { workflow: { ...flow, ...stateIn(given.places.region, first.account) } }),
      rollout: { weightHolder: given.holder, router: given.router, weights: given.weights, bake: given.bakes },
    };
  });
