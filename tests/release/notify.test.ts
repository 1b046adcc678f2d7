import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import type { Notice, Notifier } from "../../lib/ports/notifier.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, record, run } from "../../lib/release/controller.ts";
import type { Release } from "../../lib/release/state.ts";
import { Killed, mortal } from "./mortal.ts";
import { begin, type Choices, holder, type Scenario, scenario, unhurried } from "./scenario.ts";
import { entryBy, kindsOf } from "./turns.ts";

const unreachable = () => new UserError("engine/failed", "could not publish: Throttling", "try again");

/** Keeps in memory what it is told; `works` says whether it takes the n-th notice. */
function memory(name: string, works: (count: number) => boolean = () => true) {
  const taken: Notice[] = [];
  let count = 0;
  const notifier: Notifier = {
    name,
    send: async (notice) => {
      count += 1;
      if (!works(count)) throw unreachable();
      taken.push(notice);
    },
  };
  return { notifier, taken, kinds: () => taken.map(({ kind, weight }) => `${kind} ${weight}`) };
}

const calmly = ["begun 0", "shifted 10", "shifted 50", "shifted 100", "ended 100"];

/** Carries a release out to its end in a world with these notifiers. */
async function carriedOut(notifiers: readonly Notifier[], choices: Choices = {}) {
  const from = scenario(choices);
  const told: Event[] = [];
  await begin(from);
  const world: World = { ...from.world, notifiers };
  const tell = (event: Parameters<Scenario["controller"]["tell"]>[0]) => void told.push({ ...event, at: world.clock.now() });
  const release = await run(newController(world, holder(), tell), unhurried);
  return { from, world, release, told };
}

const outcomeOf = ({ ended }: Release) => ended?.outcome;

describe("C07 whoever wants to hear of a release", () => {
  it("is told of its begin, each shift and its end, once and in order, by every notifier", async () => {
    const [topic, bus] = [memory("topic"), memory("bus")];
    const { world, release } = await carriedOut([topic.notifier, bus.notifier]);
    expect(outcomeOf(release)).toBe("released");
    expect(topic.kinds()).toEqual(calmly);
    expect(bus.taken).toEqual(topic.taken);
    expect(new Set(topic.taken.map(({ id }) => id)).size).toBe(calmly.length);
    expect(topic.taken.at(-1)).toMatchObject({
      release: "r-1",
      from: "va",
      to: "vb",
      outcome: "released",
      text: "it ended as released: every gate held",
    });
    expect((await kindsOf(world)).filter((kind) => kind === "notified").length).toBeGreaterThan(2);
  });

  it("is told that it waits for approval, and goes on", async () => {
    const topic = memory("topic");
    const from = scenario({ rollout: { approval: true } });
    await begin(from);
    const asks: Notifier = {
      name: "topic",
      send: async (notice) => {
        await topic.notifier.send(notice);
        if (notice.kind === "waiting") await record(from.world.ledger, "asked", { what: "approve", by: "ann" }, entryBy(from, 9));
      },
    };
    await run(
      newController({ ...from.world, notifiers: [asks] }, holder(), () => {}),
      unhurried,
    );
    expect(topic.kinds()).toEqual(["begun 0", "waiting 0", ...calmly.slice(1)]);
  });

  it("is told which gate failed only after the traffic is back: nobody holds that up", async () => {
    const topic = memory("topic");
    const at: string[] = [];
    const candidate = { failureRate: (weight: number) => (weight >= 50 ? 0.5 : 0) };
    const from = scenario({ candidate });
    await begin(from);
    const slow: Notifier = {
      name: "topic",
      send: async (notice) => {
        at.push(`${notice.kind} with ${from.world.weights.at(-1)}`);
        await topic.notifier.send(notice);
      },
    };
    await run(
      newController({ ...from.world, notifiers: [slow] }, holder(), () => {}),
      unhurried,
    );
    expect(topic.kinds()).toEqual(["begun 0", "shifted 10", "shifted 50", "gate-failed 50", "rolled-back 0"]);
    expect(at).toContain("gate-failed with 0");
    expect(topic.taken.at(-2)?.text).toMatch(/^it goes back: error rate ≤ 2 %: /);
  });

  it("is told that it goes back also where a person asked for it", async () => {
    const topic = memory("topic");
    const from = scenario();
    await begin(from);
    const asks: Notifier = {
      name: "topic",
      send: async (notice) => {
        await topic.notifier.send(notice);
        if (notice.kind === "shifted") await record(from.world.ledger, "asked", { what: "abort", by: "ann" }, entryBy(from, 9));
      },
    };
    await run(
      newController({ ...from.world, notifiers: [asks] }, holder(), () => {}),
      unhurried,
    );
    expect(topic.kinds()).toEqual(["begun 0", "shifted 10", "turned-back 10", "ended 0"]);
  });
});

describe("C07 X05 a notifier that fails", () => {
  it("holds nothing up, is told of, and takes nothing from the others", async () => {
    const [topic, bus] = [memory("topic", () => false), memory("bus")];
    const { release, told } = await carriedOut([topic.notifier, bus.notifier]);
    expect(outcomeOf(release)).toBe("released");
    expect(bus.kinds()).toEqual(calmly);
    expect(topic.taken).toEqual([]);
    const notes = told.flatMap((event) => (event.type === "note" ? [event.text] : []));
    // Once, however often it is tried: in a release of hours nothing else would be seen.
    expect(notes.filter((note) => note.startsWith("nobody was told by topic"))).toEqual([
      "nobody was told by topic that the release of vb has begun: could not publish: Throttling",
    ]);
  });

  it("is told all of it, in order, once it works again", async () => {
    const topic = memory("topic", (count) => count > 6);
    await carriedOut([topic.notifier]);
    expect(topic.kinds()).toEqual(calmly);
  });

  it("is tried again before the end is written, for nobody comes after", async () => {
    let ends = 0;
    const topic = memory("topic");
    const flaky: Notifier = {
      name: "topic",
      send: async (notice) => {
        if (notice.kind === "ended") ends += 1;
        if (ends === 1 || ends === 2) throw unreachable();
        await topic.notifier.send(notice);
      },
    };
    await carriedOut([flaky]);
    expect(topic.kinds()).toEqual(calmly);
    expect(ends).toBe(3);
  });

  it("by a mistake of ours is not taken for one that fails", async () => {
    const broken: Notifier = { name: "topic", send: () => Promise.reject(new TypeError("ours")) };
    await expect(carriedOut([broken])).rejects.toThrow("ours");
  });
});

it("C07 X05 killed at any instant, whoever goes on leaves nothing untold, and tells at most one thing twice", async () => {
  for (let call = 1; ; call += 3) {
    const topic = memory("topic");
    const from = scenario();
    await begin(from);
    const world: World = { ...from.world, notifiers: [topic.notifier] };
    const doomed = mortal(world, { call, side: call % 2 === 0 ? "before" : "after" }).world;
    const ended = await run(
      newController(doomed, holder(), () => {}),
      unhurried,
    ).catch((error: unknown) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    if (ended) {
      expect(call).toBeGreaterThan(100);
      return;
    }
    from.world.gone.add(1);
    await run(
      newController(world, holder(2), () => {}),
      unhurried,
    );
    const ids = topic.taken.map(({ id }) => id);
    expect([...new Set(topic.kinds())]).toEqual(calmly);
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(1);
  }
});
