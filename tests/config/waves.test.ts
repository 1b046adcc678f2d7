import { describe, expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";
import { wavesOf } from "../../lib/config/serving.ts";

const production = {
  account: "333333333333",
  regions: ["eu-central-1", "us-east-1"],
  domain: "shop.example.com",
  zone: "Z0123456789ABCDEFGHIJ",
};
const database = { engine: "postgres", version: "17" };

const given = (environment: object, changes: object = {}): object => ({
  project: "shop",
  services: { web: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: { ...production, ...environment } },
  ...changes,
});

function problemsIn(config: object): readonly string[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

function wavesIn(config: object): readonly (readonly [string, number])[] {
  const checked = checkConfig(config);
  if ("problems" in checked) throw new Error(JSON.stringify(checked.problems));
  const [environment] = checked.config.environments;
  if (!environment) throw new Error("there is an environment");
  return wavesOf(checked.config, environment).map(({ region, bake }) => [region, bake]);
}

it("C23 without waves a release goes through the regions in their order, with the bake of all", () => {
  expect(wavesIn(given({}, { rollout: { bake: "2m" } }))).toEqual([
    ["eu-central-1", 120_000],
    ["us-east-1", 120_000],
  ]);
});

it("C23 waves say which region comes first, and how long each has to bake", () => {
  const waves = [{ region: "us-east-1", bake: "30m" }, { region: "eu-central-1" }];
  expect(wavesIn(given({ waves }, { rollout: { bake: "2m" } }))).toEqual([
    ["us-east-1", 1_800_000],
    ["eu-central-1", 120_000],
  ]);
});

it("C23 a region that rests beside the one with the database is no wave", () => {
  expect(wavesIn(given({}, { database }))).toEqual([["eu-central-1", 300_000]]);
  expect(wavesIn(given({ waves: [{ region: "eu-central-1" }] }, { database }))).toEqual([["eu-central-1", 300_000]]);
});

describe("A17 C23 waves that a release could not go through are refused before anything is deployed", () => {
  it("all at once: a region that is none, one that comes twice, and one that is missing", () => {
    const waves = [{ region: "eu-central-1" }, { region: "eu-central-1" }, { region: "eu-west-1" }];
    expect(problemsIn(given({ waves }))).toEqual([
      "environments.production.waves[1].region: leave it out: the region has a wave already",
      "environments.production.waves[2].region: write one of this environment's regions: eu-central-1, us-east-1",
      "environments.production.waves: add us-east-1: a release reaches every region that serves callers",
    ]);
  });

  it("a region that rests", () => {
    expect(problemsIn(given({ waves: [{ region: "eu-central-1" }, { region: "us-east-1" }] }, { database }))).toEqual([
      "environments.production.waves[1].region: leave it out: us-east-1 rests, as the database is in eu-central-1",
    ]);
  });

  it("waves of weights that others hold", () => {
    const rollout = { weightHolder: "codedeploy", weights: [10, 100] };
    expect(problemsIn(given({ waves: [{ region: "eu-central-1" }, { region: "us-east-1" }] }, { rollout }))).toEqual([
      expect.stringMatching(/^environments\.production\.waves: leave it out, or write rollout\.weightHolder "release": codedeploy/),
    ]);
  });

  it("no wave at all, and a way back that is none", () => {
    expect(problemsIn(given({ waves: [] }, { rollout: { rollback: "some" } }))).toEqual([
      "environments.production.waves: write at least one wave, or leave it out",
      'rollout.rollback: write "all" or "wave"',
    ]);
  });

  it("several regions that nobody's requests could judge", () => {
    const rollout = { topUp: false };
    expect(problemsIn(given({}, { rollout }))).toEqual([expect.stringMatching(/^rollout\.topUp: write true: callers of "production"/)]);
    expect(problemsIn(given({ regions: ["eu-central-1"] }, { rollout }))).toEqual([]);
    expect(problemsIn(given({}, { rollout, database }))).toEqual([]);
  });
});
