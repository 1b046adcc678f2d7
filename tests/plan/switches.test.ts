import { expect, it } from "vitest";
import { configOf } from "../../lib/config/check.ts";
import type { ConfigInput } from "../../lib/config/config.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { lint } from "../../lib/plan/lint.ts";
import { partSwitches, whyMissing } from "../../lib/plan/switches.ts";
import type { Plan } from "../../lib/plan/template.ts";
import { systems } from "../judges/systems.ts";

const planOf = (name: string): Plan => {
  const found = systems.find((one) => one.name === name);
  if (!found) throw new Error(`no system ${name}: ${systems.map((one) => one.name).join(", ")}`);
  return found.plan;
};

const production = planOf("a-multi-region-containers production");

const without = (plan: Plan, part: string, output?: RegExp): Plan => ({
  ...plan,
  stacks: plan.stacks.flatMap((stack) => {
    if (stack.part !== part) return [stack];
    return output ? [{ ...stack, outputs: stack.outputs.filter(({ name }) => !output.test(name)) }] : [];
  }),
});

it("A17 whoever reads a stack that the plan leaves out is told the option that makes it", () => {
  const problems = lint(without(production, "data"));
  expect(problems.length).toBeGreaterThan(0);
  for (const one of problems) expect(one).toMatch(/-data, which the plan does not have: database makes it/);
});

it.each([
  ["BalancerDnsName", "existing.balancer leaves it out"],
  ["IsolatedSubnet1Id", "existing.vpc leaves it out"],
  ["ZoneId", "zone makes it"],
])("A17 whoever reads %s where it is left out is told that %s", (output, why) => {
  const problems = lint(without(production, "base", new RegExp(`^${output}$`)));
  expect(problems.length).toBeGreaterThan(0);
  for (const one of problems) expect(one).toContain(`${output} of `);
  for (const one of problems) expect(one).toContain(`does not have: ${why}`);
});

it("A17 every part that not all environments have names its option, and no option is named for a part that is no more", () => {
  const stacks = systems.flatMap(({ plan }) => plan.stacks);
  const services = stacks.filter(({ resources }) =>
    resources.some(({ type }) => type === "AWS::ECS::Service" || type === "AWS::AutoScaling::AutoScalingGroup"),
  );
  const always = ["base", "ledger", ...services.map(({ part }) => part)];
  const switched = new Set(stacks.map(({ part }) => part).filter((part) => !always.includes(part)));
  expect(Object.keys(partSwitches).toSorted()).toEqual([...switched].toSorted());
});

const database = { engine: "mysql", version: "8.4", instance: "db.m6g.large" } as const;
const place = { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const containers: ConfigInput = {
  project: "shop",
  services: { web: { compute: { kind: "ecs" } } },
  environments: { prod: place },
  rollout: { weights: [10, 100] },
};
const fleets: ConfigInput = { ...containers, services: { web: { compute: { kind: "ec2" } } } };
const subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"];
const existing = { vpc: { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] } };
const moved = (weightHolder: "release" | "codedeploy" | "ecs"): ConfigInput => ({
  ...containers,
  rollout: { weights: [10, 100], weightHolder },
});

/** An output, a configuration that has it, one that differs by an option alone and has it not, and that option. */
const outputs: readonly (readonly [output: string, has: ConfigInput, lacks: ConfigInput, option: string])[] = [
  ["BlueBalancerDnsName", { ...fleets, rollout: { router: "dns" } }, fleets, 'rollout.router "dns" makes it'],
  ["BalancerDnsName", fleets, { ...fleets, rollout: { router: "dns" } }, 'rollout.router "dns", which makes one for each colour'],
  ["PublicSubnet1Id", containers, { ...containers, environments: { prod: { ...place, existing } } }, "existing.vpc leaves it out"],
  [
    "NatAddress1",
    containers,
    { ...containers, network: { nat: "none", endpoints: ["ecr.api", "ecr.dkr", "logs"] } },
    "network.nat makes it",
  ],
  ["ProxyEndpoint", { ...containers, database: { ...database, proxy: true } }, { ...containers, database }, "database.proxy makes it"],
  ["Reader1Endpoint", { ...containers, database: { ...database, replicas: 1 } }, { ...containers, database }, "database.replicas makes it"],
  [
    "AppSecretArn",
    { ...containers, database: { ...database, rotation: "30d" } },
    { ...containers, database },
    "database.rotation makes it",
  ],
  ["DeployGroup", moved("codedeploy"), moved("release"), 'rollout.weightHolder "codedeploy" makes it'],
  ["ReleaseHostArn", { ...containers, rollout: { host: "lambda" } }, containers, 'rollout.host "lambda" makes it'],
  ["SplitRuleArn", moved("release"), moved("codedeploy"), 'rollout.weightHolder "release" makes it'],
  ["BlueServiceName", moved("release"), moved("ecs"), 'rollout.weightHolder "release" makes it'],
];

it.each(outputs)("A17 whoever looks for %s is told the option that is the difference", (output, has, lacks, option) => {
  const named = (input: ConfigInput) => buildPlan(configOf(input), "prod").stacks.flatMap((stack) => stack.outputs.map(({ name }) => name));
  expect(named(has)).toContain(output);
  expect(named(lacks)).not.toContain(output);
  expect(whyMissing({ output })).toContain(option);
});

it("A17 an output that no option makes is given no reason", () => {
  expect(whyMissing({ output: "VpcId" })).toBe("");
});
