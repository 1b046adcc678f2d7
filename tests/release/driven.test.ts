import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import { inTheWay } from "../../lib/ports/driver.ts";
import type { Notice } from "../../lib/ports/notifier.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, record, run, take, turn } from "../../lib/release/controller.ts";
import { planDriven } from "../../lib/release/driven.ts";
import type { Request } from "../../lib/release/facts.ts";
import { phaseOf } from "../../lib/release/phase.ts";
import { seal } from "../../lib/release/plan.ts";
import { reportOf } from "../../lib/release/report.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { trafficOf } from "../../lib/release/traffic.ts";
import { type SimulatedDriver, simulatedDriver } from "../../lib/worlds/simulated/driver.ts";
import { Killed, mortal } from "./mortal.ts";
import { artifact, type Choices, goLive, holder, scenario, unhurried } from "./scenario.ts";

/** The live version up and under traffic, in a world where a driver moves the callers: 10 %, two seconds, all, two seconds. */
async function driven(choices: Choices = {}, more: { readonly alarm?: () => boolean; readonly approval?: boolean } = {}) {
  const stage = scenario(choices);
  await goLive(stage);
  const { world } = stage;
  const { steps: _, candidate, ...common } = stage.sealed.plan;
  const pace = { weights: [10, 100], every: duration(2_000) };
  const sealed = seal(
    planDriven({
      ...common,
      candidate,
      by: "the driver",
      of: { service: "web", region: "eu-west-1" },
      rollout: { ...pace, keeps: duration(2_000), approval: more.approval ?? false },
    }),
  );
  const driver = simulatedDriver({ ...world, ...pace, keeps: duration(2_000), live: common.live, alarm: more.alarm ?? (() => false) });
  const whole: World = { ...world, driver };
  const lock = { ledger: world.ledger, clock: world.clock, holder: holder(), lease: duration(60_000) };
  await take(lock, () => common.release);
  await record(world.ledger, "planned", sealed, { release: common.release, at: world.clock.now(), holder: holder() });
  return { world, whole, driver: driver as SimulatedDriver, sealed };
}

type Driven = Awaited<ReturnType<typeof driven>>;

const carried = ({ whole }: Driven) =>
  run(
    newController(whole, holder(), () => {}),
    unhurried,
  );

const ask = ({ world, sealed }: Driven, what: Request) =>
  record(world.ledger, "asked", { what, by: "ann" }, { release: sealed.plan.release, at: world.clock.now(), holder: holder(500) });

