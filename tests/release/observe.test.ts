import { describe, expect, it } from "vitest";
import { weight } from "../../lib/base/outcome.ts";
import { duration, instant } from "../../lib/base/time.ts";
import type { Gate } from "../../lib/config/gate.ts";
import type { Window } from "../../lib/ports/meter.ts";
import type { World } from "../../lib/ports/world.ts";
import { type CommandGates, commandGates, observe } from "../../lib/release/observe.ts";
import { foldLedger, type Release } from "../../lib/release/state.ts";
import { begun, entriesOf, finished, type Line, releaseOf, turnedBack, upTo } from "./chronicle.ts";
import { artifact, type Choices, goLive, scenario } from "./scenario.ts";

/** A world that writes down which windows of its meter are read. */
async function watched(choices: Choices = {}) {
  const stage = scenario(choices);
  await goLive(stage);
  const windows: Window[] = [];
  const { meter } = stage.world;
  const read: World["meter"]["read"] = (window) => {
    windows.push(window);
    return meter.read(window);
  };
  const events: object[] = [];
  const commands = commandGates();
  const look = (release: Release, diskFull = false) =>
    observe(release, { world: { ...stage.world, meter: { ...meter, read } }, commands, diskFull, tell: (event) => events.push(event) });
  return { ...stage, windows, events, look };
}

/** Steps done up to this one, which began just now; the shift before it ended `ago` milliseconds before. */
function justAt(world: World, step: string, ago: number, ...more: Line[]): Release {
  const now = world.clock.now();
  const lines = upTo(step).map((line): Line => {
    if (line[0] === "done" && line[2]?.step?.startsWith("shift")) return finished(line[2].step, now - ago);
    return line[0] === "started" && line[2]?.step === step ? begun(step, now) : line;
  });
  return releaseOf(...lines, ...more);
}

