import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import { record, run } from "../../lib/release/controller.ts";
import type { Request } from "../../lib/release/facts.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { begin, type Choices, holder, type Scenario, scenario, unhurried } from "./scenario.ts";

const ask = ({ world, sealed }: Scenario, what: Request) =>
  record(world.ledger, "asked", { what, by: "ann" }, { release: sealed.plan.release, at: world.clock.now(), holder: holder(500) });

/** Runs a release while a person asks for things, each so many milliseconds after the plan was sealed. */
async function asked(choices: Choices, ...asks: readonly (readonly [number, Request])[]) {
  const from = scenario(choices);
  await begin(from);
  const start = from.world.clock.now();
  const people = asks.map(async ([after, what]) => {
    await from.world.clock.wait(duration(after));
    await ask(from, what);
  });
  const release = await run(from.controller, unhurried);
  await Promise.all(people);
  const entries = await from.world.ledger.read();
  const began = (step: string) => (entries.find((entry) => entry.kind === "started" && entry.step === step)?.at ?? Number.NaN) - start;
  return { world: from.world, release, began, took: (release.ended?.at ?? Number.NaN) - start };
}

describe("what people ask", () => {
  it("approve: without it no traffic moves, with it the release goes on", async () => {
    const { world, began, release } = await asked({ rollout: { approval: true } }, [30_000, "approve"]);
    expect(began("shift-10")).toBeGreaterThanOrEqual(30_000);
    expect(release.ended?.outcome).toBe("released");
    expect(world.weights).toEqual([10, 50, 100]);
  });

  it("pause and resume: nothing is begun in between, and what was baking bakes on", async () => {
    const { began, release } = await asked({}, [4_000, "pause"], [40_000, "resume"]);
    expect(began("bake-10")).toBeLessThan(4_000);
    expect(began("shift-50")).toBeGreaterThanOrEqual(40_000);
    expect(release.ended?.outcome).toBe("released");
  });

  it("pause: the gates are still read, and a failing one turns back", async () => {
    const { release, took } = await asked({ candidate: { failureRate: (_weight, age) => (age > 10_000 ? 0.5 : 0) } }, [4_000, "pause"]);
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(took).toBeLessThan(12_000);
  });

  it("pause: a meter that goes blind meanwhile turns back after its limit", async () => {
    const { release, took } = await asked(
      { script: { meterReads: (now) => now < 1_000_000_020_000 } },
      [4_000, "pause"],
      [500_000, "resume"],
    );
    expect(release.ended?.because).toMatch(/^no verdict in time: the meter cannot be read/);
    expect(took).toBeLessThan(30_000);
  });

  it("promote: bakes and keep-warm end early, but never without a pass", async () => {
    const slow = { rollout: { bake: duration(60_000), finalBake: duration(60_000), keepWarm: duration(60_000) } };
    const quick = await asked(slow, [4_000, "promote"]);
    expect(quick.release.ended?.outcome).toBe("released");
    expect(quick.took).toBeLessThan(60_000);
    const silent = { ...slow, script: { trafficFlows: () => false }, reading: { topUp: false } };
    const { release } = await asked(silent, [4_000, "promote"]);
    expect(release.ended?.outcome).toBe("rolled-back");
  });

  it.each<[Request, string]>([
    ["abort", "aborted"],
    ["rollback", "rolled-back"],
  ])("B21 %s puts everything back and ends %s", async (what, outcome) => {
    const { world, release } = await asked({}, [7_000, what]);
    expect(release.ended).toMatchObject({ outcome, undid: ["all traffic back to blue", "stop green"] });
    expect(world.weights.at(-1)).toBe(0);
    expect(world.fleet.running("green")).toBeUndefined();
    expect(world.fleet.running("blue")?.digest).toBe("a".repeat(64));
    expect(foldLedger(await world.ledger.read()).live?.slot).toBe("blue");
  });
});
