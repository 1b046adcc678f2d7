import fc from "fast-check";
import { arnOf } from "../../lib/aws/arns.ts";
import { factsOf, type Region, regions } from "../../lib/aws/regions.ts";
import type { ConfigInput } from "../../lib/config/config.ts";

type Given<Key extends keyof ConfigInput> = NonNullable<ConfigInput[Key]>;
type GivenEnvironment = Given<"environments">[string];

const letters = "abcdefghijklmnopqrstuvwxyz";
const some = (alphabet: string) => fc.constantFrom(...alphabet);
const word = (first: string, rest: string, most: number) =>
  fc.tuple(some(first), fc.string({ unit: some(rest), maxLength: most - 1 })).map(([one, others]) => one + others);

/** Up to the longest, in mixed case, with hyphens anywhere, and some that look like what AWS or Sluice names. */
const project = fc.oneof(
  word(letters + letters.toUpperCase(), `${letters}${letters.toUpperCase()}0123456789-`, 32),
  fc.constantFrom("shop", "Shop-", "a--b", "aws", "internal", "sg-1", "sthree-x", "euw1", "shop-use1"),
);
const service = fc.oneof(
  word(letters + letters.toUpperCase(), `${letters}0123456789-`, 32),
  fc.constantFrom("web", "Web-", "api--v2", "task", "service", "cluster", "blue", "green", "euw1", "deploy", "artifacts", "logs"),
);
const suffix = word(letters, `${letters}0123456789`, 12);
const account = fc.string({ unit: some("0123456789"), minLength: 12, maxLength: 12 });

const regionsOf = (most: number): fc.Arbitrary<[Region, ...Region[]]> =>
  fc
    .uniqueArray(fc.constantFrom(...regions), { minLength: 1, maxLength: most })
    .map(([first = "eu-west-1", ...others]) => [first, ...others]);

/** An environment in a /8 of its own, so that no two can overlap. */
const environmentIn = (place: number, mostRegions: number): fc.Arbitrary<GivenEnvironment> =>
  fc
    .record({
      account,
      regions: regionsOf(mostRegions),
      protected: fc.boolean(),
      // Of /21, a place among the first blocks of the /16, with room for the regions after it.
      prefix: fc.integer({ min: 16, max: 21 }),
      at: fc.nat(20),
      reached: fc.constantFrom("certificate", "certificate and domain", "new zone", "zone", "zone and certificate"),
    })
    .map(({ reached, ...given }) => ({ ...given, reached: given.regions.length > 1 && reached !== "zone" ? "new zone" : reached }))
    .map(({ account: owner, regions: where, protected: kept, prefix, at, reached }) => ({
      account: owner,
      regions: where,
      protected: kept,
      cidr: `${10 + place}.${prefix === 16 ? at : 0}.${prefix === 16 ? 0 : (at % 2 ** (prefix - 16)) * 2 ** (24 - prefix)}.0/${prefix}`,
      ...(reached.includes("certificate") && { certificate: arnOf(where[0], "acm", owner, "certificate/1b2c3d4e") }),
      ...(reached !== "certificate" && { domain: `p${place}.example.com` }),
      ...(reached.includes("zone") && { zone: reached === "new zone" ? "new" : "Z0123456789ABCDEFGHIJ" }),
    }));

const environments = (delivered: boolean): fc.Arbitrary<Given<"environments">> =>
  fc
    .uniqueArray(
      suffix.filter((name) => name !== "rehearsal"),
      { minLength: 1, maxLength: 3 },
    )
    .chain((names) => fc.tuple(...names.map((name, at) => environmentIn(at, delivered ? 1 : 2).map((one) => [name, one] as const))))
    .map((named) => Object.fromEntries(named));

const sizes = fc.constantFrom(
  { cpu: 256, memory: 512 },
  { cpu: 256, memory: 2048 },
  { cpu: 512, memory: 4096 },
  { cpu: 1024, memory: 3072 },
  { cpu: 4096, memory: 30_720 },
  { cpu: 16_384, memory: 32_768 },
);

const compute: fc.Arbitrary<NonNullable<Given<"services">[string]["compute"]>> = fc
  .record({ size: sizes, architecture: fc.constantFrom("x86_64", "arm64"), min: fc.integer({ min: 1, max: 5 }), more: fc.nat(20) })
  .map(({ size, architecture, min, more }) => ({
    kind: "ecs",
    ...size,
    architecture,
    count: { min, max: min + more },
  }));

const source: fc.Arbitrary<Given<"delivery">["source"]> = fc.constantFrom(
  { kind: "codecommit" },
  { kind: "codecommit", repository: "shop", branch: "release/2" },
  { kind: "github", connection: "arn:aws:codeconnections:eu-west-1:111122223333:connection/1b2c", repository: "acme/shop" },
);

