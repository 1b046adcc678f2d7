import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";
import * as delivery from "../../lib/config/rules/delivery.ts";
import * as environments from "../../lib/config/rules/environments.ts";
import { rules } from "../../lib/config/rules/rules.ts";
import * as services from "../../lib/config/rules/services.ts";
import { sourceFits } from "../../lib/config/rules/source.ts";

const certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e";
const connection = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1b2c";
const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub-AbCdEf";
const environment = { account: "111122223333", regions: ["eu-west-1"], certificate };
const compute = { kind: "ecs", cpu: 512, memory: 1024 };
/** An environment whose certificates are made, as several regions need it. */
const zoned = { account: "111122223333", regions: ["eu-west-1", "us-east-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const codedeploy = { weightHolder: "codedeploy", weights: [10, 100] };
const dockerHub = { username: secret, token: "/hub/token" };

/** A configuration for AWS that every rule lets pass, with some of its sections replaced. */
const given = (changes: object): object => ({
  project: "shop",
  services: { web: { compute } },
  environments: { production: environment },
  rollout: codedeploy,
  ...changes,
});
const inEnvironment = (changes: object) => given({ environments: { production: { ...environment, ...changes } } });
const inCompute = (changes: object) => given({ services: { web: { compute: { ...compute, ...changes } } } });
const inRollout = (changes: object) => given({ rollout: { ...codedeploy, ...changes } });
/** Fleets of EC2 whose weights are records. */
const byName = (weights: readonly number[]) =>
  given({
    services: { web: { compute: { kind: "ec2" } } },
    environments: { production: { ...environment, certificate: undefined, domain: "shop.example.com", zone: "new" } },
    rollout: { weightHolder: "release", router: "dns", weights },
  });
const inDelivery = (changes: object) => given({ delivery: changes });
const beside = (changes: object) =>
  given({ environments: { production: environment, staging: { ...environment, cidr: "10.1.0.0/16", ...changes } } });

interface Case {
  readonly rule: keyof typeof services | keyof typeof environments | keyof typeof delivery | "sourceFits";
  readonly wrong: object;
  readonly path: string;
  /** What the fix says of this very value, or of what it may be. */
  readonly fix: string;
  readonly right: object;
}

const cases: readonly Case[] = [
  {
    rule: "serviceNamed",
    wrong: given({ services: { Pipeline: { compute } } }),
    path: "services.Pipeline",
    fix: 'another part of the system is named "pipeline"',
    right: given({ services: { pipelines: { compute } } }),
  },
  {
    rule: "computeGiven",
    wrong: given({ services: { web: {} } }),
    path: "services.web.compute",
    fix: 'kind: "ecs"',
    right: { project: "shop", services: { web: {} } },
  },
  {
    rule: "requestsCounted",
    wrong: inCompute({ scaleOn: { requests: 1000 } }),
    path: "services.web.compute.scaleOn.requests",
    fix: "CodeDeploy exchanges them",
    right: given({ services: { web: { compute: { ...compute, scaleOn: { requests: 1000 } } } }, rollout: { weightHolder: "release" } }),
  },
  {
    rule: "computeFits",
    wrong: inCompute({ cpu: 512, memory: 8192 }),
    path: "services.web.compute.memory",
    fix: "512 CPU units: 1024 to 4096 in steps of 1024",
    right: inCompute({ cpu: 512, memory: 4096 }),
  },
  {
    rule: "computeFits",
    wrong: inCompute({ cpu: 256, memory: 1536 }),
    path: "services.web.compute.memory",
    fix: "256 CPU units: 512, 1024, 2048",
    right: inCompute({ cpu: 256, memory: 2048 }),
  },
  {
    rule: "computeFits",
    wrong: inCompute({ cpu: 8192, memory: 16_384 + 1024 }),
    path: "services.web.compute.memory",
    fix: "16384 to 61440 in steps of 4096",
    right: inCompute({ cpu: 8192, memory: 61_440 }),
  },
  {
    rule: "computeFits",
    wrong: inCompute({ count: { min: 4, max: 3 } }),
    path: "services.web.compute.count.min",
    fix: "at most the largest count, 3",
    right: inCompute({ count: { min: 3, max: 3 } }),
  },
  {
    rule: "holderOfWeights",
    wrong: inRollout({ weightHolder: "engine" }),
    path: "rollout.weightHolder",
    fix: "a synth of CDK cannot read the phase before",
    right: inRollout({}),
  },
  {
    rule: "holderOfWeights",
    wrong: given({ engine: "pulumi", rollout: { weightHolder: "engine" } }),
    path: "rollout.weightHolder",
    fix: "know fleets of EC2 only",
    right: given({ engine: "pulumi", rollout: { weightHolder: "release" } }),
  },
  {
    rule: "holderOfWeights",
    wrong: given({ delivery: {}, rollout: { weightHolder: "release" } }),
    path: "rollout.weightHolder",
    fix: 'write "codedeploy"',
    right: inRollout({ weightHolder: "release" }),
  },
  {
    rule: "weightsInTenths",
    wrong: given({ rollout: { weights: [33.33, 100] } }),
    path: "rollout.weights",
    fix: "at most one digit after the point",
    right: given({ rollout: { weights: [0.5, 33.3, 100] } }),
  },
  {
    rule: "weightsInPercents",
    wrong: byName([0.5, 100]),
    path: "rollout.weights",
    fix: "whole numbers",
    right: byName([1, 33, 100]),
  },
  {
    rule: "rolledOutByCodeDeploy",
    wrong: inRollout({ weights: [10, 50, 100] }),
    path: "rollout.weights",
    fix: "two weights such as [10, 100], or equal steps",
    right: inRollout({ weights: [30, 60, 90, 100] }),
  },
  {
    rule: "rolledOutByCodeDeploy",
    wrong: inRollout({ weights: [12.5, 100] }),
    path: "rollout.weights",
    fix: "what CodeDeploy knows",
    right: inRollout({ weights: [12, 100] }),
  },
  {
    rule: "rolledOutByCodeDeploy",
    wrong: inRollout({ bake: "90s" }),
    path: "rollout.bake",
    fix: "whole minutes",
    right: inRollout({ bake: "2m" }),
  },
  {
    rule: "rolledOutByCodeDeploy",
    wrong: inRollout({ keepWarm: "49h" }),
    path: "rollout.keepWarm",
    fix: "up to 48h",
    right: inRollout({ keepWarm: "48h" }),
  },
  {
    rule: "environmentsNamed",
    wrong: given({ environments: { Prod: environment } }),
    path: "environments.Prod",
    fix: "small letters",
    right: given({ environments: { prod: environment } }),
  },
  {
    rule: "environmentsNamed",
    wrong: given({ environments: { rehearsal: environment } }),
    path: "environments.rehearsal",
    fix: "the one on this machine",
    right: given({ environments: { rehearsals: environment } }),
  },
  {
    rule: "environmentsApart",
    wrong: beside({ suffix: "production" }),
    path: "environments.staging.suffix",
    fix: '"production" has this one',
    right: beside({ suffix: "s2" }),
  },
  {
    rule: "regionsOnce",
    wrong: given({ environments: { production: { ...zoned, regions: ["eu-west-1", "us-east-1", "eu-west-1"] } }, edge: {} }),
    path: "environments.production.regions[2]",
    fix: "already in the list",
    right: given({ environments: { production: zoned } }),
  },
  {
    rule: "regionsOnce",
    wrong: given({ delivery: {}, environments: { production: zoned } }),
    path: "environments.production.regions",
    fix: "keep one region",
    right: given({ delivery: {} }),
  },
  {
    rule: "networks",
    wrong: inEnvironment({ cidr: "10.0.0.1/16" }),
    path: "environments.production.cidr",
    fix: "write 10.0.0.0/16",
    right: inEnvironment({ cidr: "10.0.0.0/16" }),
  },
  {
    rule: "networks",
    wrong: inEnvironment({ cidr: "10.0.0.0/15" }),
    path: "environments.production.cidr",
    fix: "not /15",
    right: inEnvironment({ cidr: "10.0.0.0/16" }),
  },
  {
    rule: "networks",
    wrong: inEnvironment({ cidr: "10.0.0.0/22" }),
    path: "environments.production.cidr",
    fix: "need /21 or larger",
    right: inEnvironment({ cidr: "10.0.0.0/21" }),
  },
  {
    rule: "networks",
    wrong: beside({ cidr: "10.0.128.0/17" }),
    path: "environments.staging.cidr",
    fix: '10.0.0.0/16 of "production"',
    right: beside({ cidr: "10.1.0.0/17" }),
  },
  {
    // The second region's addresses are those after the first's.
    rule: "networks",
    wrong: given({
      environments: { a: zoned, b: { ...environment, cidr: "10.1.0.0/16" } },
    }),
    path: "environments.b.cidr",
    fix: '10.1.0.0/16 of "a"',
    right: given({ environments: { a: environment, b: { ...environment, cidr: "10.1.0.0/16" } } }),
  },
  {
    rule: "zones",
    wrong: given({ network: { zones: 4 } }),
    path: "network.zones",
    fix: "at most 3: eu-west-1 has no more",
    right: given({ network: { zones: 3 } }),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ certificate: undefined }),
    path: "environments.production.certificate",
    fix: "or domain and zone",
    right: inEnvironment({ certificate: undefined, domain: "shop.example.com", zone: "new" }),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ zone: "new" }),
    path: "environments.production.domain",
    fix: "name the domain of the zone",
    right: inEnvironment({ zone: "new", domain: "shop.example.com" }),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ certificate: "arn:aws:iam::111122223333:server-certificate/x" }),
    path: "environments.production.certificate",
    fix: "an ARN of iam",
    right: inEnvironment({ certificate }),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ account: "444455556666" }),
    path: "environments.production.certificate",
    fix: "belongs to the account 111122223333",
    right: inEnvironment({}),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ certificate: certificate.replace("eu-west-1", "us-east-1") }),
    path: "environments.production.certificate",
    fix: "it is in us-east-1",
    right: inEnvironment({ regions: ["us-east-1"], certificate: certificate.replace("eu-west-1", "us-east-1") }),
  },
  {
    rule: "certificates",
    wrong: inEnvironment({ certificate: "arn:aws:acm:eu-west-1" }),
    path: "environments.production.certificate",
    fix: "six parts between colons",
    right: inEnvironment({}),
  },
  {
    rule: "delivered",
    wrong: inDelivery({ buildTimeout: "330s" }),
    path: "delivery.buildTimeout",
    fix: "whole minutes",
    right: inDelivery({ buildTimeout: "6m" }),
  },
  {
    rule: "delivered",
    wrong: inDelivery({ queuedTimeout: "330s" }),
    path: "delivery.queuedTimeout",
    fix: "whole minutes",
    right: inDelivery({ queuedTimeout: "8h" }),
  },
  {
    rule: "sourceFits",
    wrong: inDelivery({ source: { kind: "github", connection: secret, repository: "acme/shop" } }),
    path: "delivery.source.connection",
    fix: "an ARN of secretsmanager",
    right: inDelivery({ source: { kind: "github", connection, repository: "acme/shop" } }),
  },
  {
    rule: "sourceFits",
    wrong: inDelivery({ source: { kind: "codecommit", repository: connection } }),
    path: "delivery.source.repository",
    fix: "codeconnections",
    right: inDelivery({ source: { kind: "codecommit", repository: "arn:aws:codecommit:eu-west-1:111122223333:shop" } }),
  },
  {
    rule: "delivered",
    wrong: inDelivery({ dockerHub: { ...dockerHub, token: "dckr_pat!secret" } }),
    path: "delivery.dockerHub.token",
    fix: "where it is kept and not what it is",
    right: inDelivery({ dockerHub }),
  },
];

