import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { configFile, readGiven } from "../../lib/config/load.ts";
import { showPath, valueAt } from "../../lib/config/problems.ts";

const regions = ["eu-central-1"];
const arn = (service: string, account: string, resource: string): string => `arn:aws:${service}:eu-central-1:${account}:${resource}`;

/** One pipeline for two stages, of which the second uses what exists: every rule lets it pass. */
const right = {
  project: "billing",
  services: { api: { port: 3000, env: {}, compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: {
    tools: { account: "111111111111", regions },
    staging: { account: "222222222222", regions, cidr: "10.30.0.0/16", domain: "staging.example.com", zone: "new" },
    production: {
      account: "333333333333",
      regions,
      domain: "billing.example.com",
      certificate: arn("acm", "333333333333", "certificate/1b2c"),
      existing: {
        vpc: {
          id: "vpc-0a1b2c3d",
          publicSubnets: ["subnet-0a1b2c31", "subnet-0a1b2c32"],
          privateSubnets: ["subnet-0a1b2c33", "subnet-0a1b2c34"],
        },
        cluster: { name: "platform" },
        balancer: { arn: arn("elasticloadbalancing", "333333333333", "loadbalancer/app/platform/50dc6c49"), securityGroup: "sg-0a1b2c3d" },
      },
    },
  },
  network: { zones: 2 },
  delivery: {
    source: { kind: "github", connection: arn("codeconnections", "111111111111", "connection/5f0e"), repository: "acme/billing" },
    home: "tools",
    stages: ["staging", "production"],
  },
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
};

/** A wrong value, and the fields without which nobody can tell that it is wrong. */
interface Mistake {
  readonly field: string;
  readonly value: unknown;
  /** Where it is told, if not at the field. */
  readonly told?: string;
  readonly needs?: readonly string[];
}

/** What no schema reads. */
const malformed: readonly Mistake[] = [
  { field: "project", value: "9 shops" },
  { field: "services.api.port", value: 0 },
  { field: "services.api.compute.cpu", value: 300 },
  { field: "environments.tools.account", value: "1111" },
  { field: "environments.staging.account", value: 222222222222 },
  { field: "environments.production.account", value: "33333333333" },
  { field: "environments.staging.domain", value: "Staging" },
  { field: "environments.staging.zone", value: "example.com" },
  { field: "environments.production.regions", value: ["eu-centrl-1"], told: "environments.production.regions[0]" },
  { field: "environments.production.existing.vpc.id", value: "vpc" },
  { field: "environments.production.existing.balancer.securityGroup", value: "sg" },
  { field: "network.zones", value: 9 },
  { field: "delivery.approval", value: "yes" },
  { field: "delivery.source.repository", value: "billing" },
  { field: "rollout.bake", value: "5 m" },
  { field: "rollout.weightHolder", value: "CodeDeploy" },
  { field: "owner", value: "" },
];

/** What only rules refuse. */
const misfitting: readonly Mistake[] = [
  { field: "services.api.env", value: { PORT: "80" }, told: "services.api.env.PORT" },
  { field: "services.api.compute.memory", value: 16_384, needs: ["services.api.compute.cpu"] },
  { field: "services.api.compute.count", value: { min: 9, max: 3 }, told: "services.api.compute.count.min" },
  { field: "environments.staging.cidr", value: "10.30.0.1/16" },
  { field: "environments.staging.suffix", value: "tools" },
  { field: "environments.staging.existing", value: { registry: "billing" }, told: "environments.staging.existing.registry" },
  {
    field: "environments.production.certificate",
    value: arn("acm", "999999999999", "certificate/1b2c"),
    needs: ["environments.production.account"],
  },
  { field: "environments.production.migration", value: {} },
  { field: "environments.production.existing.cluster.name", value: "our platform" },
  {
    field: "environments.production.existing.balancer.arn",
    value: arn("elasticloadbalancing", "333333333333", "listener/app/platform/1/2"),
  },
  { field: "delivery.buildTimeout", value: "330s" },
  { field: "delivery.source.connection", value: arn("s3", "111111111111", "connection/5f0e") },
  { field: "delivery.stages", value: ["staging", "production", "prod"], told: "delivery.stages[2]" },
  {
    field: "delivery.dockerHub",
    value: { username: "/hub/user", token: arn("secretsmanager", "999999999999", "secret:hub-AbCdEf") },
    told: "delivery.dockerHub.token",
    needs: ["environments.tools.account"],
  },
  { field: "rollout.dataLimit", value: "100ms" },
  { field: "rollout.weights", value: [10, 50, 100], needs: ["rollout.weightHolder"] },
  { field: "rollout.keepWarm", value: "49h", needs: ["rollout.weightHolder"] },
];

const mistakes = [...malformed, ...misfitting];

const withValue = (given: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown => ({
  ...Object(given),
  [key]: rest.length === 0 ? value : withValue(Reflect.get(Object(given), key), rest, value),
});

const withMistakes = (made: readonly Mistake[]): unknown =>
  made.reduce<unknown>((given, { field, value }) => withValue(given, field.split("."), value), right);

function toldIn(given: unknown): readonly string[] {
  const checked = checkConfig(given);
  return "problems" in checked ? checked.problems.map((problem) => showPath(problem.path)) : [];
}

/** All of the mistakes but those that cannot be told for another one. */
const expected = (made: readonly Mistake[]): readonly string[] => {
  const unread = malformed.filter((one) => made.includes(one)).map(({ field }) => field);
  return made.filter(({ needs = [] }) => !needs.some((field) => unread.includes(field))).map(({ field, told = field }) => told);
};

it("E03 a configuration without a mistake passes, and each of the mistakes alone is told alone", () => {
  expect(toldIn(right)).toEqual([]);
  for (const one of mistakes) expect(toldIn(withMistakes([one]))).toEqual([one.told ?? one.field]);
});

it("E03 any two mistakes in different fields are told in one run, unless one cannot be told for the other", () => {
  const pairs = mistakes.flatMap((one, at) => mistakes.slice(0, at).map((other) => [other, one]));
  for (const pair of pairs) expect(toldIn(withMistakes(pair)).toSorted()).toEqual(expected(pair).toSorted());
  expect(pairs.filter((pair) => expected(pair).length < 2)).toHaveLength(misfitting.flatMap(({ needs = [] }) => needs).length);
});

it("E03 any number of mistakes are told in one run, and nothing that is none", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(mistakes, { minLength: 3 }), (made) => {
      expect(toldIn(withMistakes(made)).toSorted()).toEqual(expected(made).toSorted());
    }),
    { numRuns: 200 },
  );
});

