import { UserError } from "../../lib/base/errors.ts";
import { duration, type Instant, instant } from "../../lib/base/time.ts";
import type { Entry } from "../../lib/ports/ledger.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, record, run } from "../../lib/release/controller.ts";
import type { Request } from "../../lib/release/facts.ts";
import type { ReleasePlan, SealedPlan } from "../../lib/release/plan.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { dawn } from "../../lib/worlds/simulated/clock.ts";
import type { Behaviour } from "../../lib/worlds/simulated/script.ts";
import type { SimulatedWorld } from "../../lib/worlds/simulated/world.ts";
import { Killed, mortal } from "./mortal.ts";
import { begin, holder, type Scenario, scenario, unhurried } from "./scenario.ts";
import type { Kill, Span, Story, Version } from "./story.ts";

/** What became of a story. */
export interface Ending {
  readonly story: Story;
  readonly world: SimulatedWorld;
  readonly plan: ReleasePlan;
  readonly entries: readonly Entry[];
  /** Turns of all controllers together. */
  readonly turns: number;
  /** How many controllers took part, rivals included. */
  readonly controllers: number;
  /** Simulated milliseconds from the plan to the end. */
  readonly took: number;
  /** What was wrong with the traffic on the way, and who took part who must not. */
  readonly wrongs: readonly string[];
  /** When others could see that a controller was gone, by pid. */
  readonly diedAt: ReadonlyMap<number, Instant>;
}

/** Whatever is played, while controllers live and die in it. */
export interface Played {
  readonly world: World & Pick<SimulatedWorld, "clock" | "gone">;
  readonly sealed: SealedPlan;
  readonly diedAt: Map<number, Instant>;
  /** Aborts once the release has ended. */
  readonly over: AbortController;
  turns: number;
  controllers: number;
  /** How wrong the clock of a controller is at a time. */
  readonly skewed: Skewed;
}

/** By the pid of a controller and the true time, how many milliseconds its clock is ahead. */
export type Skewed = (pid: number, now: Instant) => number;

/** A story while it is played. */
interface Stage extends Scenario, Played {
  readonly world: SimulatedWorld;
  readonly start: Instant;
  readonly wrongs: string[];
}

/** After so long somebody comes back and lets go on what waits for people. */
const awayFor = 40_000;

/** Plays a story to its end. */
export async function play(story: Story, skewed: Skewed = () => 0, from = scenario(choicesOf(story))): Promise<Ending> {
  await begin(from, story.rate);
  const stage: Stage = {
    ...from,
    start: from.world.clock.now(),
    wrongs: [],
    diedAt: new Map(),
    over: new AbortController(),
    turns: 0,
    controllers: 0,
    skewed,
  };
  watchTraffic(stage);
  const people = [...story.asks.map(({ after, what }) => askAfter(stage, after, what)), comeBack(stage)];
  const rivals = story.rivals.map((after, index) => rival(stage, after, 1_000 + index));
  await generations(stage, story.kills);
  stage.over.abort();
  await Promise.all([...people, ...rivals]);
  const entries = await from.world.ledger.read();
  const took = (foldLedger(entries).release?.ended?.at ?? from.world.clock.now()) - stage.start;
  const { world, sealed, turns, controllers, wrongs, diedAt } = stage;
  return { story, world, plan: sealed.plan, entries, turns, controllers, took, wrongs, diedAt };
}

export function choicesOf(story: Story): Parameters<typeof scenario>[0] {
  const { weights, approval, minRequests, topUp, gates, seed, liveSlot, diskFullFrom, migration } = story;
  const during = (now: Instant, span: Span | undefined) => span !== undefined && now - dawn >= span.from && now - dawn < span.to;
  const [bake, finalBake, keepWarm] = [duration(story.bake), duration(story.finalBake), duration(story.keepWarm)];
  return {
    seed,
    liveSlot,
    migrate: migration && { command: "node migrate.js", within: duration(5_000) },
    gates,
    live: behaviourOf(story.live),
    candidate: behaviourOf(story.candidate),
    reading: { every: duration(story.every), minRequests, dataLimit: duration(story.dataLimit), topUp },
    rollout: { weights, bake, finalBake, keepWarm, approval },
    script: {
      meterReads: (now) => !during(now, story.blind),
      trafficFlows: (now) => !during(now, story.quiet),
      shiftsWithin: duration(story.shiftsWithin),
      ends: () => ({ takes: duration(migration?.takes ?? 0), exit: migration?.exit ?? 0 }),
      diskFullFrom: diskFullFrom ?? Number.POSITIVE_INFINITY,
    },
  };
}

