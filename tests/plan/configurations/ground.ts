import fc from "fast-check";
import { arnOf } from "../../../lib/aws/arns.ts";
import { factsOf, type Partition, partitionOf, type Region, regions } from "../../../lib/aws/regions.ts";
import type { ConfigInput } from "../../../lib/config/config.ts";

export type Given<Key extends keyof ConfigInput> = NonNullable<ConfigInput[Key]>;
export type GivenEnvironment = Given<"environments">[string];
export type GivenExisting = NonNullable<GivenEnvironment["existing"]>;
export type GivenDatabase = Given<"database">;

export const letters = "abcdefghijklmnopqrstuvwxyz";
const some = (alphabet: string) => fc.constantFrom(...alphabet);
const word = (first: string, rest: string, most: number) =>
  fc.tuple(some(first), fc.string({ unit: some(rest), maxLength: most - 1 })).map(([one, others]) => one + others);

/** Up to the longest, in mixed case, with hyphens anywhere, and some that look like what AWS or Sluice names. */
export const project = fc.oneof(
  word(letters + letters.toUpperCase(), `${letters}${letters.toUpperCase()}0123456789-`, 32),
  fc.constantFrom("shop", "Shop-", "a--b", "aws", "internal", "sg-1", "sthree-x", "euw1", "shop-use1"),
);

/** Names of services, of which the rules refuse none. */
export const service = fc.oneof(
  word(letters + letters.toUpperCase(), `${letters}0123456789-`, 32),
  fc.constantFrom("web", "Web-", "api--v2", "task", "service", "cluster", "blue", "green", "euw1", "deploy", "artifacts", "logs"),
);

/** Names of environments, each once: their suffixes in physical names. */
export const suffixes = (least: number, most: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    word(letters, `${letters}0123456789`, 12).filter((name) => name !== "rehearsal"),
    { minLength: least, maxLength: most },
  );

const digits = (length: number) => fc.string({ unit: some("0123456789"), minLength: length, maxLength: length });
export const hex = (length: number) => fc.string({ unit: some("0123456789abcdef"), minLength: length, maxLength: length });
export const account = digits(12);
export const yesOrNo = fc.boolean();
/** Something or nothing, as often. */
export const perhaps = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined, freq: 2 });

export const regionsIn = (partition: Partition): readonly Region[] => regions.filter((region) => partitionOf(region) === partition);
export const region = fc.constantFrom(...regions);
/** Regions of one partition, each once: no account knows those of another. */
export const regionsOf = (known: readonly Region[], most: number): fc.Arbitrary<[Region, ...Region[]]> =>
  fc
    .constantFrom(...known)
    .chain((first) =>
      fc
        .uniqueArray(fc.constantFrom(...known.filter((one) => partitionOf(one) === partitionOf(first))), { minLength: 1, maxLength: most })
        .map((all): [Region, ...Region[]] => [first, ...all.filter((one) => one !== first).slice(0, most - 1)]),
    );

/** Addresses in a /8 of their own for each place, so that no two can overlap; of /21 among the first blocks, with room for the regions after it. */
export const addressesIn = (place: number): fc.Arbitrary<string> =>
  fc
    .record({ prefix: fc.integer({ min: 16, max: 21 }), at: fc.nat(20) })
    .map(({ prefix, at }) =>
      prefix === 16 ? `${10 + place}.${at}.0.0/16` : `${10 + place}.0.${(at % 2 ** (prefix - 16)) * 2 ** (24 - prefix)}.0/${prefix}`,
    );

export type Reached = "certificate" | "certificate and domain" | "new zone" | "zone" | "zone and certificate";

/** How callers reach an environment, and by which certificate. */
export function reachedBy(
  reached: Reached,
  owner: string,
  [first]: readonly [Region, ...Region[]],
  domain: string,
): Partial<GivenEnvironment> {
  return {
    ...(reached.includes("certificate") && { certificate: arnOf(first, "acm", owner, "certificate/1b2c3d4e") }),
    ...(reached !== "certificate" && { domain }),
    ...(reached.includes("zone") && { zone: reached === "new zone" ? "new" : "Z0123456789ABCDEFGHIJ" }),
  };
}

/** Services that have an interface endpoint here. */
const endpoints = [
  "codebuild",
  "ecr.api",
  "ecr.dkr",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "secretsmanager",
  "sns",
  "ssm",
  "ssmmessages",
  "sts",
] as const;

