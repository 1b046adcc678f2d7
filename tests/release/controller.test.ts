import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import { duration } from "../../lib/base/time.ts";
import type { World } from "../../lib/ports/world.ts";
import { type Controller, newController, record, run, turn } from "../../lib/release/controller.ts";
import { begin, type Choices, holder, type Scenario, scenario, unhurried } from "./scenario.ts";
import { entryBy, kindsOf, refusal, stage, turnsUntil } from "./turns.ts";

/** A world whose ledger AWS does not let anybody read so many times. */
async function refusing(times: number) {
  const from = await stage();
  const { world } = from;
  const told: string[] = [];
  let left = times;
  const read = async () => {
    if (left-- > 0) throw new UserError("engine/failed", "could not read the ledger: Rate exceeded", "run it again");
    return world.ledger.read();
  };
  const controller = {
    ...from.controller,
    world: { ...world, ledger: { ...world.ledger, read } },
    tell: (event: Parameters<Controller["tell"]>[0]) => void (event.type === "note" && told.push(event.text)),
  };
  const notes = () => told.filter((text) => text.includes("tried again"));
  return { world, controller, notes };
}

describe("a turn that the world did not let through", () => {
  it("X05 is tried again after twice the time each, and says so", async () => {
    const { world, controller, notes } = await refusing(3);
    const begun = world.clock.now();
    expect((await run(controller, unhurried)).ended?.outcome).toBe("released");
    expect(notes()).toEqual(["2 s", "4 s", "8 s"].map((pause) => `could not read the ledger: Rate exceeded; tried again in ${pause}`));
    const [first] = (await world.ledger.read()).filter(({ kind }) => kind === "started");
    expect((first?.at ?? 0) - begun).toBe(14_000);
  });

  it("X05 ends its host after the sixth time in a row, with what AWS said, and another goes on", async () => {
    const { world, controller, notes } = await refusing(6);
    expect(await refusal(run(controller, unhurried))).toBe("engine/failed");
    expect(notes()).toHaveLength(5);
    expect((await run({ ...controller, world }, unhurried)).ended?.outcome).toBe("released");
  });

  it("B21 X05 is tried for two hours while the release goes back, as nobody else brings the callers away", async () => {
    const { world, controller } = await stage();
    await turnsUntil(controller, async () => (await kindsOf(world)).includes("done shift-10"));
    await record(world.ledger, "asked", { what: "rollback", by: "ada" }, { release: "r-1", at: world.clock.now(), holder: holder() });
    await turnsUntil(controller, async () => (await kindsOf(world)).includes("turned-back"));
    const begun = world.clock.now();
    const opens = begun + 100 * 60_000;
    const shift: World["router"]["shift"] = async (...asked) => {
      if (world.clock.now() < opens) throw new UserError("engine/failed", "could not shift: ServiceUnavailable", "run it again");
      return world.router.shift(...asked);
    };
    const refusing = { ...controller, world: { ...world, router: { ...world.router, shift } } };
    expect((await run(refusing, unhurried)).ended?.outcome).toBe("rolled-back");
    expect(world.weights).toEqual([10, 0]);
    expect(world.clock.now() - opens).toBeLessThan(2 * 60_000);
  });

  it("B21 X05 is tried for as long where the ledger cannot be read from the moment on in which it was written that the release goes back", async () => {
    const { world, controller } = await stage({ candidate: { failureRate: (weight) => (weight > 0 ? 0.5 : 0) } });
    let opens = 0;
    const ledger: World["ledger"] = {
      ...world.ledger,
      async read(from) {
        if (world.clock.now() < opens) throw new UserError("engine/failed", "could not read the ledger", "run it again");
        return world.ledger.read(from);
      },
      async append(expected, draft) {
        const result = await world.ledger.append(expected, draft);
        if (draft.kind === "turned-back") opens = world.clock.now() + 100 * 60_000;
        return result;
      },
    };
    const { ended } = await run({ ...controller, world: { ...world, ledger } }, unhurried);
    expect(ended?.outcome).toBe("rolled-back");
    expect(world.weights).toEqual([10, 0]);
  });

  it("is tried again for no reason of ours", async () => {
    const { controller } = await stage();
    const broken = { ...controller.world.ledger, read: () => Promise.reject(new TypeError("a mistake")) };
    await expect(run({ ...controller, world: { ...controller.world, ledger: broken } }, unhurried)).rejects.toThrow("a mistake");
  });
});

