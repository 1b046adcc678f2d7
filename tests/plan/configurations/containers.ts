import fc from "fast-check";
import { edgeRegions } from "../../../lib/aws/edge-addresses.ts";
import { partitionOf, type Region, regions } from "../../../lib/aws/regions.ts";
import type { ConfigInput } from "../../../lib/config/config.ts";
import {
  account,
  addressesIn,
  common,
  database,
  fitted,
  type Given,
  type GivenDatabase,
  type GivenEnvironment,
  type GivenExisting,
  network,
  perhaps,
  type Reached,
  reachedBy,
  region,
  regionsIn,
  regionsOf,
  service,
  stateIn,
  suffixes,
  weights,
  workflow,
  yesOrNo,
} from "./ground.ts";
import { deliveryAt, existingIn } from "./pipelines.ts";

/** What the whole system is like, on which depends what an environment of it can be. */
interface Kind {
  readonly holder: "release" | "codedeploy" | "ecs";
  /** A pipeline in each environment. */
  readonly delivered: boolean;
  readonly edge: boolean;
  readonly data: boolean;
  readonly firewall: boolean;
}

const kinds: fc.Arbitrary<Kind> = fc
  .record({
    holder: fc.constantFrom("release" as const, "codedeploy" as const, "ecs" as const),
    delivered: yesOrNo,
    edge: yesOrNo,
    data: yesOrNo,
    firewall: yesOrNo,
  })
  // A pipeline deploys by what shifts traffic in AWS, and CloudFront has a firewall of its own.
  .map((kind) => ({ ...kind, delivered: kind.delivered && kind.holder !== "release", firewall: kind.firewall && !kind.edge }));

const beforeEdge = regions.filter((one) => edgeRegions.includes(one));

/** How many regions an environment can have: a pipeline stays in its own, as does a database whose copies AWS would start everywhere. */
function mostRegions({ holder, delivered, edge, data }: Kind): number {
  if (delivered || (data && holder !== "release")) return 1;
  return edge ? 3 : 2;
}

const reached = fc.constantFrom<Reached>("certificate", "certificate and domain", "new zone", "zone", "zone and certificate");

/** Where all environments with a pipeline are, whose connections and secrets are there; the others are in its partition. */
interface Place {
  readonly region: Region;
  readonly account: string;
}

const groundIn = (kind: Kind, { region: first, account: owner }: Place): fc.Arbitrary<[[Region, ...Region[]], string]> =>
  kind.delivered
    ? fc.constant([[first], owner])
    : fc.tuple(regionsOf(kind.edge ? beforeEdge : regionsIn(partitionOf(first)), mostRegions(kind)), fc.oneof(account, fc.constant(owner)));

const environmentIn = (kind: Kind, shared: Place, place: number): fc.Arbitrary<GivenEnvironment> =>
  groundIn(kind, shared).chain(([where, owner]) => {
    const alone = where.length === 1;
    const takes = alone && !kind.edge && !kind.data && !kind.firewall;
    return fc
      .record({
        protected: yesOrNo,
        cidr: addressesIn(place),
        reached,
        existing: takes ? existingIn(where[0], owner) : fc.constant<GivenExisting>({}),
        waves: kind.holder === "release" ? perhaps(wavesOf(kind.data ? where.slice(0, 1) : where)) : fc.constant(undefined),
      })
      .map(({ reached: how, existing, waves, ...given }) => {
        const fits: Reached = existing.balancer ? "certificate and domain" : !alone || kind.edge ? "zone" : how;
        const entry = reachedBy(fits, owner, where, `e${place}.shop.example.com`);
        return { account: owner, regions: where, ...given, ...entry, existing, ...(waves && { waves }) };
      });
  });

const wavesOf = (serving: readonly Region[]): fc.Arbitrary<NonNullable<GivenEnvironment["waves"]>> =>
  fc
    .shuffledSubarray([...serving], { minLength: serving.length })
    .map((order) => order.map((one, at) => ({ region: one, ...(at > 0 && { bake: "30m" as const }) })));

const environments = (kind: Kind, shared: Place): fc.Arbitrary<Given<"environments">> =>
  suffixes(1, 3)
    .chain((names) => fc.tuple(...names.map((name, at) => environmentIn(kind, shared, at).map((one) => [name, one] as const))))
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
  .map(({ size, architecture, min, more }) => ({ kind: "ecs", ...size, architecture, count: { min, max: min + more } }));