describe("an observation", () => {
  it.each(["start", "probe", "self-test"])("reads no gates in %s: there is no window to look at", async (step) => {
    const { world, look, windows } = await watched();
    expect(await look(justAt(world, step, 500), true)).toEqual({
      now: world.clock.now(),
      verdict: undefined,
      delay: world.meter.delay,
      diskFull: true,
    });
    expect(windows).toEqual([]);
  });

  it.each(["shift-10", "shift-50"])(
    "B06 in %s alarms and health are judged, which need no window, and only a failure counts",
    async (step) => {
      const gates: readonly Gate[] = [{ kind: "error-rate", max: 0.1 }, { kind: "health" }, { kind: "alarms", names: ["orders"] }];
      let fires = false;
      const { world, look, windows } = await watched({
        gates,
        script: { alarm: (name) => ({ name, is: fires ? "firing" : "ok", since: instant(0), because: "no orders" }) },
      });
      await world.fleet.start("green", artifact("b"), 2);
      world.clock.advance(500);
      const release = (): Release => {
        const told = justAt(world, step, 500);
        return { ...told, sealed: { ...told.sealed, plan: { ...told.sealed.plan, gates } } };
      };
      expect((await look(release())).verdict).toBeUndefined();
      fires = true;
      expect((await look(release())).verdict).toMatchObject({ is: "fail", because: expect.stringContaining("no orders") });
      fires = false;
      await world.fleet.stop("green");
      expect((await look(release())).verdict).toMatchObject({ is: "fail", because: expect.stringContaining("healthy") });
      expect(windows).toEqual([]);
    },
  );

  it("B06 while the old version is stopped, health is judged in one interval and all else in the next: only a failure counts", async () => {
    const gates: readonly Gate[] = [{ kind: "error-rate", max: 0.1 }, { kind: "health" }, { kind: "alarms", names: ["orders"] }];
    let [fires, reads] = [false, true];
    const { world, look, windows, events } = await watched({
      gates,
      script: {
        meterReads: () => reads,
        alarm: (name) => ({ name, is: fires ? "firing" : "ok", since: instant(0), because: "no orders" }),
      },
    });
    await world.fleet.start("green", artifact("b"), 2);
    world.clock.advance(500 + 500 - (world.clock.now() % 500));
    const every = 250;
    const release = (blind = false): Release => {
      const told = justAt(world, "retire", 5_000);
      const verdict = { is: "wait", since: world.clock.now(), because: "", blind, blindSince: world.clock.now(), gates: [] } as const;
      return { ...told, verdict, sealed: { ...told.sealed, plan: { ...told.sealed.plan, gates } } };
    };
    const verdicts = async (blind = false) => {
      const health = (await look(release(blind))).verdict;
      world.clock.advance(every);
      const rest = (await look(release(blind))).verdict;
      world.clock.advance(every);
      return [health?.is, rest?.is];
    };
    expect(await verdicts()).toEqual([undefined, undefined]);
    expect([windows.length, events.length]).toEqual([1, 1]);
    fires = true;
    expect(await verdicts()).toEqual([undefined, "fail"]);
    [fires, reads] = [false, false];
    expect(await verdicts()).toEqual([undefined, "blind"]);
    reads = true;
    // Who was blind sees again, which health cannot tell.
    expect(await verdicts(true)).toEqual([undefined, "wait"]);
    await world.fleet.stop("green");
    expect(await verdicts()).toEqual(["fail", undefined]);
  });

  it("asks the fleet and the alarms only for gates that judge them", async () => {
    const gates: readonly Gate[] = [{ kind: "error-rate", max: 0.1 }];
    const { world, sealed } = await watched();
    const status: World["fleet"]["status"] = () => Promise.reject(new Error("no gate is on health"));
    const told = justAt(world, "bake-10", 500);
    const release = { ...told, sealed: { ...told.sealed, plan: { ...sealed.plan, gates } } };
    const eyes = { world: { ...world, fleet: { ...world.fleet, status } }, commands: commandGates(), diskFull: false, tell: () => {} };
    expect((await observe(release, eyes)).verdict).toMatchObject({ is: "wait" });
  });

  it("reads no gates on the way back", async () => {
    const { world, look, windows } = await watched();
    expect((await look(justAt(world, "bake-10", 500, turnedBack))).verdict).toBeUndefined();
    expect(windows).toEqual([]);
  });

  it("B06 never looks back over a change of weight", async () => {
    const { world, look, windows } = await watched();
    await look(justAt(world, "bake-10", 700));
    const now = world.clock.now();
    expect(windows).toEqual([{ from: now - 700, to: now }]);
  });

  it("looks back as long as a bake lasts, or as ten readings where that is longer", async () => {
    const { world, look, windows } = await watched();
    await look(justAt(world, "keep-warm", 60_000));
    const now = world.clock.now();
    // Bakes of 2 s, and readings every 250 ms: ten of them take longer.
    expect(windows).toEqual([{ from: now - 2_500, to: now }]);
    const long = await watched({ rollout: { bake: duration(9_000), finalBake: duration(4_000) } });
    const lines = upTo("keep-warm").map((line): Line => (line[0] === "planned" ? ["planned", long.sealed] : line));
    const then = long.world.clock.now();
    await long.look(foldLedger(entriesOf(...lines)).release as Release);
    expect(long.windows).toEqual([{ from: then - 9_000, to: then }]);
  });

  it("judges both versions' numbers in that window and tells them", async () => {
    const { world, sealed, look, events } = await watched();
    await world.fleet.start("green", sealed.plan.candidate.artifact, 2);
    world.clock.advance(500);
    await world.router.shift(weight(10));
    world.clock.advance(2_000);
    // 200 requests a second in 20 cells, of which the first was counted before the shift.
    expect((await look(justAt(world, "bake-10", 2_000))).verdict).toMatchObject({ is: "wait", missing: 12 });
    expect(events).toMatchObject([
      {
        type: "reading",
        step: "bake-10",
        weight: 10,
        candidate: "green",
        rate: 200,
        live: { requests: 362 },
        next: { requests: 38 },
        left: 2_000,
      },
    ]);
  });

  it("says that it is blind when the meter cannot be read", async () => {
    const { world, look, events } = await watched({ script: { meterReads: () => false } });
    expect((await look(justAt(world, "bake-10", 500))).verdict).toEqual({
      is: "blind",
      because: "the meter cannot be read: no numbers arrive",
    });
    expect(events).toEqual([]);
  });
});

describe("users' gate commands", () => {
  const gate: Gate = { kind: "command", command: "./smoke.sh", timeout: duration(1_000) };
  const ask = (commands: CommandGates, world: World, since: number) =>
    commands.answers(world, [{ kind: "health" }, gate], "http://green.test", since as Window["from"]);
  const settled = () => new Promise(setImmediate);

  it("run beside the turns: the first look starts one, a later look has its answer", async () => {
    const { world } = scenario();
    const commands = commandGates();
    expect(ask(commands, world, 0).size).toBe(0);
    await settled();
    expect(ask(commands, world, 0).get("./smoke.sh")).toMatchObject({ ok: false, saw: "exit 1" });
  });

  it("count only when they were asked in the window", async () => {
    const { world } = scenario();
    const commands = commandGates();
    ask(commands, world, 0);
    await settled();
    const began = world.clock.now();
    expect(ask(commands, world, began).size).toBe(1);
    await settled();
    expect(ask(commands, world, began + 1).size).toBe(0);
  });

  it("run once at a time, and fail when they cannot be run", async () => {
    const { world } = scenario();
    const commands = commandGates();
    let asked = 0;
    let fail: (error: Error) => void = () => {};
    const probe: World["probe"] = {
      ask: () => {
        asked += 1;
        return new Promise((_resolve, reject) => {
          fail = reject;
        });
      },
    };
    for (let look = 0; look < 3; look += 1) ask(commands, { ...world, probe }, 0);
    expect(asked).toBe(1);
    fail(new Error("no shell"));
    await settled();
    expect(ask(commands, { ...world, probe }, 0).get("./smoke.sh")).toMatchObject({ ok: false, saw: "Error: no shell" });
    expect(asked).toBe(2);
  });
});
