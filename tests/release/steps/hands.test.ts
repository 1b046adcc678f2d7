import { describe, expect, it } from "vitest";
import { type Weight, weight } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { World } from "../../../lib/ports/world.ts";
import type { Step } from "../../../lib/release/plan.ts";
import { handFor } from "../../../lib/release/steps/hands.ts";
import { type Choices, goLive, scenario } from "../scenario.ts";

/** A world with the live version up, and one step's hand on it. */
async function at(id: string, choices: Choices = {}, disturb: (world: World) => World = (world) => world) {
  const stage = scenario(choices);
  await goLive(stage);
  const { world, sealed } = stage;
  const step = sealed.plan.steps.find((one) => one.id === id);
  if (!step) throw new Error(`no step ${id}`);
  const work = { world: disturb(world), plan: sealed.plan, startedAt: world.clock.now(), plannedAt: world.clock.now(), noted: "a note" };
  const hand = handFor(step);
  return { world, act: () => hand.act(work), undo: () => hand.undo(work) };
}

const busy = (world: World): World => ({
  ...world,
  fleet: { ...world.fleet, status: async (slot) => ({ ...(await world.fleet.status(slot)), inFlight: slot === "blue" ? 3 : 0 }) },
});

describe("start", () => {
  it("is pending until the candidate is healthy, and done however often it is repeated", async () => {
    const { world, act } = await at("start");
    expect(await act()).toMatchObject({ is: "pending" });
    world.clock.advance(500);
    expect([await act(), await act()]).toEqual([{ is: "done" }, { is: "done" }]);
    expect(world.effects.filter((effect) => effect.startsWith("start vb"))).toHaveLength(1);
  });

  it("B21 is undone by stopping the candidate", async () => {
    const { world, act, undo } = await at("start");
    await act();
    expect([await undo(), await undo()]).toEqual([{ is: "done" }, { is: "done" }]);
    expect(world.fleet.running("green")).toBeUndefined();
    expect(world.fleet.running("blue")?.healthy).toBe(true);
  });
});

describe("scaling", () => {
  const scaled = async (id: string) => {
    const told: string[] = [];
    const say = (verb: string) => async (slot: string) => {
      told.push(`${verb} ${slot}`);
      return { is: "done" } as const;
    };
    const step = await at(id, { live: { stopsWithin: duration(200) }, candidate: { stopsWithin: duration(200) } }, (world) => ({
      ...world,
      fleet: { ...world.fleet, scaling: { hold: say("hold"), free: say("free") } },
    }));
    return { ...step, told };
  };

  it("A16 B21 the live version keeps its copies once the candidate is up, before any shift, until the candidate is gone again", async () => {
    const { world, act, undo, told } = await scaled("start");
    await act();
    expect(told).toEqual([]);
    world.clock.advance(500);
    await act();
    expect(told).toEqual(["hold blue"]);
    expect(await undo()).toMatchObject({ is: "pending" });
    expect(told).toEqual(["hold blue"]);
    world.clock.advance(200);
    expect(await undo()).toEqual({ is: "done" });
    expect(told).toEqual(["hold blue", "free blue"]);
  });

  it("A16 the new version scales once the old one is gone, for until then all callers of both have to find room in either", async () => {
    const { world, act, told } = await scaled("retire");
    expect(await act()).toMatchObject({ is: "pending" });
    expect(told).toEqual([]);
    world.clock.advance(200);
    expect(await act()).toEqual({ is: "done" });
    expect(told).toEqual(["free green"]);
  });
});

describe("scaling before a shift", () => {
  const grown = async (wanted: number, startsWithin = duration(0)) => {
    const still = async () => ({ is: "done" }) as const;
    const step = await at("shift-10", { candidate: { startsWithin } }, (world) => ({
      ...world,
      fleet: {
        ...world.fleet,
        scaling: { hold: still, free: still },
        status: async (slot) => ({ ...(await world.fleet.status(slot)), ...(slot === "blue" && { wanted }) }),
      },
    }));
    await step.world.fleet.start("green", scenario().sealed.plan.candidate.artifact, 2);
    step.world.clock.advance(500);
    return step;
  };

  it("A16 B06 a candidate gets as many copies as the live version has by now, before it gets callers", async () => {
    const { world, act } = await grown(5, duration(1_000));
    expect(await act()).toMatchObject({ is: "pending" });
    expect([world.weights, (await world.fleet.status("green")).wanted]).toEqual([[], 5]);
    expect(await act()).toMatchObject({ is: "pending" });
    expect(world.weights).toEqual([]);
    world.clock.advance(500);
    expect(await act()).toEqual({ is: "done" });
    expect(world.weights).toEqual([10]);
  });

  it("A16 one that has more of them keeps them", async () => {
    const { world, act } = await grown(1);
    expect(await act()).toEqual({ is: "done" });
    expect((await world.fleet.status("green")).wanted).toBe(2);
    const more = await grown(3, duration(1_000));
    await more.world.fleet.start("green", scenario().sealed.plan.candidate.artifact, 4);
    expect(await more.act()).toMatchObject({ is: "pending" });
    expect((await more.world.fleet.status("green")).wanted).toBe(4);
  });
});

describe("probe", () => {
  const up = async (choices: Choices) => {
    const step = await at("probe", choices);
    await step.world.fleet.start("green", scenario().sealed.plan.candidate.artifact, 2);
    return step;
  };

  it("waits for a candidate that comes up, then asks it", async () => {
    const { world, act } = await up({});
    expect(await act()).toMatchObject({ is: "pending", because: "0 of 2 instances of green are healthy" });
    world.clock.advance(500);
    expect(await act()).toEqual({ is: "done" });
  });

  it("fails with what was seen, and by then the release is rolled back", async () => {
    const { world, act } = await up({ candidate: { status: () => 404 } });
    world.clock.advance(500);
    const failed = await act();
    expect(failed).toEqual({ is: "failed", because: "the candidate fails 1 of 1 probes", details: ["GET /health: 404"] });
  });

  it("asks after 30 s whatever it finds", async () => {
    const { world, act } = await up({ candidate: { startsWithin: undefined } });
    world.clock.advance(30_000);
    expect(await act()).toMatchObject({ is: "failed", details: ["GET /health: 503"] });
  });
});

