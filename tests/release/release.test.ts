import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, run } from "../../lib/release/controller.ts";
import { decide } from "../../lib/release/decide.ts";
import type { Script } from "../../lib/worlds/simulated/script.ts";
import { at, begun, type Line, planned, releaseOf, upTo } from "./chronicle.ts";
import { begin, beginAndRun, holder, scenario, unhurried } from "./scenario.ts";

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

describe("B21 what the world never does", () => {
  const minute = 60_000;
  const never = async () => ({ is: "pending", lookAgainIn: duration(30_000), because: "0 of 2 copies in green are healthy" }) as const;
  const endless = async (change: (world: World) => Partial<World>) => {
    const given = scenario();
    await begin(given);
    const began = given.world.clock.now();
    const { ended, turnedBack } = await run(
      newController({ ...given.world, ...change(given.world) }, holder(), () => {}),
      unhurried,
    );
    const minutes = (time: number = began) => (time - began) / minute;
    return { ended, turnedBackAfter: minutes(turnedBack?.at), endedAfter: minutes(ended?.at), world: given.world };
  };

  it("copies that come up nowhere are waited for as long as the plan says, then the release turns back and says what it waited for", async () => {
    const { ended, turnedBackAfter, world } = await endless(({ fleet }) => ({
      fleet: { ...fleet, start: (slot, ...what) => (slot === "green" ? never() : fleet.start(slot, ...what)) },
    }));
    expect(ended).toMatchObject({
      outcome: "rolled-back",
      because: "it took longer than 21 min: 0 of 2 copies in green are healthy",
      undid: ["stop green"],
    });
    expect(turnedBackAfter).toBeGreaterThanOrEqual(21);
    expect(turnedBackAfter).toBeLessThan(22);
    expect(world.weights).toEqual([]);
  });

  it("a shift that nobody follows turns back after 20 minutes, and going back has no limit", async () => {
    const { ended, turnedBackAfter, endedAfter } = await endless(({ router, clock }) => {
      const began = clock.now();
      return {
        router: {
          ...router,
          shift: (share, note) => (share > 0 || clock.now() - began < 45 * minute ? never() : router.shift(share, note)),
        },
      };
    });
    expect(ended).toMatchObject({ outcome: "rolled-back", because: expect.stringContaining("longer than 20 min: 0 of 2") });
    expect(turnedBackAfter).toBeGreaterThanOrEqual(20);
    expect(turnedBackAfter).toBeLessThan(21);
    expect(endedAfter).toBeGreaterThanOrEqual(45);
  });

  it("a step has its time anew after a pause, and under another host, but not by a lock that is renewed", () => {
    const over = (...lines: readonly Line[]) => {
      const decision = decide(releaseOf(planned, ...lines), {
        now: at(22 * minute),
        verdict: undefined,
        delay: duration(0),
        diskFull: false,
      });
      return "over" in decision;
    };
    const held = (pid: number, time: number): Line => ["held", { until: at(time + minute) }, { at: time, holder: holder(pid) }];
    const asked = (what: "pause" | "resume", time: number): Line => ["asked", { what, by: "ann" }, { at: time }];
    const start = begun("start", 0);
    expect(over(start)).toBe(true);
    expect(over(start, held(1, 0), held(1, 5 * minute))).toBe(true);
    expect(over(start, held(1, 0), held(2, 5 * minute))).toBe(false);
    expect(over(start, asked("pause", minute), asked("resume", 5 * minute))).toBe(false);
    expect(over(start, asked("pause", 30_000), asked("resume", 40_000))).toBe(true);
  });

  it("what has no limit of its own has none: a drain ends by itself, and an old version that is slow to go harms nobody", () => {
    for (const id of ["probe", "self-test", "drain", "retire"]) {
      const decision = decide(releaseOf(...upTo(id)), { now: at(600 * minute), verdict: undefined, delay: duration(0), diskFull: false });
      expect(decision).toMatchObject({ do: "act" });
      expect(decision).not.toHaveProperty("over");
    }
  });
});
