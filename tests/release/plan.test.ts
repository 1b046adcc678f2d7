import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import { comparedShare, gateTitle, planRelease, type ReleasePlan, seal, sealHolds, stepTitle, undoTitle } from "../../lib/release/plan.ts";
import { scenario } from "./scenario.ts";

const { plan, hash } = scenario().sealed;

describe("a release plan", () => {
  it("B06 is the candidate proven at 0 %, each weight with its bake, and the old version down last", () => {
    expect(plan.steps.map(({ id }) => id).join(" ")).toBe(
      "start probe self-test shift-10 bake-10 shift-50 bake-50 shift-100 bake-100 bake-final drain keep-warm retire",
    );
  });

  it("B06 has the weights and bakes that were configured, and a step for approval before the first shift where it is asked for", () => {
    const rollout = {
      weights: [25, 100],
      bake: duration(5),
      finalBake: duration(6),
      keepWarm: duration(7),
      approval: true,
      startWithin: duration(8),
    };
    const { steps } = scenario({ rollout }).sealed.plan;
    expect(steps.slice(3)).toEqual([
      { id: "approval", kind: "approval" },
      { id: "shift-25", kind: "shift", weight: 25 },
      { id: "bake-25", kind: "bake", weight: 25, span: 5 },
      { id: "shift-100", kind: "shift", weight: 100 },
      { id: "bake-100", kind: "bake", weight: 100, span: 5 },
      { id: "bake-final", kind: "bake", weight: 100, span: 6 },
      { id: "drain", kind: "drain" },
      { id: "keep-warm", kind: "keep-warm", span: 7 },
      { id: "retire", kind: "retire" },
    ]);
  });

  it("splits the chance of a false abort over the self-test and all weights, most of it to those that tell most", () => {
    for (const weights of [
      [50, 100],
      [10, 50, 100],
      [1, 5, 20, 100],
    ]) {
      const { plan: made } = scenario({ rollout: { weights } }).sealed;
      const shares = [0, ...weights].map((at) => comparedShare(made, at));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(shares.at(-1)).toBe(0);
      expect(shares[0]).toBeGreaterThan(0);
    }
    expect(comparedShare(plan, 50)).toBeGreaterThan(2 * comparedShare(plan, 10));
    expect(comparedShare(scenario({ rollout: { weights: [100] } }).sealed.plan, 100)).toBe(0);
  });

  it("puts the candidate in the slot that is not live", () => {
    expect(scenario().sealed.plan.candidate.slot).toBe("green");
    expect(scenario({ liveSlot: "green" }).sealed.plan.candidate.slot).toBe("blue");
  });

  it("refuses a weight that is none", () => {
    const rollout = {
      weights: [101],
      bake: duration(0),
      finalBake: duration(0),
      keepWarm: duration(0),
      approval: false,
      startWithin: duration(0),
    };
    expect(() => planRelease({ ...plan, rollout })).toThrow("not a weight: 101");
  });
});

describe("a seal", () => {
  it("is the same for the same plan, in whatever order its keys were made", () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, turned(member)]),
      );
    };
    const other = turned(plan) as ReleasePlan;
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(plan));
    expect(seal(other).hash).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("survives the ledger, which writes JSON, also where something is undefined", () => {
    const odd = seal({ ...plan, extra: undefined } as ReleasePlan);
    expect(odd.hash).toBe(hash);
    expect(sealHolds(JSON.parse(JSON.stringify(odd)))).toBe(true);
  });

  it("breaks when any value of the plan changes", () => {
    const leaves = paths(plan);
    expect(leaves.length).toBeGreaterThan(60);
    for (const path of leaves) expect({ path, holds: sealHolds({ plan: changedAt(plan, path), hash }) }).toEqual({ path, holds: false });
  });

  it("breaks when steps change places or one is missing", () => {
    expect(sealHolds({ plan: { ...plan, steps: plan.steps.toReversed() }, hash })).toBe(false);
    expect(sealHolds({ plan: { ...plan, steps: plan.steps.slice(1) }, hash })).toBe(false);
  });
});

type Path = readonly (string | number)[];

/** Where the plan's values are. */
function paths(value: unknown, before: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [before];
  return Object.entries(value).flatMap(([key, member]) => paths(member, [...before, key]));
}

function changedAt<T>(whole: T, path: Path): T {
  const copy = structuredClone(whole);
  let parent: unknown = copy;
  for (const key of path.slice(0, -1)) parent = Reflect.get(parent as object, key);
  const key = path.at(-1) ?? "";
  const old: unknown = Reflect.get(parent as object, key);
  Reflect.set(parent as object, key, typeof old === "number" ? old + 1 : typeof old === "boolean" ? !old : `${old}x`);
  return copy;
}

describe("what people read of a plan", () => {
  it("names every step, and how it is undone where something is left behind", () => {
    const lines = scenario({ rollout: { approval: true } }).sealed.plan;
    expect(lines.steps.map((step) => [stepTitle(lines, step), undoTitle(lines, step)].join(" | "))).toEqual([
      "start vb in green (2 instances) | stop green",
      "probe green through its test address | ",
      "prove that each gate can be read and can trip | ",
      "wait for approval | ",
      "shift to 10 % on green | all traffic back to blue",
      "bake at 10 % for 2 s | ",
      "shift to 50 % on green | all traffic back to blue",
      "bake at 50 % for 2 s | ",
      "shift to 100 % on green | all traffic back to blue",
      "bake at 100 % for 2 s | ",
      "final bake at 100 % for 2 s | ",
      "drain blue | ",
      "keep blue warm for 1 s | ",
      "stop va in blue | start va in blue again",
    ]);
  });

  it("names every gate with its limit", () => {
    expect(gateTitle({ kind: "error-rate", max: 0.015 })).toBe("error rate ≤ 1.5 %");
    expect(gateTitle({ kind: "latency", quantile: 0.999, max: duration(1_500) })).toBe("p99.9 ≤ 1.5 s");
    expect(gateTitle({ kind: "health" })).toBe("all instances healthy");
    expect(gateTitle({ kind: "compare", falseAborts: 0.005 })).toBe("no worse than live (false aborts ≤ 0.5 %)");
    expect(gateTitle({ kind: "command", command: "./smoke.sh", timeout: duration(1) })).toBe("command: ./smoke.sh");
  });
});