describe("B06 shift", () => {
  it("moves the candidate's share to its weight from the one before, and finds it there when repeated", async () => {
    const { world, act } = await at("shift-50");
    await world.router.shift(weight(10));
    expect([await act(), await act()]).toEqual([{ is: "done" }, { is: "done" }]);
    expect(world.weights).toEqual([10, 50]);
  });

  it("X05 asks the router also where the weight holds already: only it knows whether callers follow, with what it last asked to keep", async () => {
    const { world, act, undo } = await at("shift-10", {}, (given) => ({
      ...given,
      router: {
        ...given.router,
        shift: async (to, noted) => ({ is: "pending", lookAgainIn: duration(1_000), because: `${to} after ${noted}` }),
      },
    }));
    await world.router.shift(weight(10));
    expect([await act(), await undo()]).toMatchObject([{ because: "10 after a note" }, { because: "0 after a note" }]);
  });

  it("B06 looks at no weight while the router knows by what it noted that the shift is under way, and as ever from then on", async () => {
    const asked: unknown[] = [];
    const waits = { is: "pending", lookAgainIn: duration(1_000), because: "name servers" } as const;
    const { world, act } = await at("shift-10", {}, (given) => ({
      ...given,
      router: {
        ...given.router,
        underWay: async (...given) => (asked.push(given) === 1 ? waits : undefined),
        weight: async () => {
          asked.push("weight");
          return given.router.weight();
        },
      },
    }));
    expect(await act()).toEqual(waits);
    expect(asked).toEqual([[10, "a note"]]);
    expect(await act()).toEqual({ is: "done" });
    expect(world.weights).toEqual([10]);
  });

  it("is done only once the weight is live", async () => {
    const { world, act } = await at("shift-10", { script: { shiftsWithin: duration(300) } });
    expect(await act()).toMatchObject({ is: "pending" });
    world.clock.advance(300);
    expect(await act()).toEqual({ is: "done" });
    expect(world.weights).toEqual([10]);
  });

  it.each<[string, string, Weight, string]>([
    ["too early a weight", "shift-50", weight(0), "the candidate's weight is 0 %, and the release left it at 10 %: somebody else moved it"],
    [
      "a weight of nobody's plan",
      "shift-50",
      weight(33),
      "the candidate's weight is 33 %, and the release left it at 10 %: somebody else moved it",
    ],
    [
      "a weight before the first shift",
      "shift-10",
      weight(5),
      "the candidate's weight is 5 %, and the release left it at 0 %: somebody else moved it",
    ],
  ])("refuses to move %s", async (_what, id, found, because) => {
    const { world, act } = await at(id, {}, (calm) => ({ ...calm, settles: duration(15_000) }));
    await world.router.shift(found);
    // What is read may be older than the release's own last shift.
    expect(await act()).toMatchObject({ is: "pending" });
    world.clock.advance(15_000);
    expect(await act()).toEqual({ is: "failed", because });
    expect(await world.router.weight()).toBe(found);
  });

  it("B21 is undone by giving all traffic back at once, also from a shift that is not live yet", async () => {
    const { world, act, undo } = await at("shift-10", { script: { shiftsWithin: duration(300) } });
    await act();
    expect(await undo()).toMatchObject({ is: "pending" });
    world.clock.advance(300);
    expect(await undo()).toEqual({ is: "done" });
    world.clock.advance(5_000);
    expect(await world.router.weight()).toBe(0);
  });
});

describe("drain", () => {
  it("waits while the old version has requests under way, and goes on after 30 s", async () => {
    const { world, act } = await at("drain", {}, busy);
    expect(await act()).toMatchObject({ is: "pending", because: "3 requests under way in blue" });
    world.clock.advance(29_999);
    expect((await act()).is).toBe("pending");
    world.clock.advance(1);
    expect(await act()).toEqual({ is: "done" });
  });

  it("is done at once without any", async () => {
    expect(await (await at("drain")).act()).toEqual({ is: "done" });
  });
});

describe("retire", () => {
  it("A16 B21 is undone with as many copies as the candidate has by now, whose callers come back", async () => {
    const { world, act, undo } = await at("retire", { live: { startsWithin: duration(0) } });
    await world.fleet.start("green", scenario().sealed.plan.candidate.artifact, 6);
    await act();
    await undo();
    expect((await world.fleet.status("blue")).wanted).toBe(6);
  });

  it("stops the old version, and is undone by starting the very same again", async () => {
    const { world, act, undo } = await at("retire", { live: { stopsWithin: duration(200) } });
    expect((await act()).is).toBe("pending");
    world.clock.advance(200);
    expect(await act()).toEqual({ is: "done" });
    expect(world.fleet.running("blue")).toBeUndefined();
    expect((await undo()).is).toBe("pending");
    world.clock.advance(500);
    expect(await undo()).toEqual({ is: "done" });
    expect(world.fleet.running("blue")).toMatchObject({ digest: "a".repeat(64), count: 2 });
  });
});

it.each<Step["id"]>(["bake-10", "keep-warm", "drain", "probe", "self-test"])("%s leaves nothing to undo", async (id) => {
  const { world, undo } = await at(id);
  const before = [...world.effects];
  expect(await undo()).toEqual({ is: "done" });
  expect(world.effects).toEqual(before);
});
