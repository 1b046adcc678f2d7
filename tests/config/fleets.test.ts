import { describe, expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { type Problem, showPath } from "../../lib/config/problems.ts";
import type { existingParts } from "../../lib/config/schema/existing.ts";

type Given = Readonly<Record<string, unknown>>;

const production = { account: "444455556666", regions: ["us-east-1"], domain: "orders.example.com", zone: "new" };
const source = { host: "dev.example.com", cidr: "10.50.0.0/16" };
const snapshot = { identifier: "orders-2026-11-20" };

interface Change {
  readonly compute?: Given;
  readonly database?: Given | undefined;
  readonly environment?: Given;
  readonly migration?: Given;
  readonly rollout?: Given;
  readonly top?: Given;
}

/** Where a configuration of fleets is wrong. */
const wrongIn = (change: Change): readonly string[] => problemsIn(change).map(({ path }) => showPath(path));

function problemsIn({ compute = {}, environment = {}, migration, rollout = {}, top = {}, ...rest }: Change): readonly Problem[] {
  const checked = checkConfig({
    project: "orders",
    engine: "pulumi",
    services: { shop: { health: "/health", compute: { kind: "ec2", ...compute } } },
    ...("database" in rest ? { database: rest.database } : { database: { engine: "mysql", version: "8.4" } }),
    environments: { production: { ...production, ...environment, ...(migration && { migration }) } },
    rollout: { weightHolder: "engine", ...rollout },
    ...top,
  });
  return "problems" in checked ? checked.problems : [];
}

const fleet = "services.shop.compute";
const moved = "environments.production.migration";

it("A17 a configuration of fleets with all that it may say is right", () => {
  expect(wrongIn({})).toEqual([]);
  expect(wrongIn({ migration: { phase: "traffic-shift", weight: 50, snapshot, source } })).toEqual([]);
  expect(wrongIn({ rollout: { router: "dns", weightHolder: "release" }, database: undefined })).toEqual([]);
  expect(wrongIn({ top: { storage: { replica: "us-west-2" } } })).toEqual([]);
});

describe("A17 what AWS would refuse is refused before", () => {
  it.each<[string, Change, readonly string[]]>([
    [
      "fewer instances at most than at least",
      { compute: { blue: { min: 5, max: 4, desired: 4 } } },
      [`${fleet}.blue.min`, `${fleet}.blue.desired`],
    ],
    ["more to begin with than at most", { compute: { green: { max: 2, desired: 3 } } }, [`${fleet}.green.desired`]],
    ["a fleet that runs with nothing", { compute: { blue: { min: 0, desired: 0 } } }, [`${fleet}.blue.desired`]],
    ["a processor that the AMI is not for", { compute: { blue: { instanceType: "t4g.micro" } } }, [`${fleet}.blue.instanceType`]],
    ["what is no instance type", { compute: { blue: { instanceType: "large" } } }, [`${fleet}.blue.instanceType`]],
    ["an AMI that is no parameter", { compute: { ami: "ami-0123" } }, [`${fleet}.ami`]],
    ["a life of less than a day", { compute: { lifetime: "1h" } }, [`${fleet}.lifetime`]],
    ["a version of MySQL without its minor", { database: { engine: "mysql", version: "8" } }, ["database.version"]],
    ["a user that RDS keeps", { database: { engine: "postgres", version: "17", user: "admin" } }, ["database.user"]],
    ["a database that MySQL keeps", { database: { engine: "mysql", version: "8.4", name: "sys" } }, ["database.name"]],
    [
      "a class without Database Insights",
      { database: { engine: "mysql", version: "8.4", instance: "db.t4g.micro" } },
      ["database.instance"],
    ],
    ["backups of less than a week", { database: { engine: "mysql", version: "8.4", backups: 6 } }, ["database.backups"]],
    ["an interval that RDS does not know", { database: { engine: "mysql", version: "8.4", monitoring: 20 } }, ["database.monitoring"]],
    ["a copy in the same region", { top: { storage: { replica: "us-east-1" } } }, ["storage.replica"]],
  ])("%s", (_what, change, paths) => {
    expect(wrongIn(change)).toEqual(paths);
  });
});

describe("B08 a snapshot that RDS would not restore is refused", () => {
  it.each([
    ["of another engine", { identifier: "a", engine: "postgres" }, "engine"],
    ["in another region", { identifier: "arn:aws:rds:eu-west-1:444455556666:snapshot:orders" }, "identifier"],
    ["that another account shares", { identifier: "arn:aws:rds:us-east-1:111122223333:snapshot:orders" }, "identifier"],
    ["that is none", { identifier: "arn:aws:rds:us-east-1:444455556666:db:orders" }, "identifier"],
    ["of a volume", { identifier: "arn:aws:ec2:us-east-1:444455556666:snapshot:orders" }, "identifier"],
    ["with two hyphens", { identifier: "a--b" }, "identifier"],
    ["that ends with a hyphen", { identifier: "a-" }, "identifier"],
    ["that starts with a digit", { identifier: "1a" }, "identifier"],
  ])("%s", (_what, given, field) => {
    expect(wrongIn({ migration: { snapshot: given } })).toEqual([`${moved}.snapshot.${field}`]);
  });

  it.each(["orders-1", "rds:orders-2026-11-20-05-00", "arn:aws:rds:us-east-1:444455556666:snapshot:orders-1"])(
    "but not %s",
    (identifier) => {
      expect(wrongIn({ migration: { snapshot: { identifier, engine: "mysql" } } })).toEqual([]);
    },
  );
});

describe("B07 a phase that cannot be is refused", () => {
  it.each<[string, Change, readonly string[]]>([
    ["a weight that is no step", { migration: { phase: "traffic-shift", weight: 20 } }, [`${moved}.weight`]],
    ["a weight where the phase has its own", { migration: { phase: "complete", weight: 100 } }, [`${moved}.weight`]],
    ["a phase that the release moves", { migration: { phase: "complete" }, rollout: { weightHolder: "release" } }, [`${moved}.phase`]],
    ["a source without its snapshot", { migration: { phase: "snapshot", source } }, [`${moved}.snapshot`]],
    ["data to move without a database", { migration: { snapshot }, database: undefined }, [`${moved}.snapshot`]],
    [
      "a source that is this environment itself",
      { migration: { phase: "snapshot", snapshot, source: { ...source, environment: "production" } } },
      [`${moved}.source.environment`],
    ],
    ["a source that is no environment", { migration: { source: { ...source, environment: "dev" } } }, [`${moved}.source.environment`]],
    ["addresses that are none", { migration: { source: { ...source, cidr: "10.50.0.0" } } }, [`${moved}.source.cidr`]],
  ])("%s", (_what, change, paths) => {
    expect(wrongIn(change)).toEqual(paths);
  });
});

describe("B05 weights have one holder and one router that can carry them", () => {
  it.each<[string, Change, readonly string[]]>([
    ["CodeDeploy and instances", { rollout: { weightHolder: "codedeploy", weights: [10, 100] } }, ["rollout.weightHolder"]],
    ["CDK and phases", { top: { engine: "cdk" } }, ["rollout.weightHolder"]],
    [
      "DNS without a zone",
      { rollout: { router: "dns" }, environment: { zone: undefined, certificate: "arn:aws:acm:us-east-1:444455556666:certificate/1b2c" } },
      ["environments.production.zone"],
    ],
    ["several regions", { environment: { regions: ["us-east-1", "us-west-2"] } }, ["environments.production.regions"]],
    ["a pipeline of images", { top: { delivery: {} } }, ["delivery"]],
  ])("%s", (_what, change, paths) => {
    expect(wrongIn(change)).toEqual(paths);
  });
});

describe("E02 fleets on what exists are refused, each part by its name", () => {
  const subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"];
  const arn = "arn:aws:elasticloadbalancing:us-east-1:444455556666:loadbalancer/app/shared/50dc6c495c0c9188";
  const role = "arn:aws:iam::444455556666:role/starts-tasks";
  it.each<[(typeof existingParts)[number], unknown]>([
    ["vpc", { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] }],
    ["cluster", { name: "shared" }],
    ["balancer", { arn, securityGroup: "sg-0a1b2c3d" }],
    ["registry", "shared"],
    ["service", { name: "shop", taskFamily: "shop", executionRole: role }],
    ["codeDeploy", { application: "shop" }],
  ])("%s", (part, value) => {
    const told = problemsIn({ database: undefined, environment: { existing: { [part]: value } } });
    expect(told).toContainEqual({
      path: ["environments", "production", "existing", part],
      fix: "leave it out: fleets on what exists come later",
    });
  });
});