it("E03 a name that cannot be is told with what is wrong under it", () => {
  const { tools, staging, ...others } = right.environments;
  const renamed = { ...right, environments: { tools, Staging: { ...staging, account: "2222", cidr: "10.30.0.1/16" }, ...others } };
  expect(toldIn({ ...renamed, delivery: { ...right.delivery, stages: ["Staging", "production"] } }).toSorted()).toEqual([
    "environments.Staging",
    "environments.Staging.account",
    "environments.Staging.cidr",
  ]);
});

const systems = [
  "a-multi-region-containers",
  "b-dev-to-production",
  "c-pulumi-pipeline",
  "d-container-pipeline",
  "e-cross-account-pipeline",
];

async function givenBy(system: string): Promise<object> {
  const file = configFile(path.join(import.meta.dirname, "../../examples", system));
  if (file === undefined) throw new Error(`${system} has no configuration`);
  return Object(await readGiven(file));
}

/** The places of everything that is written, objects included, lists as a whole. */
function placesIn(value: object, before: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = [...before, key];
    const deeper = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? placesIn(inner, place) : [];
    return [place, ...deeper];
  });
}

it.each(systems)("E03 whatever cannot be read of %s is told, makes nothing else wrong, and hides nothing that is", async (system) => {
  const given = await givenBy(system);
  const [service = ""] = Object.keys(Object(valueAt(given, ["services"])));
  const names = Object.keys(Object(valueAt(given, ["environments"])));
  const last = names.at(-1) ?? "";
  const wrong: Readonly<Record<string, unknown>> = {
    [`services.${service}.env.PORT`]: "80",
    "rollout.dataLimit": "1ms",
    ...(names.length > 1 && { [`environments.${last}.suffix`]: names[0] }),
  };
  const elsewhere = Object.entries(wrong).reduce<unknown>((before, [field, value]) => withValue(before, field.split("."), value), given);
  for (const place of placesIn(given)) {
    const within = (told: string): boolean => told.startsWith(place.join("."));
    const alone = toldIn(withValue(given, place, () => 1));
    expect([place, alone.length > 0, alone.filter((told) => !within(told))]).toEqual([place, true, []]);
    const beside = toldIn(withValue(elsewhere, place, () => 1));
    const read = Object.keys(wrong).filter((other) => !other.startsWith(place.join(".")));
    // Whether a suffix is taken shows in the environment that has it.
    const others = place.join(".") === `environments.${names[0]}` ? read.filter((other) => !other.endsWith("suffix")) : read;
    expect([place, ...others.filter((other) => !beside.includes(other))]).toEqual([place]);
  }
});
