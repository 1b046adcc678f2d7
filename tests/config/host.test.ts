import { describe, expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const ecs = { compute: { kind: "ecs", cpu: 512, memory: 1024 } };
const production = { account: "333333333333", regions: ["eu-central-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const certificate = "arn:aws:acm:eu-central-1:333333333333:certificate/1b2c3d4e";

const given = (changes: object = {}, rollout: object = {}): object => ({
  project: "shop",
  services: { web: ecs },
  environments: { production },
  ...changes,
  rollout: { host: "lambda", ...rollout },
});

function problemsIn(config: object): readonly string[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

it("X04 a function carries out releases of one service of ECS in one region by a listener's rule", () => {
  expect(problemsIn(given())).toEqual([]);
});

it("X04 a second region may rest beside the one with the database", () => {
  const regions = { production: { ...production, regions: ["eu-central-1", "eu-west-1"] } };
  expect(problemsIn(given({ environments: regions, database: { engine: "postgres", version: "17" } }))).toEqual([]);
  expect(problemsIn(given({ environments: regions }))).toEqual([
    expect.stringMatching(/^environments\.production\.regions: keep one, or write rollout\.host "command-line"/),
  ]);
});

describe("A17 X04 what a function could not carry out is refused before anything is deployed", () => {
  it.each<[string, object, string]>([
    ["weights that CodeDeploy holds", given({}, { weightHolder: "codedeploy", weights: [10, 100] }), "rollout.host: "],
    ["weights that ECS holds", given({}, { weightHolder: "ecs", weights: [10, 100] }), "rollout.host: "],
    ["several services", given({ services: { web: ecs, api: { ...ecs, paths: ["/api/*"] } } }), "rollout.host: "],
    [
      "no domain to ask by",
      given({ environments: { production: { ...production, domain: undefined, zone: undefined, certificate } } }),
      "environments.production.domain: ",
    ],
    ["no way to most of AWS", given({ network: { nat: "none", endpoints: ["ecr.api", "ecr.dkr", "logs", "lambda"] } }), "network.nat: "],
    ["a command of the team", given({}, { gates: [{ metric: "health" }, { command: "./smoke.sh" }] }), "rollout.gates[1]: "],
  ])("%s", (_what, config, start) => {
    const problems = problemsIn(config);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(start), problems[0]).toBe(true);
  });

  it("fleets of EC2 behind names of Route 53, with both said", () => {
    const problems = problemsIn(given({ services: { web: { compute: { kind: "ec2" } } } }, { router: "dns" }));
    expect(problems.filter((one) => one.startsWith("rollout.host"))).toEqual([
      expect.stringContaining('router "listener"'),
      expect.stringContaining('compute: { kind: "ecs" }'),
    ]);
  });
});

it("A17 a gate by a command is no hindrance where nothing is on AWS, or where the command line is the host", () => {
  const gates = [{ command: "./smoke.sh" }];
  expect(problemsIn(given({ environments: {} }, { gates }))).toEqual([]);
  expect(problemsIn(given({}, { host: "command-line", gates }))).toEqual([]);
});

it("C06 who built an image or an archive can be asked for", () => {
  expect(problemsIn(given({}, { builtBy: "shop-image" }))).toEqual([]);
  expect(problemsIn(given({}, { builtBy: "shop image" }))).toEqual([
    'rollout.builtBy: write the name of a project of CodeBuild, such as "shop-image"',
  ]);
  const fleets = given({ services: { web: { compute: { kind: "ec2" } } } }, { host: "command-line", builtBy: "shop-image" });
  expect(problemsIn(fleets)).toEqual([]);
});