describe("a turn", () => {
  it("has nothing to do without a release", async () => {
    const { controller } = scenario();
    expect(await refusal(turn(controller))).toBe("release/none");
  });

  it("writes one entry at most, and says at once to look again", async () => {
    const from = await stage();
    const before = (await from.world.ledger.read()).length;
    expect(await turn(from.controller)).toEqual({ is: "again", in: 0 });
    expect((await kindsOf(from.world)).slice(before)).toEqual(["started start"]);
  });

  it("says when to look again where there is nothing to write", async () => {
    const from = await stage();
    await turn(from.controller);
    const before = (await from.world.ledger.read()).length;
    expect(await turn(from.controller)).toEqual({ is: "again", in: 100 });
    expect(await from.world.ledger.read()).toHaveLength(before);
  });

  it("looks again at what bakes after the reading interval of its plan", async () => {
    const from = await stage({ reading: { every: duration(317) } });
    await turnsUntil(from.controller, async () => (await kindsOf(from.world)).at(-1) === "verdict bake-10");
    expect(await turn(from.controller)).toEqual({ is: "again", in: 317 });
  });

  it("says that the release has ended, and does nothing more", async () => {
    const from = await stage();
    const ended = await run(from.controller, unhurried);
    const before = (await from.world.ledger.read()).length;
    expect(await turn(from.controller)).toMatchObject({ is: "ended", release: { id: ended.id } });
    expect(await from.world.ledger.read()).toHaveLength(before);
  });

  it("is fenced off by whoever wrote first, and reads that in the next", async () => {
    const from = await stage();
    const { world } = from;
    const late: World = {
      ...world,
      ledger: {
        ...world.ledger,
        async append(expected, draft) {
          if (draft.kind === "started") await record(world.ledger, "asked", { what: "abort", by: "ann" }, entryBy(from, 500));
          return world.ledger.append(expected, draft);
        },
      },
    };
    expect(await turn({ ...from.controller, world: late })).toEqual({ is: "again", in: 0 });
    expect(await turn(from.controller)).toEqual({ is: "again", in: 0 });
    expect((await kindsOf(world)).slice(-2)).toEqual(["asked", "turned-back"]);
  });

  it("loses nothing that people ask at the same moment", async () => {
    const from = await stage();
    const people = ["ann", "bob", "cid"];
    await Promise.all(people.map((by) => record(from.world.ledger, "asked", { what: "pause", by }, entryBy(from, 500))));
    expect((await from.world.ledger.read()).flatMap(({ kind, body }) => (kind === "asked" ? [body] : []))).toHaveLength(3);
  });

  it("waits no longer than until it is hurried", async () => {
    const from = await stage({ rollout: { approval: true } });
    const abort = new AbortController();
    abort.abort();
    let waits = 0;
    const hurry = {
      signal: () => {
        waits += 1;
        if (waits === 20) void record(from.world.ledger, "asked", { what: "abort", by: "ann" }, entryBy(from));
        return waits > 10 ? abort.signal : new AbortController().signal;
      },
    };
    expect((await run(from.controller, hurry)).ended?.outcome).toBe("aborted");
  });
});

describe("a full disk", () => {
  it.each<[string, string | undefined, string, readonly number[]]>([
    ["blocks before the first shift", undefined, "blocked", []],
    ["rolls back after it", "done shift-10", "rolled-back", [10, 0]],
  ])("%s", async (_what, until, outcome, weights) => {
    const from = await stage();
    if (until) await turnsUntil(from.controller, async () => (await kindsOf(from.world)).includes(until));
    const { world, controller } = from;
    const append: World["ledger"]["append"] = async (expected, draft) => {
      const result = await world.ledger.append(expected, draft);
      return result.is === "appended" ? { ...result, room: "reserve" } : result;
    };
    const release = await run({ ...controller, world: { ...world, ledger: { ...world.ledger, append } } }, unhurried);
    expect(release.ended).toMatchObject({ outcome, because: "the disk has no space left" });
    expect(world.weights).toEqual(weights);
    expect(world.fleet.running("green")).toBeUndefined();
  });
});