/** A network of any kind; `fitted` makes it one in which the copies start. */
export const network = fc.record({
  zones: fc.integer({ min: 2, max: 6 }),
  nat: fc.constantFrom("per-zone" as const, "one" as const, "none" as const),
  endpoints: fc.subarray([...endpoints]),
  ipv6: yesOrNo,
  flowLogs: fc.constantFrom(1, 30, 3653),
});

type Network = typeof network extends fc.Arbitrary<infer T> ? T : never;

interface Needs {
  readonly where: Given<"environments">;
  readonly kind: "ecs" | "ec2";
  readonly database: boolean;
  /** Whether every environment uses a network that exists. */
  readonly isTaken?: boolean;
}

/** The network with as many zones as all regions have, and without NAT with the ways that copies need before they are well. */
export function fitted(given: Network, { where, kind, database, isTaken = false }: Needs): Given<"network"> {
  const fewest = Math.min(...Object.values(where).flatMap((one) => one.regions.map((name) => zonesOf(name))));
  const needed: Network["endpoints"] = kind === "ec2" ? ["ssm", "logs"] : ["ecr.api", "ecr.dkr", "logs"];
  const ways: Network["endpoints"] = given.nat === "none" ? [...needed, ...(database ? (["secretsmanager"] as const) : [])] : [];
  return {
    ...given,
    zones: Math.min(given.zones, fewest),
    endpoints: [...new Set([...given.endpoints, ...ways])],
    ipv6: given.ipv6 && !isTaken,
  };
}

const zonesOf = (name: string): number => regions.filter((one) => one === name).map((one) => factsOf(one).zones.length)[0] ?? 0;

const engines = fc.constantFrom(
  { engine: "postgres" as const, version: "17" },
  { engine: "postgres" as const, version: "16.10" },
  { engine: "mysql" as const, version: "8.4.9" },
  { engine: "mysql" as const, version: "8.0.43" },
);

/** A database of either kind, without what only some systems take: rotation, and a replica elsewhere. */
export const database = fc
  .record(
    {
      of: engines,
      port: fc.constantFrom(1150, 6000, 65_535),
      name: fc.constantFrom("app", "Orders_2"),
      user: fc.constantFrom("sluice", "Owner1"),
      instance: fc.constantFrom("db.t4g.medium", "db.m6g.large", "db.r6g.2xlarge"),
      storage: fc.constantFrom(20, 100, 16_384),
      multiAz: yesOrNo,
      backups: fc.constantFrom(7, 35),
      proxy: yesOrNo,
      replicas: fc.nat(3),
      monitoring: fc.constantFrom(1, 15, 60),
    },
    { requiredKeys: ["of"] },
  )
  .map(({ of, ...rest }): GivenDatabase => ({ ...of, ...rest }));

/** As CodeDeploy and ECS can shift them: at once, by one canary, in equal steps. */
export const weights: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([100]),
  fc.integer({ min: 1, max: 99 }).map((first) => [first, 100]),
  fc.integer({ min: 10, max: 50 }).map((step) => Array.from({ length: Math.ceil(100 / step) }, (_, at) => Math.min(100, step * (at + 1)))),
);

/** What everything has in common. */
export const common = fc.record({
  project,
  owner: fc.constantFrom("unowned", "Größe + Co", "a".repeat(128)),
  costCenter: fc.constantFrom("none", "CC-1/2 = 3"),
  monitoring: fc.record({
    emails: fc.subarray(["a@example.com", "b@example.com"]),
    logRetention: fc.constantFrom(1, 90, 3653),
    errors: fc.constantFrom("0.1%", "99%"),
    p95: fc.constantFrom("1ms", "250ms", "5m"),
    cpu: fc.integer({ min: 1, max: 100 }),
    memory: fc.integer({ min: 1, max: 100 }),
  }),
});

/** The state of Pulumi, in a bucket of the region. */
export const stateIn = (where: Region, owner: string): { backend: string; key: string } => ({
  backend: `s3://acme-state/shop?region=${where}`,
  key: arnOf(where, "kms", owner, "key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"),
});

/** A workflow of GitHub Actions, which deploys with Pulumi. */
export const workflow = fc.record(
  {
    repository: fc.constant("acme/shop"),
    branch: fc.constantFrom("main", "release/2.x"),
    provider: fc.constantFrom("make" as const, "existing" as const),
  },
  { requiredKeys: ["repository"] },
);
