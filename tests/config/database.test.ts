import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const environment = {
  account: "111122223333",
  regions: ["eu-west-1"],
  domain: "shop.example.com",
  zone: "Z0123456789ABCDEFGHIJ",
};
const database = { engine: "postgres", version: "17" };

const given = (changes: object, rest: object = {}): object => ({
  project: "shop",
  services: { web: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: environment },
  database: { ...database, ...changes },
  ...rest,
});

function problemsIn(config: object): readonly string[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

it.each(["30", "6d", "1001d", "1.5d", "-7d", true, 30])("A17: a rotation every %j is refused with what may stand there", (rotation) => {
  expect(problemsIn(given({ rotation }))).toEqual([expect.stringMatching(/^database\.rotation: write days .*"7d" to "1000d", or false/)]);
});

it.each([false, "7d", "30d", "1000d"])("A10: a rotation may be %j", (rotation) => {
  expect(problemsIn(given({ rotation }))).toEqual([]);
});

it("A10, A17: a rotation that could not reach AWS Secrets Manager is refused", () => {
  const shut = { nat: "none", endpoints: ["ecr.api", "ecr.dkr", "logs"] };
  expect(problemsIn(given({ rotation: "30d" }, { network: shut }))).toEqual([
    expect.stringMatching(/^network\.endpoints: add "secretsmanager"/),
  ]);
  const open = { ...shut, endpoints: [...shut.endpoints, "secretsmanager"] };
  expect(problemsIn(given({ rotation: "30d" }, { network: open }))).toEqual([]);
});

it("A10, A17: a rotation of a database that comes from a snapshot is refused while it migrates", () => {
  const moving = given(
    { engine: "mysql", version: "8.4", rotation: "30d" },
    {
      engine: "pulumi",
      services: { web: { compute: { kind: "ec2" } } },
      rollout: { weightHolder: "engine" },
      environments: { production: { ...environment, migration: { phase: "snapshot", snapshot: { identifier: "shop-2026" } } } },
    },
  );
  expect(problemsIn(moving)).toEqual([expect.stringMatching(/^database\.rotation: write false while production migrates/)]);
});

it.each(["rotation", "functions", "readers", "standby", "files-replication"])(
  "A08, A17: a service is not named %s, as a part of the system is",
  (name) => {
    const services = { [name]: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } };
    expect(problemsIn(given({}, { services }))).toEqual([expect.stringMatching(`^services\\.${name}: choose another name`)]);
  },
);

it("A12, A17: a replica elsewhere without a second region is refused", () => {
  expect(problemsIn(given({ recovery: "replica" }))).toEqual([
    expect.stringMatching(/^database\.recovery: give an environment a second region/),
  ]);
  const two = { production: { ...environment, regions: ["eu-west-1", "us-west-2"] } };
  expect(problemsIn(given({ recovery: "replica" }, { environments: two, rollout: { weightHolder: "release" } }))).toEqual([]);
});

it.each([-1, 16, 1.5])("A17: %j copies that answer reads are refused", (replicas) => {
  expect(problemsIn(given({ replicas }))).toEqual([expect.stringMatching(/^database\.replicas: write a whole number from 0 to 15/)]);
});

it("E02, A17: a database beside an existing network is refused, for no tier of it is the database's", () => {
  const subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"];
  const existing = { vpc: { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] } };
  const there = { environments: { production: { ...environment, existing } } };
  expect(problemsIn(given({}, there))).toEqual([
    "environments.production.existing.vpc: leave it out: a database in an existing network comes later",
  ]);
  expect(problemsIn(given({}, { ...there, database: undefined }))).toEqual([]);
});