export function behaviourOf({ startsWithin, stopsWithin, illness }: Version): Partial<Behaviour> {
  const ill = (weight: number, age: number) => illness !== undefined && weight >= illness.fromWeight && age >= illness.fromAge;
  return {
    startsWithin: startsWithin === undefined ? undefined : duration(startsWithin),
    stopsWithin: duration(stopsWithin),
    failureRate: (weight, age) => (illness && ill(weight, age) ? illness.failureRate : 0),
    latency: (random, weight) => 5 + 10 * random + (illness && weight >= illness.fromWeight ? illness.latency : 0),
    crashes: (weight, age) => (illness && ill(weight, age) ? illness.restarts : 0),
  };
}

/** At no tick may traffic go where nothing healthy runs. */
function watchTraffic({ world, sealed: { plan }, wrongs }: Stage): void {
  const { candidate, live } = plan;
  world.clock.onTick((now) => {
    const share = world.split.share(candidate.slot);
    const idle = share > 0 && !world.fleet.running(candidate.slot)?.healthy ? candidate : undefined;
    const gone = share < 100 && !world.fleet.running(live.slot)?.healthy ? live : undefined;
    for (const bad of [idle, gone])
      if (bad && wrongs.length < 3) wrongs.push(`at +${now - dawn}: ${share} % on the candidate, nothing healthy in ${bad.slot}`);
  });
}

/** One controller after the other, until one sees the end of the release. */
export async function generations(stage: Played, kills: readonly Kill[]): Promise<void> {
  for (const [index, kill] of [...kills, undefined].entries()) {
    const pid = index + 1;
    if (await live(stage, pid, kill)) return;
    if (kill?.seen) {
      stage.world.gone.add(pid);
      stage.diedAt.set(pid, stage.world.clock.now());
    }
    await stage.world.clock.wait(duration(kill?.nextAfter ?? 0));
  }
}

/** The life of one controller, which tries again while another one is in charge. True if it saw the end, false if it was killed. */
async function live(stage: Played, pid: number, kill: Kill | undefined): Promise<boolean> {
  const lent = mortal(stage.world, kill);
  const controller = newController(byItsClock(lent.world, stage, pid), holder(pid), () => {});
  stage.controllers += 1;
  try {
    for (;;) {
      try {
        await run(controller, unhurried);
        return true;
      } catch (error) {
        if (!(error instanceof UserError && error.code === "release/held")) throw error;
        await lent.world.clock.wait(duration(1_000));
      }
    }
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  } finally {
    stage.turns += lent.turns();
  }
}

/** The world as a host with a wrong clock has it. Its meter is asked by that clock and tells all the same, which is the worst for a bake. */
function byItsClock(world: World, { skewed }: Played, pid: number): World {
  const ahead = () => skewed(pid, world.clock.now());
  return {
    ...world,
    clock: { wait: world.clock.wait, now: () => instant(world.clock.now() + ahead()) },
    meter: {
      delay: world.meter.delay,
      alarms: world.meter.alarms,
      read: ({ from, to }) => world.meter.read({ from: instant(from - ahead()), to: instant(to - ahead()) }),
    },
  };
}

/** A second controller beside the others. It may take part only where the one in charge died. */
async function rival(stage: Stage, after: number, pid: number): Promise<void> {
  await stage.world.clock.wait(duration(after), stage.over.signal);
  const lent = mortal(stage.world, undefined);
  stage.controllers += 1;
  try {
    await run(
      newController(byItsClock(lent.world, stage, pid), holder(pid), () => {}),
      unhurried,
    );
  } catch (error) {
    if (!(error instanceof UserError && error.code === "release/held")) throw error;
  } finally {
    stage.turns += lent.turns();
  }
}

async function ask({ world, sealed }: Played, what: Request): Promise<boolean> {
  const { release } = foldLedger(await world.ledger.read());
  if (!release || release.ended) return false;
  await record(world.ledger, "asked", { what, by: "ann" }, { release: sealed.plan.release, at: world.clock.now(), holder: holder(500) });
  return true;
}

export async function askAfter(stage: Played, after: number, what: Request): Promise<void> {
  await stage.world.clock.wait(duration(after), stage.over.signal);
  await ask(stage, what);
}

/** Whoever paused a release or let it wait for approval comes back in the end. */
export async function comeBack(stage: Played): Promise<void> {
  await stage.world.clock.wait(duration(awayFor), stage.over.signal);
  if (await ask(stage, "approve")) await ask(stage, "resume");
}
