import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import type { Slot } from "../../../lib/base/outcome.ts";
import { duration, type Instant } from "../../../lib/base/time.ts";
import type { World } from "../../../lib/ports/world.ts";
import { newController, record, run } from "../../../lib/release/controller.ts";
import { foldLedger, type Release } from "../../../lib/release/state.ts";
import type { HandClock } from "../../../lib/worlds/simulated/clock.ts";
import { unhurried } from "../../release/scenario.ts";
import { config } from "./environment.ts";
import { holder, onEc2, onEcs, openService, type Running, slotNames } from "./in-memory.ts";
import { type Mood, unreliable } from "./unreliable.ts";

interface Story extends Mood {
  readonly seed: number;
  /** The share of green at which it begins to answer 500. */
  readonly fails: number;
  /** After how many entries of the release somebody asks for a rollback; never, where it has fewer. */
  readonly asksAfter: number;
}

/** More entries than a release has. */
const never = 999;

const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fails: fc.constantFrom(10, 50, 101, 101, 101),
  asksAfter: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(never)),
  throttles: fc.double({ min: 0, max: 0.05, noNaN: true }),
  timesOut: fc.double({ min: 0, max: 0.05, noNaN: true }),
  stale: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

/** Mulberry32: the same seed, the same day. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A world whose ledger gets a person's word right after an entry. */
const asking = (world: World, asksNow: () => boolean, now: () => Instant): World => ({
  ...world,
  ledger: {
    ...world.ledger,
    append: async (position, entry) => {
      const result = await world.ledger.append(position, entry);
      if (result.is === "appended" && asksNow()) {
        await record(world.ledger, "asked", { what: "rollback", by: "somebody" }, { release: "r-1", at: now(), holder });
      }
      return result;
    },
  },
});

/** Plays a release through such days, each time that its host gave up by another one. */
async function play<R extends Running>(story: Story, running: (clock: HandClock) => R) {
  let mood: Mood = { throttles: 0, timesOut: 0, stale: 0 };
  const chance = chances(story.seed);
  let now = () => 0;
  const lend: Parameters<typeof openService>[0]["lend"] = (client) =>
    void unreliable(
      client,
      () => mood,
      chance,
      () => now(),
    );
  const service = await openService({ fails: story.fails, lend }, running);
  const { clock } = service;
  let entriesLeft = story.asksAfter;
  const world = () => asking(service.world(), () => entriesLeft-- === 0, clock.now);
  now = () => clock.now();
  mood = story;
  let hosts = 0;
  let release: Release | undefined;
  while (!release) {
    hosts += 1;
    ok(hosts < 200, "it never ends");
    release = await run(
      newController(world(), { ...holder, pid: hosts }, () => {}, duration(900_000)),
      unhurried,
    ).catch((error: unknown) => {
      if (error instanceof UserError && error.code === "engine/failed") return undefined;
      throw error;
    });
  }
  mood = { throttles: 0, timesOut: 0, stale: 0 };
  const entries = await world().ledger.read();
  await service.close();
  return { ...service, release, entries };
}

/** Which slot callers are with at the end, and which they are not, where the weights moved as they may. */
function movedByPlan(
  { fails, asksAfter }: Story,
  { ended }: Release,
  weights: readonly number[],
  seen: Record<string, number>,
): readonly [Slot, Slot] {
  const outcome = ended?.outcome ?? "";
  seen[outcome] = (seen[outcome] ?? 0) + 1;
  // Days as bad as these take no good version back.
  if (fails > 100 && asksAfter === never) equal(outcome, "released", ended?.because);
  const up = weights.filter((weight) => weight > 0);
  deepEqual(up, [10, 50, 100].slice(0, up.length));
  // A blind gate blocks a release before it has moved anybody.
  if (outcome === "blocked") deepEqual(weights, []);
  deepEqual(weights, outcome === "released" ? [10, 50, 100] : [...up, ...(up.length > 0 ? [0] : [])]);
  return outcome === "released" ? ["green", "blue"] : ["blue", "green"];
}

it("X05 B21 A09 a release through days on which AWS throttles, loses answers and tells what was before ends well, and moves callers by its plan only", async () => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const { release, weights, running, entries } = await play(story, onEcs);
      const { calls, services } = running;
      const [stays, goes] = movedByPlan(story, release, weights, seen);
      equal(services.get(slotNames[stays])?.desired, 2);
      equal(services.get(slotNames[goes])?.desired, 0);
      // What a release holds it lets go of again, whichever way it ends.
      const began = entries.some(({ kind, step }) => kind === "started" && step === "start");
      equal(
        began && services.get(slotNames[stays])?.least,
        began && config.services[0].compute?.kind === "ecs" && config.services[0].compute.count.min,
      );
      const digests = services
        .get(slotNames[stays])
        ?.tasks.filter(({ state }) => state === "healthy")
        .map(({ definition }) => definition);
      equal(new Set(digests).size, 1);
      // What was asked for twice after a stale read is the same again: one image, one start, one stop. A revision may be there twice.
      const told = [...new Set(calls.map((call) => call.replace(/@.*| shop-web:\d+$/, "")))];
      const wanted = ["register registry/web", `update ${slotNames.green} 2`, `update ${slotNames[goes]} 0`];
      deepEqual(told, story.asksAfter === never ? wanted : wanted.filter((call) => told.includes(call)));
      if (!began) deepEqual(told, []);
      deepEqual(foldLedger(JSON.parse(JSON.stringify(entries))), foldLedger(entries));
    }),
    { seed: 20_261_128, numRuns: 12, endOnFailure: true },
  );
  expect(Object.keys(seen)).toEqual(expect.arrayContaining(["released", "rolled-back"]));
}, 300_000);

it.each(["listener", "dns"] as const)(
  "X05 B21 B05 B06 fleets of EC2 come through such days as well, by a rule and by records (%s)",
  async (router) => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const { release, weights, running, entries } = await play(story, onEc2(router));
        const { calls, groups, artifact } = running;
        const [stays, goes] = movedByPlan(story, release, weights, seen);
        equal(groups.get(slotNames[stays])?.desired, 2);
        equal(groups.get(slotNames[goes])?.desired, 0);
        const machines = groups.get(slotNames[stays])?.machines ?? [];
        deepEqual(
          machines.map(({ runs, health }) => `${health} ${runs}`),
          Array.from({ length: 2 }, () => `healthy ${artifact(stays === "green" ? "2" : "1").file}`),
        );
        // One archive is named, if any: nobody names another, nor one for the slot that callers are with.
        const named = [...new Set(calls)].filter((call) => call.startsWith("name"));
        const began = entries.some(({ kind, step }) => kind === "done" && step === "start");
        deepEqual(named, began || named.length > 0 ? [`name ${slotNames.green} ${artifact("2").file}`] : []);
        deepEqual(foldLedger(JSON.parse(JSON.stringify(entries))), foldLedger(entries));
      }),
      { seed: 20_261_128, numRuns: 8, endOnFailure: true },
    );
    expect(Object.keys(seen)).toEqual(expect.arrayContaining(["released", "rolled-back"]));
  },
  300_000,
);