function problemsIn(config: object): readonly { readonly path: string; readonly fix: string }[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => ({ path: showPath(path), fix })) : [];
}

it.each(cases)("A17 E02: $rule refuses $path, saying $fix", ({ wrong, path, fix }) => {
  expect(problemsIn(wrong)).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});

it.each(cases)("A17: $rule lets the right value of $path pass", ({ right }) => {
  expect(problemsIn(right)).toEqual([]);
});

it("every rule for AWS is in force, and has an example that it refuses", () => {
  const all = Object.entries({ ...services, ...environments, ...delivery, sourceFits });
  expect(all.filter(([, rule]) => !rules.includes(rule)).map(([name]) => name)).toEqual([]);
  expect(all.map(([name]) => name).filter((name) => !cases.some(({ rule }) => rule === name))).toEqual([]);
});

it("A17 E02: the rules' problems are told all at once, with those of the schema", () => {
  const wrong = {
    project: "shop",
    services: { web: { compute: { ...compute, memory: 8192 } } },
    environments: {
      production: { ...environment, cidr: "10.0.0.0/15", regions: ["eu-west-1", "eu-west-1"] },
      staging: { account: "1", regions: ["eu-wset-1"], zone: "new" },
    },
    network: { zones: 4 },
    delivery: { source: { kind: "github", connection: "x", repository: "shop" } },
    rollout: { weightHolder: "engine", weights: [10, 50, 100] },
  };
  const paths = problemsIn(wrong).map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "services.web.compute.memory",
      "environments.production.cidr",
      "environments.production.regions[1]",
      "environments.staging.account",
      "environments.staging.regions[0]",
      "network.zones",
      "delivery.source.repository",
      "rollout.weightHolder",
    ]),
  );
  expect(new Set(paths).size).toBe(paths.length);
});

it.each([
  ["environments.production.account", inEnvironment({ account: "11112222333" }), "12 digits"],
  ["environments.production.account", inEnvironment({ account: 111122223333 }), "in quotes"],
  ["environments.production.regions[0]", inEnvironment({ regions: ["eu-wset-1"] }), 'did you mean "eu-west-1"'],
  ["environments.production.zone", inEnvironment({ domain: "shop.example.com", zone: "shop.example.com" }), "id of a hosted zone"],
])("E02 E03: the schema refuses %s", (path, wrong, fix) => {
  expect(problemsIn(wrong)).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});