describe("a release whose driver moves the callers", () => {
  it("D02 E06 tells the driver once, follows its shares, and ends released with the candidate live", async () => {
    const made = await driven();
    const release = await carried(made);
    const entries = await made.world.ledger.read();
    expect(release.ended).toMatchObject({ outcome: "released", left: [] });
    expect([made.driver.begun, made.world.weights]).toEqual([["r-1"], [10, 100]]);
    expect(foldLedger(entries).lives).toMatchObject({ "web/eu-west-1": { slot: "green", artifact: { version: "vb" } } });
    const notes = entries.flatMap(({ kind, body }) => (kind === "noted" ? [(body as { note: string }).note] : []));
    expect(notes).toEqual(["r-1: 0 % on green", "r-1: 10 % on green", "r-1: 100 % on green"]);
  });

  it("C07 D02 whoever hears of a release is told when the driver has moved all callers, and with which share it ended", async () => {
    const made = await driven();
    const heard: string[] = [];
    const topic = { name: "topic", send: async ({ kind, weight }: Notice) => void heard.push(`${kind} ${weight}`) };
    await run(
      newController({ ...made.whole, notifiers: [topic] }, holder(), () => {}),
      unhurried,
    );
    expect(heard).toEqual(["begun 0", "shifted 100", "ended 100"]);
  });

  it("D02 what the candidate gets stands in the ledger while it gets it, and the phase with it", async () => {
    const made = await driven();
    const controller = newController(made.whole, holder(), () => {});
    const seen = new Set<string>();
    for (let next = await turn(controller); next.is === "again"; next = await turn(controller)) {
      const { release } = foldLedger(await made.world.ledger.read());
      if (release) seen.add(`${trafficOf(release)?.weight ?? 0} ${phaseOf(release)}`);
      await made.world.clock.wait(next.in);
    }
    expect([...seen]).toEqual(["0 blue-green", "10 traffic-shift", "100 traffic-shift", "100 complete"]);
  });

  it("D02 a gate of ours that fails stops the driver, and callers go back to the live version", async () => {
    const made = await driven({ candidate: { failureRate: (weight) => (weight > 0 ? 0.5 : 0) } });
    const release = await carried(made);
    expect(release.ended).toMatchObject({ outcome: "rolled-back", undid: ["let the driver give blue all traffic again"] });
    expect(release.ended?.because).toMatch(/^error rate/);
    expect(release.ended?.left).toEqual(["what was written through the candidate stays, both versions share the data"]);
    expect(made.world.weights).toEqual([10, 0]);
    const report = reportOf(await made.world.ledger.read(), { callers: { requests: 0, failed: 0, failures: {} }, slots: {} });
    expect(report).toMatchObject({ exit: 10, phase: "rolled-back", recoveredInMs: expect.any(Number) });
  });

  it("D02 an alarm of the driver's own ends the release as rolled back", async () => {
    const made = await driven({}, { alarm: () => made.world.weights.length > 0 });
    expect((await carried(made)).ended).toMatchObject({ outcome: "rolled-back", because: "the deployment of r-1 was turned back" });
    expect(made.world.weights).toEqual([10, 0]);
  });

  it.each<[Request, string, number]>([
    ["abort", "aborted", 11],
    ["rollback", "rolled-back", 10],
  ])("D02 %s stops the driver with a rollback, also while the old version is kept", async (what, outcome) => {
    for (const after of [500, 1_500, 3_500]) {
      const made = await driven();
      const release = carried(made);
      await made.world.clock.wait(duration(after));
      await ask(made, what);
      expect((await release).ended?.outcome).toBe(outcome);
      expect(made.world.split.share("blue")).toBe(100);
      expect(made.driver.begun).toEqual(["r-1"]);
    }
  });

  it("D02 nothing is deployed before a person approved", async () => {
    const made = await driven({}, { approval: true });
    const release = carried(made);
    await made.world.clock.wait(duration(30_000));
    expect(made.driver.begun).toEqual([]);
    await ask(made, "approve");
    expect((await release).ended?.outcome).toBe("released");
  });

  it("D02 X06 is blocked by what somebody else deploys, and leaves it alone", async () => {
    const made = await driven();
    made.driver.deployBeside("the pipeline", { slot: "green", artifact: artifact("c") });
    const { ended } = await carried(made);
    expect(ended).toMatchObject({ outcome: "blocked", because: "a deployment of the pipeline is under way", left: [] });
    expect(made.driver.begun).toEqual(["the pipeline"]);
  });

  it.each<[string, Choices, string]>([
    ["forwards", {}, "released"],
    ["and back, as a gate fails", { candidate: { failureRate: (weight) => (weight > 0 ? 0.5 : 0) } }, "rolled-back"],
  ])(
    "D02 X05 killed at any call before or after it took effect, the next host goes on %s: one deployment, the same end",
    async (_way, choices, outcome) => {
      const alive = await driven(choices);
      const counted = mortal(alive.whole, undefined);
      await run(
        newController(counted.world, holder(), () => {}),
        unhurried,
      );
      expect(counted.calls()).toBeGreaterThan(30);
      for (let call = 1; call <= counted.calls(); call += 1) {
        for (const side of ["before", "after"] as const) {
          const made = await driven(choices);
          const first = mortal(made.whole, { call, side });
          await run(
            newController(first.world, holder(), () => {}),
            unhurried,
          ).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
          made.world.gone.add(1);
          const release = await run(
            newController(made.whole, holder(2), () => {}),
            unhurried,
          );
          expect([call, side, release.ended?.outcome, made.driver.begun]).toEqual([call, side, outcome, ["r-1"]]);
        }
      }
    },
  );
});

describe("what is in the way of an order that nobody began", () => {
  const live = { slot: "blue", artifact: artifact("a") } as const;
  const running = (letter: string, slot: "blue" | "green") => ({ is: "running", slot, ...artifact(letter) }) as const;

  it("D02 X06 is another version or another slot than it was planned over, and whatever is being deployed", () => {
    expect(inTheWay({ live }, running("a", "blue"))).toBeUndefined();
    expect(inTheWay({ live }, running("c", "blue"))?.because).toBe(
      "vc is live in blue by now, and the release was planned over va in blue",
    );
    expect(inTheWay({ live }, running("a", "green"))?.because).toBe(
      "va is live in green by now, and the release was planned over va in blue",
    );
    const busy = { is: "busy", because: "a deployment is under way" } as const;
    expect(inTheWay({ live }, busy)).toBe(busy);
  });
});
