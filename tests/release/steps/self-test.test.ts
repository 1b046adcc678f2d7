import { describe, expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { duration, instant } from "../../../lib/base/time.ts";
import type { Gate } from "../../../lib/config/gate.ts";
import type { RequestKind } from "../../../lib/ports/traffic.ts";
import type { World } from "../../../lib/ports/world.ts";
import { safeKinds, selfTest } from "../../../lib/release/steps/self-test.ts";
import type { Script } from "../../../lib/worlds/simulated/script.ts";
import { type Choices, goLive, scenario } from "../scenario.ts";

const errors: Gate = { kind: "error-rate", max: 0.02 };
const latency: Gate = { kind: "latency", quantile: 0.95, max: duration(40) };
const command: Gate = { kind: "command", command: "./smoke.sh", timeout: duration(1_000) };

/** The self-test on a live version under traffic beside a candidate without any. */
async function test(choices: Choices, disturb: (world: World) => World = (world) => world) {
  const stage = scenario(choices);
  await goLive(stage);
  const { world, sealed } = stage;
  const { candidate } = sealed.plan;
  await world.fleet.start(candidate.slot, candidate.artifact, candidate.count);
  world.clock.advance(1_000);
  const work = { world: disturb(world), plan: sealed.plan, startedAt: world.clock.now(), plannedAt: world.clock.now() };
  return { world, act: () => selfTest.act(work) };
}

describe("the self-test before the first shift", () => {
  it("is done when every gate can be read, holds on both versions, and trips where everything is bad", async () => {
    const { act, world } = await test({ gates: [errors, latency, { kind: "health" }, { kind: "compare", falseAborts: 1e-6 }, command] });
    expect(await act()).toEqual({ is: "done" });
    expect(world.weights).toEqual([]);
  });

  it("is done with gates that need few requests, whenever in a cell of the meter it begins", async () => {
    const { act, world } = await test({ gates: [errors, latency, { kind: "compare", falseAborts: 0.005 }], reading: { minRequests: 1 } });
    world.clock.advance(37);
    expect(await act()).toEqual({ is: "done" });
  });

  it.each<[string, Choices, object]>([
    [
      "is blocked when the meter cannot be read",
      { script: { meterReads: () => false } },
      { outcome: "blocked", because: "the meter cannot be read: no numbers arrive" },
    ],
    [
      "is blocked when a gate fails on the live version already",
      { live: { failureRate: () => 0.5 }, gates: [errors] },
      { outcome: "blocked", because: expect.stringMatching(/^the gate "error rate ≤ 2 %" already fails on the live version: /) },
    ],
    [
      "is blocked when a command fails on the live version already",
      { gates: [command], script: { exits: (_command, group) => (group === "green" ? 0 : 1) } },
      { outcome: "blocked", because: 'the gate "command: ./smoke.sh" already fails on the live version: exit 1' },
    ],
    [
      "is blocked when a command passes where everything is bad",
      { gates: [command], script: { exits: () => 0 } },
      { outcome: "blocked", because: 'the gate "command: ./smoke.sh" does not trip where everything is bad: exit 0' },
    ],
    [
      "turns back when the candidate fails a gate",
      { candidate: { failureRate: () => 0.5 }, gates: [errors] },
      { because: expect.stringMatching(/^the gate "error rate ≤ 2 %" fails on the candidate before any traffic: /) },
    ],
    [
      "turns back when the candidate is slow",
      { candidate: { latency: () => 60 }, gates: [latency] },
      { because: 'the gate "p95 ≤ 40 ms" fails on the candidate before any traffic: 60 ms > 40 ms over 50 requests' },
    ],
    [
      "turns back when the candidate keeps crashing",
      { candidate: { crashes: () => 3 }, gates: [{ kind: "health" }] },
      { because: expect.stringMatching(/fails on the candidate before any traffic: an instance was started again 3 times/) },
    ],
    [
      "turns back when the candidate fails a command",
      { gates: [command], script: { exits: (_command, group) => (group === "blue" ? 0 : 1) } },
      { because: 'the gate "command: ./smoke.sh" fails on the candidate before any traffic: exit 1' },
    ],
  ])("%s", async (_what, choices, expected) => {
    const result = await (await test(choices)).act();
    expect(result).toMatchObject({ is: "failed", ...expected });
    if (!("outcome" in expected)) expect(result).not.toHaveProperty("outcome");
  });

  const alarms: Gate = { kind: "alarms", names: ["errors", "cpu"] };
  const said = (name: string, is: "ok" | "firing" | "silent", at = 0) => ({ name, is, since: instant(at), because: "2 of 3" }) as const;
  it.each<[string, Script["alarm"], object]>([
    ["is done when an alarm is OK and others have no data", (name) => said(name, name === "cpu" ? "silent" : "ok"), { is: "done" }],
    [
      "is blocked when an alarm is not there",
      (name) => (name === "cpu" ? { name, is: "gone" } : said(name, "ok")),
      { outcome: "blocked", because: 'the gate "no alarm fires (2 watched)" is blind: there is no alarm cpu' },
    ],
    [
      "is blocked when no alarm has data",
      (name) => said(name, "silent"),
      { outcome: "blocked", because: 'the gate "no alarm fires (2 watched)" is blind: none of 2 alarms has data' },
    ],
    [
      "is blocked when an alarm fires that did before",
      (name) => said(name, "firing"),
      {
        outcome: "blocked",
        because: expect.stringContaining('(2 watched)" already fails: errors fires since 1970-01-01T00:00:00.000Z: 2 of 3'),
      },
    ],
  ])("B06 the self-test %s", async (_what, alarm, expected) => {
    expect(await (await test({ gates: [alarms], script: { alarm } })).act()).toMatchObject(expected);
  });

  it("B06 turns back when an alarm began to fire beside the candidate", async () => {
    const alarm: Script["alarm"] = (name, now) => said(name, "firing", now);
    const result = await (await test({ gates: [alarms], script: { alarm } })).act();
    expect(result).toMatchObject({ is: "failed", because: expect.stringContaining("fails before any traffic: errors fires since") });
    expect(result).not.toHaveProperty("outcome");
  });

  it("B06 is blocked when the alarms cannot be read, and asks for none in a rehearsal", async () => {
    const refused = (world: World): World => ({
      ...world,
      meter: { ...world.meter, alarms: () => Promise.reject(new Error("AccessDenied")) },
    });
    const { act } = await test({ gates: [alarms] }, refused);
    expect(await act()).toMatchObject({
      outcome: "blocked",
      because: 'the gate "no alarm fires (2 watched)" cannot be read: AccessDenied',
    });
    expect(await (await test({ gates: [{ kind: "alarms", names: [] }] }, refused)).act()).toEqual({ is: "done" });
  });

  it("is blocked when a gate cannot trip: here a meter that counts failures as well", async () => {
    const deaf = (world: World): World => ({
      ...world,
      meter: {
        ...world.meter,
        async read(window) {
          const { blue, green, "known-bad": bad } = await world.meter.read(window);
          return { blue, green, "known-bad": { ...bad, failed: 0 } };
        },
      },
    });
    expect(await (await test({ gates: [errors] }, deaf)).act()).toMatchObject({
      outcome: "blocked",
      because: 'the gate "error rate ≤ 2 %" does not trip where everything is bad: 0 of 50 requests failed',
    });
  });

  it("X05 is done again when requests got lost on the way, and judged as it is after 30 s", async () => {
    const lossy = (world: World): World => ({
      ...world,
      traffic: { ...world.traffic, burst: (address, count, ...rest) => world.traffic.burst(address, Math.floor(count / 2), ...rest) },
    });
    const { act, world } = await test({ gates: [errors] }, lossy);
    expect(await act()).toMatchObject({ is: "pending", because: "not every request of the self-test was counted" });
    world.clock.advance(30_000);
    expect((await act()).is).toBe("done");
  });

  it("X05 is done again also where the numbers come so late that one look takes minutes, and is judged as it is the second time", async () => {
    const lossy = (world: World): World => ({
      ...world,
      meter: { ...world.meter, delay: duration(180_000) },
      traffic: { ...world.traffic, burst: (address, count, ...rest) => world.traffic.burst(address, Math.floor(count / 2), ...rest) },
    });
    const { act } = await test({ gates: [errors] }, lossy);
    expect(await act()).toMatchObject({ is: "pending", because: "not every request of the self-test was counted" });
    expect((await act()).is).toBe("done");
  });

  /** Numbers that AWS gives only after so many refusals. */
  const late = (refusals: number) => (world: World) => {
    let left = refusals;
    const read: typeof world.meter.read = async (window) => {
      if (left-- > 0) throw new UserError("engine/failed", "Rate exceeded", "run it again");
      return world.meter.read(window);
    };
    return { ...world, meter: { ...world.meter, read } };
  };

  it("X05 reads numbers again that AWS did not give at first, and is blocked when it never does", async () => {
    expect(await (await test({}, late(5))).act()).toEqual({ is: "done" });
    const blocked = { outcome: "blocked", because: "the meter cannot be read: Rate exceeded" };
    expect(await (await test({}, late(6))).act()).toMatchObject(blocked);
  });

  it("waits for fleets that come back", async () => {
    const { act, world } = await test({ candidate: { startsWithin: duration(3_000) } });
    expect(await act()).toMatchObject({ is: "pending", because: "0 of 2 instances of green are healthy" });
    world.clock.advance(2_000);
    expect(await act()).toEqual({ is: "done" });
  });

  it("sends only requests that change nothing: reads, or the first probe where there are none", () => {
    const { plan } = scenario().sealed;
    const get: RequestKind = { method: "GET", path: "/a", share: 1 };
    const head: RequestKind = { method: "HEAD", path: "/b", share: 1 };
    const post: RequestKind = { method: "POST", path: "/c", share: 1 };
    expect(safeKinds({ ...plan, kinds: [post, get, head] })).toEqual([get, head]);
    expect(safeKinds({ ...plan, kinds: [post] })).toEqual([{ method: "GET", path: "/health", share: 1 }]);
    expect(safeKinds({ ...plan, kinds: [post], checks: [] })).toEqual([{ method: "GET", path: "/", share: 1 }]);
  });
});
