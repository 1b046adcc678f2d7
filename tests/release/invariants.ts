import { deepEqual, equal, ok } from "node:assert/strict";
import type { Outcome } from "../../lib/base/outcome.ts";
import type { Entry } from "../../lib/ports/ledger.ts";
import { leaseFor } from "../../lib/release/controller.ts";
import { factOf } from "../../lib/release/facts.ts";
import { after, type Environment, foldLedger, sameHolder } from "../../lib/release/state.ts";
import type { Ending } from "./telling.ts";

/** What must be true of every release, whatever happened to it. Throws on the first that is not. */
export async function checkEnding(ending: Ending): Promise<Outcome> {
  inTime(ending);
  return checkInvariants(ending);
}

/** The same where clocks are wrong, and nobody can say how long it may take. */
export async function checkInvariants(ending: Ending): Promise<Outcome> {
  const environment = foldLedger(ending.entries);
  const outcome = environment.release?.ended?.outcome;
  ok(outcome, "the release has not ended");
  deepEqual(ending.wrongs, []);
  weightsFollowThePlan(ending, outcome);
  await nothingIsLeft(ending, environment, outcome);
  nothingWasDoneTwice(ending, outcome);
  everyBakePassed(ending, outcome);
  asItWasCalledFor(ending, outcome);
  oneInCharge(ending);
  replayIsState(ending.entries);
  return outcome;
}

/** Up one planned step at a time, or to 0. */
function weightsFollowThePlan({ world, story }: Ending, outcome: Outcome): void {
  const up = world.weights.filter((weight) => weight > 0);
  deepEqual(up, story.weights.slice(0, up.length));
  const back = outcome === "released" || up.length === 0 ? [] : [0];
  deepEqual(world.weights, [...up, ...back]);
  if (outcome === "released") equal(up.at(-1), 100);
  if (outcome === "blocked") deepEqual(world.weights, []);
}

/** Released: all on the candidate, the old slot empty. Otherwise: all on the live version, which runs, the candidate's slot empty. */
async function nothingIsLeft({ world, plan }: Ending, environment: Environment, outcome: Outcome): Promise<void> {
  const [stays, goes] = outcome === "released" ? [plan.candidate, plan.live] : [plan.live, plan.candidate];
  equal(await world.router.weight(), outcome === "released" ? 100 : 0);
  equal(world.fleet.running(stays.slot)?.digest, stays.artifact.digest);
  ok(world.fleet.running(stays.slot)?.healthy);
  equal(world.fleet.running(goes.slot), undefined);
  equal(environment.live?.slot, stays.slot);
  equal(environment.held, undefined);
}

/** Every change of the world happened once. Only the old version may be started a second time, after it was stopped. */
function nothingWasDoneTwice({ world, plan }: Ending, outcome: Outcome): void {
  const live = `start ${plan.live.artifact.version} in ${plan.live.slot}`;
  const once = world.effects.filter((effect) => effect !== live);
  deepEqual(once, [...new Set(once)]);
  const stopped = world.effects.includes(`stop ${plan.live.slot}`);
  equal(world.effects.length - once.length, stopped && outcome !== "released" ? 2 : 1);
}

function everyBakePassed({ entries }: Ending, outcome: Outcome): void {
  if (outcome !== "released") return;
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== "done" || !entry.step.startsWith("bake")) continue;
    equal(foldLedger(entries.slice(0, index)).release?.verdict?.is, "pass", `${entry.step} was done without a pass`);
  }
}

/** Nobody aborts but people, and `blocked` means that no traffic moved. */
function asItWasCalledFor({ story }: Ending, outcome: Outcome): void {
  const asked = (what: string) => story.asks.some((ask) => ask.what === what);
  if (outcome === "aborted") ok(asked("abort"));
  if (outcome === "superseded" || outcome === "failed") throw new Error(`nobody called for ${outcome}`);
}

/** Positions count from 0; only people and whoever holds the lock write; the lock goes to another only from the dead or after its lease. */
export function oneInCharge({ entries, diedAt }: Pick<Ending, "entries" | "diedAt">): void {
  let environment = foldLedger([]);
  for (const [index, entry] of entries.entries()) {
    equal(entry.position, index);
    const { held } = environment;
    const mine = held !== undefined && sameHolder(held.by, entry.holder);
    if (held && !mine && entry.kind !== "asked") {
      equal(entry.kind, "held", `${entry.kind} at ${index} is not by the holder`);
      ok(held.until <= entry.at || (diedAt.get(held.by.pid) ?? Number.POSITIVE_INFINITY) <= entry.at, `taken from the living at ${index}`);
    }
    environment = after(environment, factOf(entry));
  }
}

export function replayIsState(entries: readonly Entry[]): void {
  const whole = foldLedger(entries);
  deepEqual(foldLedger(JSON.parse(JSON.stringify(entries))), whole);
  for (const part of [1, entries.length >> 1, entries.length - 1]) {
    const rest = entries.slice(part).map(factOf);
    deepEqual(rest.reduce(after, foldLedger(entries.slice(0, part))), whole);
  }
}

/** What one step may take beyond its span and limit: starting, recovering, going back. */
const perStep = 2_000;
const starting = 15_000;
const people = 45_000;

function inTime({ story, plan, took, turns, controllers, entries }: Ending): void {
  const spans = plan.steps.reduce((sum, step) => sum + ("span" in step ? step.span + story.dataLimit : 0), 0);
  const deaths = story.kills.reduce((sum, { seen, nextAfter }) => sum + nextAfter + (seen ? 0 : leaseFor + 2_000), 0);
  const most = spans + plan.steps.length * (perStep + story.shiftsWithin) + deaths + starting + people;
  ok(took <= most, `took ${took} ms, at most ${most}`);
  ok(turns <= 3 * entries.length + took / 100 + 10 * controllers, `${turns} turns for ${entries.length} entries in ${took} ms`);
}