describe("what a controller tells", () => {
  const told = async (choices: Choices, before: (from: Scenario) => Promise<void> = async () => {}) => {
    const from = scenario(choices);
    const events: Parameters<Controller["tell"]>[0][] = [];
    await begin(from);
    await before(from);
    const controller = newController(from.world, holder(), (event) => events.push(event));
    return { ...from, controller, events, types: () => events.map(({ type }) => type) };
  };

  it("each step as it begins and ends, with its time, and the verdicts", async () => {
    const { controller, events } = await told({});
    await run(controller, unhurried);
    const steps = events.filter((event) => event.type === "step-started").map(({ step }) => step);
    expect(steps).toEqual(controller.read?.release?.steps.map(({ step }) => step.id));
    expect(events.find((event) => event.type === "step-done")).toEqual({
      type: "step-done",
      step: "start",
      title: "start vb in green (2 instances)",
      ms: 500,
    });
    expect(
      events
        .filter((event) => event.type === "verdict")
        .map(({ step, is }) => `${step} ${is}`)
        .slice(0, 2),
    ).toEqual(["bake-10 wait", "bake-10 pass"]);
  });

  it("the way back: what was decided, what was undone", async () => {
    const { controller, events } = await told({ candidate: { failureRate: (weight) => (weight > 0 ? 0.5 : 0) } });
    await run(controller, unhurried);
    expect(events.find((event) => event.type === "turned-back")).toMatchObject({
      outcome: "rolled-back",
      because: expect.stringContaining("error rate"),
    });
    expect(events.filter((event) => event.type === "step-undone").map(({ title }) => title)).toEqual([
      "all traffic back to blue",
      "stop green",
    ]);
  });

  it("what others ask, once, and nothing of what was before its first turn", async () => {
    const ask = (from: Scenario, what: "pause" | "resume") => record(from.world.ledger, "asked", { what, by: "ann" }, entryBy(from, 500));
    const made = await told({}, (from) => ask(from, "pause"));
    await turn(made.controller);
    expect(made.types()).toEqual([]);
    await ask(made, "resume");
    for (let count = 0; count < 5; count += 1) await turn(made.controller);
    expect(made.events.filter(({ type }) => type === "asked")).toEqual([{ type: "asked", what: "resume", by: "ann" }]);
  });

  it("once that it waits for a person", async () => {
    const made = await told({ rollout: { approval: true } });
    await turnsUntil(made.controller, () => made.types().includes("waiting"));
    for (let count = 0; count < 5; count += 1) await turn(made.controller);
    expect(made.events.filter(({ type }) => type === "waiting")).toEqual([
      { type: "waiting", step: "approval", because: "waiting for approval; to go on: sluice approve" },
    ]);
  });

  it("that it sends synthetic requests, and what it could not undo", async () => {
    const made = await told({ script: { trafficFlows: () => false } });
    const stuck: World["fleet"]["stop"] = async () => ({ is: "failed", because: "it hangs" });
    const world = { ...made.world, fleet: { ...made.world.fleet, stop: stuck } };
    await run({ ...made.controller, world }, unhurried);
    const notes = made.events.flatMap((event): Pick<Event & { text?: string }, "text">[] =>
      event.type === "note" ? [{ text: event.text }] : [],
    );
    expect(notes[0]?.text).toMatch(/^sent \d+ synthetic requests: too little traffic for the gates$/);
  });
});

describe("B21 a way back that is stuck", () => {
  const stuck = async (verb: "stop" | "shift", failures: number) => {
    const from = await stage({ candidate: { failureRate: (weight) => (weight > 0 ? 0.5 : 0) } });
    const { world, controller } = from;
    let failed = 0;
    const fails = () => {
      failed += 1;
      return failed <= failures;
    };
    const hangs = { is: "failed", because: "it hangs" } as const;
    const disturbed: World = {
      ...world,
      fleet: { ...world.fleet, stop: async (slot) => (verb === "stop" && fails() ? hangs : world.fleet.stop(slot)) },
      router: { ...world.router, shift: async (share) => (verb === "shift" && share === 0 && fails() ? hangs : world.router.shift(share)) },
    };
    return { world, release: await run({ ...controller, world: disturbed }, unhurried) };
  };

  it("is tried three times, and then ends blocked, saying what it could not do", async () => {
    const { world, release } = await stuck("stop", 3);
    expect(release.ended).toMatchObject({
      outcome: "blocked",
      because: expect.stringMatching(/^error rate .*; going back failed$/),
      undid: ["all traffic back to blue"],
      left: ["could not: stop green", "what was written through the candidate stays, both versions share the data"],
    });
    expect(await world.router.weight()).toBe(0);
  });

  it("never stops a candidate that still has traffic", async () => {
    const { world, release } = await stuck("shift", 3);
    expect(release.ended).toMatchObject({
      outcome: "blocked",
      undid: [],
      left: [expect.stringContaining("could not: all traffic back"), "traffic is still on green at 10 %", expect.anything()],
    });
    expect(await world.router.weight()).toBe(10);
    expect(world.fleet.running("green")?.healthy).toBe(true);
  });

  it("goes on when the third try works", async () => {
    const { world, release } = await stuck("stop", 2);
    expect(release.ended?.outcome).toBe("rolled-back");
    expect(world.fleet.running("green")).toBeUndefined();
  });
});