/** What else can be said of a service. */
const app = fc.record(
  {
    start: fc.constant("node src/server.js"),
    port: fc.constantFrom(80, 3000, 65_535),
    startWithin: fc.constantFrom("1s" as const, "5m" as const),
    grace: fc.constantFrom("1s" as const, "2m" as const),
    env: fc.constantFrom({}, { MODE: "fast", TEXT: 'with "quotes" and $HOME' }),
    encrypts: yesOrNo,
  },
  { requiredKeys: [] },
);

/** How the services after the first are told apart: every other one by a name, where there is a domain to be below. */
function routes(where: Given<"environments">, edge: boolean, at: number): Given<"services">[string] {
  const named = !edge && at % 2 === 1 && Object.values(where).every(({ domain }) => domain !== undefined);
  return { priority: at, ...(named ? { subdomain: `s${at}` } : { paths: [`/s${at}/*`] }) };
}

interface Hosted {
  readonly kind: Kind;
  readonly environments: Given<"environments">;
  readonly network: { readonly nat: string };
}

/** Where a function can carry releases out, with one service. */
const fitsLambda = ({ kind, environments: where, network: { nat } }: Hosted): boolean =>
  kind.holder === "release" &&
  nat !== "none" &&
  (kind.data || Object.values(where).every(({ regions: own }) => own.length === 1)) &&
  Object.values(where).every(({ domain }) => domain !== undefined);

const drawn = (kind: Kind, place: Place) =>
  fc.record({
    kind: fc.constant(kind),
    place: fc.constant(place),
    common,
    service,
    others: fc.uniqueArray(service, { maxLength: 4, selector: (one) => one.toLowerCase() }),
    compute,
    app,
    migrates: yesOrNo,
    environments: environments(kind, place),
    delivery: kind.delivered ? deliveryAt(place.region, place.account) : fc.constant(undefined),
    network,
    weights,
    database: kind.data ? database : fc.constant(undefined),
    rotation: perhaps(fc.constantFrom("7d" as const, "30d" as const)),
    inLambda: yesOrNo,
    audit: perhaps(fc.constantFrom({}, { keep: 3653, logRetention: 1 as const })),
    assets: fc.constantFrom<Given<"edge">>({}, { assets: ["/assets/*", "/*.css"], rate: 10 }),
    workflow: kind.delivered ? fc.constant(undefined) : perhaps(workflow),
  });
type Drawn = ReturnType<typeof drawn> extends fc.Arbitrary<infer T> ? T : never;

function configurationOf(given: Drawn): ConfigInput {
  const { kind, place, environments: where, workflow: flow } = given;
  const inLambda = given.inLambda && fitsLambda(given);
  const [first] = Object.values(where);
  const isTaken = Object.values(where).every(({ existing }) => existing?.vpc);
  return {
    ...given.common,
    engine: flow ? "pulumi" : "cdk",
    services: servicesOf(given, inLambda),
    environments: where,
    network: fitted(given.network, { where, kind: "ecs", database: kind.data, isTaken }),
    ...(given.delivery && { delivery: given.delivery }),
    ...(given.database && { database: databaseOf(given, given.database) }),
    ...(given.audit && { audit: given.audit }),
    ...(kind.edge && { edge: given.assets }),
    ...(kind.firewall && { firewall: {} }),
    ...(flow && first && { workflow: { ...flow, ...stateIn(place.region, first.account) } }),
    rollout: { weightHolder: kind.holder, weights: given.weights, ...(inLambda && { host: "lambda" as const }) },
  };
}

/** Only a release holds the weights of several. */
function servicesOf({ kind, service: name, others, environments: where, app: settings, migrates, compute: on }: Drawn, inLambda: boolean) {
  const several = kind.holder === "release" && !inLambda ? others.filter((one) => one.toLowerCase() !== name.toLowerCase()) : [];
  return Object.fromEntries(
    [name, ...several].map((one, at) => [
      one,
      {
        health: at === 0 ? "/health" : `/s${at}/health`,
        ...settings,
        ...(migrates && kind.holder === "release" && { migrate: "node migrate.js" }),
        compute: on,
        ...(at > 0 && routes(where, kind.edge, at)),
      },
    ]),
  );
}

const databaseOf = ({ environments: where, rotation }: Drawn, given: GivenDatabase): GivenDatabase => ({
  ...given,
  ...(rotation && { rotation }),
  ...(Object.values(where).some(({ regions: own }) => own.length > 1) && { recovery: "replica" as const }),
});

/** Systems A and D and what else containers can be: in several regions or one, with a pipeline in each environment or none. */
export const containers: fc.Arbitrary<ConfigInput> = fc
  .tuple(kinds, fc.constantFrom(...beforeEdge), region, account)
  .chain(([kind, near, anywhere, owner]) => drawn(kind, { region: kind.edge ? near : anywhere, account: owner }))
  .map(configurationOf);
