import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { otherSlot, type Slot } from "../../lib/base/outcome.ts";
import { duration, type Instant } from "../../lib/base/time.ts";
import type { Entry } from "../../lib/ports/ledger.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, record, take } from "../../lib/release/controller.ts";
import { type ReleasePlan, type SealedPlan, seal, type Wave } from "../../lib/release/plan.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { planWaves, type WaveGiven, whereOf } from "../../lib/release/waves.ts";
import { type SimulatedRegions, simulatedRegions } from "../../lib/worlds/simulated/regions.ts";
import { calm, sound } from "../../lib/worlds/simulated/script.ts";
import type { SimulatedWorld } from "../../lib/worlds/simulated/world.ts";
import { oneInCharge, replayIsState } from "./invariants.ts";
import { artifact, holder, scenario } from "./scenario.ts";
import { type Story, stories, type Version } from "./story.ts";
import { askAfter, behaviourOf, comeBack, generations, type Played } from "./telling.ts";

/** One region as it was before: which slot was live, and how the candidate does there. */
export interface Region {
  readonly liveSlot: Slot;
  readonly candidate: Version;
}

/** Everything that can happen to a release in several regions. */
export interface Waves extends Pick<Story, "seed" | "weights" | "kills" | "asks" | "approval"> {
  readonly rollback: "all" | "wave";
  readonly regions: readonly Region[];
}

const healthy: Version = { startsWithin: 200, stopsWithin: 0, illness: undefined };

export const names = ["eu-west-1", "us-west-2", "ap-south-1"];