const delivery: fc.Arbitrary<Given<"delivery">> = fc.record(
  {
    source,
    approval: fc.boolean(),
    platforms: fc.constant(["linux/amd64" as const, "linux/arm64" as const]),
    dockerHub: fc.constantFrom({ username: "/hub/user", token: "/hub/token" }, { username: "hub-user", token: "hub-token" }),
  },
  { requiredKeys: ["source"] },
);

/** What copies call before they are well, also those with a database. */
const withoutNat = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"] as const;

const network = fc
  .record({
    zones: fc.integer({ min: 2, max: 6 }),
    nat: fc.constantFrom("per-zone" as const, "one" as const, "none" as const),
    endpoints: fc.subarray(["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sns", "ssm", "sts"] as const),
  })
  .map(({ nat, endpoints, zones }) => ({ nat, zones, endpoints: [...new Set([...endpoints, ...(nat === "none" ? withoutNat : [])])] }));

const weights: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([100]),
  fc.integer({ min: 1, max: 99 }).map((first) => [first, 100]),
  fc.integer({ min: 10, max: 50 }).map((step) => Array.from({ length: Math.ceil(100 / step) }, (_, at) => Math.min(100, step * (at + 1)))),
);

/** Configurations that a team could write for AWS, all of which the rules let pass. */
export const configurations: fc.Arbitrary<ConfigInput> = fc.boolean().chain((delivered) =>
  fc
    .record({
      project,
      service,
      others: fc.uniqueArray(service, { maxLength: 4, selector: (one) => one.toLowerCase() }),
      compute,
      port: fc.constantFrom(80, 3000, 8080),
      environments: environments(delivered),
      delivery: delivered ? delivery : fc.constant(undefined),
      network,
      emails: fc.subarray(["a@example.com", "b@example.com"]),
      weights,
      // A pipeline deploys by what shifts traffic in AWS.
      weightHolder: fc.constantFrom(...(delivered ? (["codedeploy", "ecs"] as const) : (["codedeploy", "ecs", "release"] as const))),
      database: fc.constantFrom(
        undefined,
        { engine: "postgres" as const, version: "17" },
        { engine: "mysql" as const, version: "8.4", proxy: true },
        { engine: "postgres" as const, version: "17", proxy: true, rotation: "30d" as const },
      ),
      inLambda: fc.boolean(),
      audit: fc.constantFrom(undefined, {}),
      firewall: fc.constantFrom(undefined, { rate: 100 }),
    })
    // A database is in the first region, and what shifts traffic in AWS starts copies in all.
    .map((given) => ({ ...given, weightHolder: given.database && several(given.environments) ? ("release" as const) : given.weightHolder }))
    .map((given) => ({ ...given, inLambda: given.inLambda && fitsLambda(given) }))
    .map(({ service: name, environments: where, ...given }) => ({
      project: given.project,
      services: Object.fromEntries(
        // Only a release holds the weights of several.
        [
          name,
          ...(given.weightHolder === "release" && !given.inLambda
            ? given.others.filter((one) => one.toLowerCase() !== name.toLowerCase())
            : []),
        ].map((one, at) => [one, { health: "/health", port: given.port, compute: given.compute, ...(at > 0 && routes(where)(at)) }]),
      ),
      environments: where,
      network: {
        ...given.network,
        zones: Math.min(given.network.zones, fewestZones(where)),
        // The rotation asks AWS Secrets Manager, which needs a way there.
        ...(given.database &&
          "rotation" in given.database && { endpoints: [...new Set([...given.network.endpoints, "secretsmanager" as const])] }),
      },
      ...(given.delivery && { delivery: given.delivery }),
      monitoring: { emails: given.emails },
      ...(given.database && { database: given.database }),
      ...(given.audit && { audit: given.audit }),
      ...(given.firewall && { firewall: given.firewall }),
      rollout: { weightHolder: given.weightHolder, weights: given.weights, ...(given.inLambda && { host: "lambda" as const }) },
    })),
);

/** How the services after the first are told apart: every other one by a name, where there is a domain to be below. */
const routes =
  (where: Given<"environments">) =>
  (at: number): Given<"services">[string] => ({
    priority: at,
    ...(at % 2 === 1 && Object.values(where).every(({ domain }) => domain !== undefined)
      ? { subdomain: `s${at}` }
      : { paths: [`/s${at}/*`] }),
  });

interface Hosted {
  readonly weightHolder: string;
  readonly environments: Given<"environments">;
  readonly network: { readonly nat: string };
  readonly database: object | undefined;
}

/** Where a function can carry releases out, with one service. */
const fitsLambda = ({ weightHolder, environments: where, network: { nat }, database }: Hosted): boolean =>
  weightHolder === "release" &&
  nat !== "none" &&
  (database !== undefined || !several(where)) &&
  Object.values(where).every(({ domain }) => domain !== undefined);

const several = (where: Given<"environments">): boolean => Object.values(where).some(({ regions: own }) => own.length > 1);

function fewestZones(where: Given<"environments">): number {
  const used = regions.filter((region) => Object.values(where).some((one) => one.regions.includes(region)));
  return Math.min(...used.map((region) => factsOf(region).zones.length));
}
