import { expect, it } from "vitest";
import { lint } from "../../lib/plan/lint.ts";
import { partSwitches } from "../../lib/plan/switches.ts";
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
