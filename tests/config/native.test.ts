import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const environment = {
  account: "111122223333",
  regions: ["eu-west-1"],
  certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e",
};
const ecs = { kind: "ecs", cpu: 512, memory: 1024 };
const given = (rollout: object, changes: object = {}): object => ({
  project: "shop",
  services: { web: { compute: ecs } },
  environments: { production: environment },
  rollout: { weightHolder: "ecs", weights: [10, 100], ...rollout },
  ...changes,
});

function problemsIn(config: object): readonly (readonly [path: string, fix: string])[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => [showPath(path), fix]) : [];
}

it.each([
  ["all at once", { weights: [100] }],
  ["a canary", { weights: [0.1, 100] }],
  ["a canary of half", { weights: [50, 100] }],
  ["equal steps", { weights: [25, 50, 75, 100] }],
  ["equal steps whose last is smaller", { weights: [40, 80, 100] }],
  ["equal steps in tenths of a percent", { weights: [33.3, 66.6, 99.9, 100] }],
  ["the longest wait at a weight", { bake: "24h", finalBake: "0s", keepWarm: "0s" }],
  ["the longest wait in all", { bake: "9h", finalBake: "12h", keepWarm: "12h" }],
])("D02 A17: ECS can roll out by %s", (_what, rollout) => {
  expect(problemsIn(given(rollout))).toEqual([]);
});

it.each([
  ["steps that are not equal", { weights: [10, 50, 100] }, "rollout.weights", "[10, 100], or equal steps"],
  ["a first step that differs", { weights: [5, 30, 55, 80, 100] }, "rollout.weights", "equal steps"],
  ["steps too small", { weights: [2, 4, 6, ...Array.from({ length: 47 }, (_, at) => 8 + 2 * at)] }, "rollout.weights", "3 or more"],
  ["hundredths of a percent", { weights: [0.25, 100] }, "rollout.weights", "tenths of a percent"],
  ["seconds at a weight", { bake: "90s" }, "rollout.bake", "whole minutes"],
  ["seconds at the end", { finalBake: "90s" }, "rollout.finalBake", "whole minutes"],
  ["seconds beside the old version", { keepWarm: "30s" }, "rollout.keepWarm", "whole minutes"],
  ["more than a day at a weight", { bake: "25h" }, "rollout.bake", "up to 24h"],
  ["more than a day with the old version", { finalBake: "13h", keepWarm: "12h" }, "rollout.keepWarm", "at most 24h"],
  ["more than 33 hours in all", { weights: [25, 50, 75, 100], bake: "9h", finalBake: "3h", keepWarm: "4h" }, "rollout.bake", "33h in all"],
  ["a person's word", { approval: "before-first-shift" }, "rollout.approval", "delivery.approval"],
])("D02 A17: ECS cannot roll out by %s, and is not asked to", (_what, rollout, path, fix) => {
  expect(problemsIn(given(rollout))).toEqual([[path, expect.stringContaining(fix)]]);
});

it("D02 A17: a pipeline waits with ECS as long as a build may, and without one ECS may take longer", () => {
  const slow = { bake: "6h", finalBake: "30m", keepWarm: "31m" };
  expect(problemsIn(given(slow, { delivery: {} }))).toEqual([["rollout.bake", expect.stringContaining("7h in all")]]);
  expect(problemsIn(given({ ...slow, keepWarm: "30m" }, { delivery: {} }))).toEqual([]);
  expect(problemsIn(given(slow))).toEqual([]);
});

it("D02 A17: what ECS cannot shift is refused with who can", () => {
  const requests = { web: { compute: { ...ecs, scaleOn: { requests: 1000 } } } };
  expect(problemsIn(given({}, { services: requests }))).toEqual([
    ["services.web.compute.scaleOn.requests", expect.stringContaining("ECS exchanges them")],
  ]);
  expect(problemsIn(given({}, { services: { web: { compute: { kind: "ec2" } } } }))).toEqual([
    ["rollout.weightHolder", expect.stringContaining("ECS has no percentages for fleets of EC2")],
  ]);
  const zoned = { account: "111122223333", regions: ["eu-west-1", "us-east-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
  const data = { environments: { production: zoned }, database: { engine: "postgres", version: "17" } };
  expect(problemsIn(given({}, data))).toEqual([["rollout.weightHolder", expect.stringContaining("ECS starts copies in all")]]);
});

it("D02 A17: one pipeline for several environments deploys by CodeDeploy", () => {
  const staging = {
    ...environment,
    account: "444455556666",
    cidr: "10.1.0.0/16",
    domain: "shop.example.com",
    zone: "new",
    certificate: undefined,
  };
  const several = {
    environments: { tools: { account: "111122223333", regions: ["eu-west-1"] }, staging },
    delivery: { home: "tools", stages: ["staging"] },
  };
  expect(problemsIn(given({}, several))).toEqual([["rollout.weightHolder", expect.stringContaining("leave delivery.home out")]]);
  expect(problemsIn(given({ weightHolder: "codedeploy" }, several))).toEqual([]);
});
