import { expect, it } from "vitest";
import type { Reading } from "../../../lib/engines/pulumi/read.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Plan } from "../../../lib/plan/template.ts";
import { systems } from "../../judges/systems.ts";
import { canonicalPlan, ordered } from "./canonical.ts";
import { differences } from "./differences.ts";
import { otherwise } from "./exported.ts";
import { exampleOf, readBack } from "./programs.ts";

const met = new Set<(typeof differences)[number]>();

/** Every value that is not the same, but for those that must differ. */
function compare(plan: Plan, reading: Reading): readonly string[] {
  const [wanted, got] = [canonicalPlan(plan), new Map(reading.resources.map((one) => [`${one.stack}/${one.id}`, one]))];
  const found = [...wanted].flatMap(([name, { type, ...said }]) => {
    const there = got.get(name);
    if (!there) return [`${name} is not there`];
    const other = { properties: ordered(there.properties), after: there.after, keep: there.keep };
    return apart({ type, ...said }, { type: there.type, ...other }, "")
      .filter(({ path }) => !mustDiffer(type, path))
      .map(({ path, says }) => `${name}: ${path}: ${says}`);
  });
  const strange = [...got.keys()].filter((name) => !wanted.has(name)).map((name) => `${name} is not in the plan`);
  return [...found, ...strange, ...reading.unknown, ...reading.unread];
}

function mustDiffer(type: string, path: string): boolean {
  const known = differences.find((one) => one.type === type && (path === one.path || path.startsWith(`${one.path}.`)));
  if (known) met.add(known);
  return known !== undefined;
}

function apart(one: unknown, other: unknown, path: string): readonly { readonly path: string; readonly says: string }[] {
  if (isObject(one) && isObject(other) && Array.isArray(one) === Array.isArray(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].flatMap((name) => apart(Reflect.get(one, name), Reflect.get(other, name), path === "" ? name : `${path}.${name}`));
  }
  return Object.is(one, other) ? [] : [{ path, says: `${JSON.stringify(one)} in the plan, ${JSON.stringify(other)} in Pulumi` }];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

it.each(systems)(
  "A02 B01 B19 C01 $name: what Pulumi is told, read back, is the plan, property by property, output by output",
  async ({ plan }) => {
    const reading = await readBack(plan);
    expect(compare(plan, reading)).toEqual([]);
    expect(otherwise(reading.graph, plan)).toEqual([]);
  },
);

const migrating = await exampleOf("b-dev-to-production");
const phases = [
  { phase: "initial" },
  { phase: "snapshot" },
  { phase: "blue-green" },
  ...[0, 10, 50, 100].map((weight) => ({ phase: "traffic-shift", weight }) as const),
  { phase: "complete" },
  { phase: "rolled-back" },
] as const;

it.each(phases.flatMap((at) => (["engine", "release"] as const).map((holder) => ({ ...at, holder }))))(
  "B07 the plan of $phase $weight, with weights that the $holder holds, is the same in Pulumi",
  async ({ holder, ...at }) => {
    const environments = migrating.environments.map((one) =>
      one.migration ? { ...one, migration: { ...one.migration, weight: undefined, ...at } } : one,
    );
    const plan = buildPlan({ ...migrating, environments, rollout: { ...migrating.rollout, weightHolder: holder } }, "production");
    expect(compare(plan, await readBack(plan))).toEqual([]);
  },
);

it("a value that Pulumi is told otherwise is found, and a resource that it is not told", async () => {
  const plan = systems.find(({ name }) => name === "e-cross-account-pipeline production")?.plan;
  if (!plan) throw new Error("E has a production");
  const reading = await readBack(plan);
  const [first, ...others] = reading.resources;
  if (!first) throw new Error("it has resources");
  const changed = { ...first, properties: { ...Object(first.properties), Description: "another" } };
  expect(compare(plan, { ...reading, resources: [changed, ...others] })).toEqual([expect.stringContaining("properties.Description")]);
  expect(compare(plan, { ...reading, resources: others })).toEqual([`${first.stack}/${first.id} is not there`]);
  const outputs = { ...reading.graph.outputs, [first.stack]: {} };
  const lost = plan.stacks.find(({ name }) => name === first.stack)?.outputs ?? [];
  expect(otherwise({ ...reading.graph, outputs }, plan)).toHaveLength(lost.length);
  expect(lost).not.toEqual([]);
});

it("every difference that is listed is one, in a run of all", ({ skip }) => {
  if (met.size === 0) skip("the systems were not compared in this run");
  expect(differences.filter((one) => !met.has(one))).toEqual([]);
});
