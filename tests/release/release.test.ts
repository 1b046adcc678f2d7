import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import type { Script } from "../../lib/worlds/simulated/script.ts";
import { beginAndRun, scenario } from "./scenario.ts";

describe("a release in the simulated world", () => {
  it("X03 moves traffic 0 → 10 → 50 → 100 % and ends released with the candidate live", async () => {
    const { world, release, environment } = await beginAndRun(scenario());
    expect(release.ended?.because).toBe("every gate held");
    expect(world.weights).toEqual([10, 50, 100]);
    expect(environment.live?.slot).toBe("green");
    expect(world.fleet.running("blue")).toBeUndefined();
  });

  it("B21 puts all traffic back and stops the candidate when it fails under traffic", async () => {
    const { world, release } = await beginAndRun(scenario({ candidate: { failureRate: (weight) => (weight >= 50 ? 0.2 : 0) } }));
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(world.weights).toEqual([10, 50, 0]);
    expect(release.ended?.undid).toEqual(["all traffic back to blue", "stop green"]);
    expect(world.fleet.running("green")).toBeUndefined();
    expect(world.fleet.running("blue")?.digest).toBe("a".repeat(64));
  });

  it("B06 B21 an alarm that begins to fire in a bake turns the release back at once, whatever the numbers say, and is named with its reason", async () => {
    const gates = [
      { kind: "error-rate", max: 0.02 },
      { kind: "alarms", names: ["orders-stalled", "errors"] },
    ] as const;
    const alarm: Script["alarm"] = (name, now, weight) => ({
      name,
      is: weight >= 50 && name === "orders-stalled" ? "firing" : "ok",
      since: now,
      because: "no order for 3 minutes",
    });
    const { world, release } = await beginAndRun(scenario({ gates, script: { alarm } }));
    expect(release.ended).toMatchObject({
      outcome: "rolled-back",
      because: expect.stringMatching(/orders-stalled fires since .*: no order for 3 minutes$/),
    });
    expect(world.weights).toEqual([10, 50, 0]);
    const entries = await world.ledger.read();
    const [shifted, back] = ["done", "turned-back"].map(
      (kind) => entries.find((one) => one.kind === kind && (kind !== "done" || one.step === "shift-50"))?.at ?? 0,
    );
    expect((back ?? 0) - (shifted ?? 0)).toBeLessThanOrEqual(release.sealed.plan.reading.every);
    expect(release.turnedBack?.gates.map(({ gate, is }) => `${gate}: ${is}`)).toContain("no alarm fires (2 watched): fail");
  });

  it("B06 alarms of which none has data any more hold a bake up, and after the limit turn it back", async () => {
    const alarm: Script["alarm"] = (name, now, weight) => ({ name, is: weight >= 50 ? "silent" : "ok", since: now, because: "no data" });
    const { world, release } = await beginAndRun(scenario({ gates: [{ kind: "alarms", names: ["errors"] }], script: { alarm } }));
    expect(release.ended).toMatchObject({ outcome: "rolled-back", because: expect.stringContaining("none of 1 alarms has data") });
    expect(world.weights).toEqual([10, 50, 0]);
  });

  it("turns back before any traffic when the candidate never becomes healthy", async () => {
    const { world, release } = await beginAndRun(scenario({ candidate: { startsWithin: undefined } }));
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(world.weights).toEqual([]);
  });

  it("is blocked when the meter cannot be read before the first shift", async () => {
    const { release, world } = await beginAndRun(scenario({ script: { meterReads: () => false } }));
    expect(release.ended?.outcome).toBe("blocked");
    expect(release.ended?.because).toContain("the meter cannot be read");
    expect(world.weights).toEqual([]);
    expect(world.fleet.running("green")).toBeUndefined();
  });

  it("rolls back when the meter goes blind after the first shift and stays so beyond the limit", async () => {
    const { release, world } = await beginAndRun(scenario({ script: { meterReads: (_now, weight) => weight < 50 } }));
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(world.weights).toEqual([10, 50, 0]);
  });

  it("without traffic tops up with synthetic requests and may pass", async () => {
    const { release, world } = await beginAndRun(scenario({ script: { trafficFlows: () => false } }));
    expect(release.ended?.outcome).toBe("released");
    expect((await world.ledger.read()).some(({ kind }) => kind === "topped-up")).toBe(true);
  });

  it("without traffic and without top-up never passes", async () => {
    const { release } = await beginAndRun(scenario({ script: { trafficFlows: () => false }, reading: { topUp: false } }));
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(release.ended?.because).toContain("no verdict in time");
  });

  it("ends within the bakes and limits that the plan states", async () => {
    const { release } = await beginAndRun(scenario());
    const took = (release.ended?.at ?? 0) - release.plannedAt;
    expect(took).toBeLessThan(duration(60_000));
  });
});
