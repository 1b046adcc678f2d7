import { describe, expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const ecs = { compute: { kind: "ecs", cpu: 512, memory: 1024 } };
const production = { account: "333333333333", regions: ["eu-central-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const database = { engine: "postgres", version: "17" };

const given = (changes: object): object => ({
  project: "shop",
  services: { web: ecs },
  environments: { production },
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
  ...changes,
});

function problemsIn(config: object): readonly string[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

describe("A17 E03 what belongs to a service is not given to the home of a pipeline, which has none", () => {
  const home = (tools: object): object =>
    given({
      environments: { tools: { account: "111111111111", regions: ["eu-central-1"], ...tools }, production },
      delivery: { home: "tools", stages: ["production"] },
    });
  const subnets = ["subnet-0a1b2c31", "subnet-0a1b2c32"];

  it.each<[string, object]>([
    ["domain", { domain: "tools.example.com" }],
    ["certificate", { certificate: "arn:aws:acm:eu-central-1:111111111111:certificate/1b2c" }],
    [
      "existing.vpc",
      { existing: { vpc: { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] } } },
    ],
    ["existing.cluster", { existing: { cluster: { name: "platform" } } }],
  ])("%s", (field, tools) => {
    expect(problemsIn(home(tools))).toEqual([
      `environments.tools.${field}: leave it out: "tools" is delivery.home, which holds no service`,
    ]);
  });

  it("but a registry, which holds the images of all stages", () => {
    expect(problemsIn(home({ existing: { registry: "platform/shop" } }))).toEqual([]);
  });
});

it("A17 B11 the bucket of the releases is asked for only where releases lie in one", () => {
  const storage = { replica: "eu-west-1", keep: 30 };
  expect(problemsIn(given({ storage }))).toEqual([
    expect.stringMatching(/^storage\.replica: leave it out, or take compute: \{ kind: "ec2" \}/),
    expect.stringMatching(/^storage\.keep: leave it out, or take compute: \{ kind: "ec2" \}/),
  ]);
  expect(problemsIn(given({ storage, services: { web: { compute: { kind: "ec2" } } }, rollout: {} }))).toEqual([]);
});

it("A17 D08 the image is built for the processor of the copies, whatever else it is built for", () => {
  const arm = { web: { compute: { ...ecs.compute, architecture: "arm64" } } };
  const delivery = (...platforms: readonly string[]) => given({ services: arm, delivery: { platforms } });
  expect(problemsIn(delivery("linux/amd64"))).toEqual([
    'delivery.platforms: add "linux/arm64", or change compute.architecture, which is "arm64"',
  ]);
  expect(problemsIn(delivery("linux/amd64", "linux/arm64"))).toEqual([]);
});

describe("A17 B15 without NAT there is an endpoint for what every copy calls before it is well", () => {
  const shut = (endpoints: readonly string[], changes: object = {}) =>
    problemsIn(given({ network: { nat: "none", endpoints }, ...changes }));
  const told = (missing: string) => [expect.stringContaining(`network.endpoints: add ${missing}, or take NAT: with network.nat "none"`)];

  it("tasks fetch their image and write their log", () => {
    expect(shut([])).toEqual(told('"ecr.api", "ecr.dkr", "logs"'));
    expect(shut(["ecr.api", "ecr.dkr", "logs"])).toEqual([]);
  });

  it("with a database they get its secret", () => {
    expect(shut(["ecr.api", "ecr.dkr", "logs"], { database })).toEqual(told('"secretsmanager"'));
    expect(shut(["ecr.api", "ecr.dkr", "logs", "secretsmanager"], { database })).toEqual([]);
  });

  it("instances ask which release is theirs, and write their log", () => {
    const fleets = { services: { web: { compute: { kind: "ec2" } } }, rollout: {} };
    expect(shut(["ecr.api"], fleets)).toEqual(told('"ssm", "logs"'));
    expect(shut(["ssm", "logs"], fleets)).toEqual([]);
  });

  it("in a network that exists it is for its owner to say", () => {
    const subnets = ["subnet-0a1b2c31", "subnet-0a1b2c32"];
    const existing = { vpc: { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] } };
    expect(shut([], { environments: { production: { ...production, existing } } })).toEqual([]);
  });
});

it("A17 B15 addresses of IPv6 are asked for only where a network is made", () => {
  const subnets = ["subnet-0a1b2c31", "subnet-0a1b2c32"];
  const theirs = {
    ...production,
    existing: { vpc: { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] } },
  };
  const ipv6 = (environments: object) => problemsIn(given({ network: { ipv6: true }, environments }));
  expect(ipv6({ production: theirs })).toEqual([expect.stringMatching(/^network\.ipv6: .*existing\.vpc/)]);
  expect(ipv6({ production: theirs, staging: { ...production, account: "222222222222", domain: "staging.example.com" } })).toEqual([]);
});

it("A17 B08 the environment that a snapshot comes from has a database: none that uses another one's so far", () => {
  const source = { host: "dev.example.com", cidr: "10.50.0.0/16" };
  const fleets = (phase: string) =>
    given({
      engine: "pulumi",
      services: { web: { compute: { kind: "ec2" } } },
      database: { engine: "mysql", version: "8.4" },
      environments: {
        dev: {
          ...production,
          domain: "dev.example.com",
          cidr: "10.50.0.0/16",
          migration: { phase, source, snapshot: { identifier: "old" } },
        },
        production: { ...production, migration: { source: { ...source, environment: "dev" } } },
      },
      rollout: { weightHolder: "engine" },
    });
  expect(problemsIn(fleets("initial"))).toEqual([
    expect.stringMatching(/^environments\.production\.migration\.source\.environment: .*environments\.dev\.migration\.phase/),
  ]);
  expect(problemsIn(fleets("snapshot"))).toEqual([]);
});