/** Random waves: plans, versions that fail in some regions, kills and people. */
export const waveStories: fc.Arbitrary<Waves> = fc
  .tuple(
    stories,
    fc.constantFrom("all", "wave"),
    fc.array(fc.record({ liveSlot: fc.constantFrom<Slot>("blue", "green"), isIll: fc.integer({ min: 0, max: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([{ seed, weights, kills, asks, approval, candidate }, rollback, regions]) => {
    const told = regions.map(({ liveSlot, isIll }) => ({ liveSlot, candidate: isIll === 0 ? candidate : healthy }));
    return { seed, weights, kills, asks, approval, rollback, regions: told };
  });

/** Nothing goes wrong but what a test says. */
export const calmly: Waves = {
  seed: 1,
  weights: [10, 100],
  kills: [],
  asks: [],
  approval: false,
  rollback: "wave",
  regions: [
    { liveSlot: "blue", candidate: healthy },
    { liveSlot: "blue", candidate: healthy },
  ],
};

/** A candidate that fails half of its requests from this weight on. */
export const illFrom = (fromWeight: number): Version => ({
  ...healthy,
  illness: { failureRate: 0.5, latency: 0, restarts: 0, fromWeight, fromAge: 0 },
});

/** What became of it. */
export interface Told {
  readonly waves: Waves;
  readonly world: SimulatedRegions;
  readonly plan: ReleasePlan;
  readonly entries: readonly Entry[];
  readonly diedAt: ReadonlyMap<number, Instant>;
  readonly wrongs: readonly string[];
}

const liveIn = ({ liveSlot }: Region): Wave["live"] => ({ slot: liveSlot, artifact: artifact("a"), count: 2 });

export function sealedFor({ regions, rollback, weights, approval }: Waves): SealedPlan {
  const {
    live: _live,
    candidate: _candidate,
    steps: _steps,
    ...rest
  } = scenario({ gates: [{ kind: "error-rate", max: 0.1 }, { kind: "health" }] }).sealed.plan;
  const waves = regions.map((region, at): WaveGiven => {
    return {
      region: names[at] ?? "",
      live: liveIn(region),
      candidate: { artifact: artifact("b"), count: 2 },
      bake: duration(1_000 + at * 500),
      alarms: [],
    };
  });
  const [first, ...others] = waves;
  if (!first) throw new Error("a release has a wave");
  const rollout = {
    weights,
    bake: duration(1),
    finalBake: duration(500),
    keepWarm: duration(500),
    approval,
    startWithin: duration(30_000),
  };
  return seal(planWaves({ ...rest, service: "web", rollback, rollout, waves: [first, ...others] }));
}

/** What the controllers of a test see of a region. */
type Lend = (there: World, name: string) => World;

/** Plays it to its end. */
export async function playWaves(waves: Waves, lend: Lend = (there) => there): Promise<Told> {
  const sealed = sealedFor(waves);
  const given = waves.regions.map(({ liveSlot, candidate }, at) => {
    const versions = new Map([[artifact("b").digest, { ...sound, ...behaviourOf(candidate) }]]);
    return [names[at] ?? "", { candidate: otherSlot(liveSlot), script: { ...calm, versions } }] as const;
  });
  const world = simulatedRegions(Object.fromEntries(given), waves.seed);
  await goLive(world, sealed.plan);
  const { release } = sealed.plan;
  await take({ ...newController(world, holder(), () => {}), ledger: world.ledger, clock: world.clock }, () => release);
  await record(world.ledger, "planned", sealed, { release, at: world.clock.now(), holder: holder() });
  const lent = { ...world, region: (name: string) => lend(world.region(name), name) };
  const stage: Played = { world: lent, sealed, diedAt: new Map(), over: new AbortController(), turns: 0, controllers: 0, skewed: () => 0 };
  const wrongs: string[] = [];
  watchTraffic(world, sealed.plan, wrongs);
  const people = [...waves.asks.map(({ after, what }) => askAfter(stage, after, what)), comeBack(stage)];
  await generations(stage, waves.kills);
  stage.over.abort();
  await Promise.all(people);
  return { waves, world, plan: sealed.plan, entries: await world.ledger.read(), diedAt: stage.diedAt, wrongs };
}

/** The live version up in each region and under traffic, as the ledger says. */
async function goLive(world: SimulatedRegions, plan: ReleasePlan): Promise<void> {
  const where = () => ({ release: plan.release, at: world.clock.now(), holder: holder() });
  for (const { region, live } of wavesOf(plan)) {
    while ((await world.region(region).fleet.start(live.slot, live.artifact, live.count)).is !== "done") world.clock.advance(100);
    await record(world.ledger, "seeded", { live, where: whereOf("web", region) }, where());
    await world.regions[region]?.traffic.send(100, plan.kinds);
  }
  world.clock.advance(2_000);
}

export const wavesOf = ({ spread }: ReleasePlan): readonly Wave[] => spread?.waves ?? [];

function watchTraffic({ clock, regions }: SimulatedRegions, plan: ReleasePlan, wrongs: string[]): void {
  clock.onTick((now) => {
    for (const { region, live, candidate } of wavesOf(plan)) {
      const there = regions[region];
      const share = there?.split.share(candidate.slot) ?? 0;
      const idle = share > 0 && !there?.fleet.running(candidate.slot)?.healthy;
      const gone = share < 100 && !there?.fleet.running(live.slot)?.healthy;
      if ((idle || gone) && wrongs.length < 3) wrongs.push(`${region} at ${now}: ${share} % on the candidate, and nothing healthy there`);
    }
  });
}

/** What must be true of every release in waves, whatever happened to it. Throws on the first that is not. */
export async function checkWaves(told: Told): Promise<string> {
  const environment = foldLedger(told.entries);
  const { release } = environment;
  ok(release?.ended, "the release has not ended");
  const { outcome } = release.ended;
  deepEqual(told.wrongs, []);
  equal(environment.held, undefined);
  const stays = (region: string) => outcome === "released" || (told.waves.rollback === "wave" && wasThrough(told, region));
  for (const wave of wavesOf(told.plan)) {
    const there = told.world.regions[wave.region];
    ok(there);
    movedAlongThePlan(told.waves, there, stays(wave.region));
    await standsAs(there, wave, stays(wave.region));
    deepEqual(environment.lives[whereOf("web", wave.region)], stays(wave.region) ? wave.candidate : wave.live);
    equal(new Set(startsOf(there, wave)).size, startsOf(there, wave).length, "a candidate was started twice");
  }
  inOrder(told);
  if (outcome === "blocked") ok(Object.values(told.world.regions).every(({ weights }) => weights.length === 0));
  oneInCharge(told);
  replayIsState(told.entries);
  return outcome;
}

/** Up one planned step at a time; and where it did not stay, back to 0 in one. */
function movedAlongThePlan({ weights }: Waves, there: SimulatedWorld, stays: boolean): void {
  const up = there.weights.filter((weight) => weight > 0);
  deepEqual(up, stays ? weights : weights.slice(0, up.length));
  deepEqual(there.weights, [...up, ...(stays || up.length === 0 ? [] : [0])]);
}

async function standsAs(there: SimulatedWorld, { live, candidate }: Wave, released: boolean): Promise<void> {
  const [runs, rests] = released ? [candidate, live] : [live, candidate];
  equal(await there.router.weight(), released ? 100 : 0);
  equal(there.fleet.running(runs.slot)?.digest, runs.artifact.digest);
  ok(there.fleet.running(runs.slot)?.healthy);
  equal(there.fleet.running(rests.slot), undefined);
}

const startsOf = ({ effects }: SimulatedWorld, { candidate }: Wave) =>
  effects.filter((effect) => effect === `start ${candidate.artifact.version} in ${candidate.slot}`);

const stepsOf = ({ plan }: Told, region: string) => plan.steps.filter(({ wave = region }) => wave === region).map(({ id }) => id);

const doneAt = ({ entries }: Told, step: string) => entries.find((entry) => entry.kind === "done" && entry.step === step)?.position;

const wasThrough = (told: Told, region: string): boolean => stepsOf(told, region).every((step) => doneAt(told, step) !== undefined);

/** No wave begins before the one before it has passed its last bake, and none after the release has turned back. */
function inOrder(told: Told): void {
  const back = told.entries.find(({ kind }) => kind === "turned-back")?.position ?? Number.POSITIVE_INFINITY;
  for (const [at, { region }] of wavesOf(told.plan).entries()) {
    const began = told.entries.find(({ kind, step }) => kind === "started" && stepsOf(told, region).includes(step))?.position;
    if (began === undefined) {
      deepEqual(told.world.regions[region]?.effects.slice(1), [], `${region} has not begun, and was changed`);
      continue;
    }
    ok(began < back, `${region} began after the release was turned back`);
    const before = wavesOf(told.plan)[at - 1]?.region;
    const passed = before === undefined ? -1 : doneAt(told, `bake-final@${before}`);
    ok(passed !== undefined && passed < began, `${region} began before ${before} had passed`);
  }
}
