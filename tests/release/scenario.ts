import type { Slot } from "../../lib/base/outcome.ts";
import { duration } from "../../lib/base/time.ts";
import type { Gate } from "../../lib/config/gate.ts";
import type { Holder } from "../../lib/ports/ledger.ts";
import type { RequestKind } from "../../lib/ports/traffic.ts";
import { type Controller, newController, record, run, take } from "../../lib/release/controller.ts";
import { planRelease, type ReadingRules, type Rollout, type SchemaChange, type SealedPlan, seal } from "../../lib/release/plan.ts";
import { type Environment, foldLedger, type Release } from "../../lib/release/state.ts";
import { type Behaviour, calm, type Script, sound } from "../../lib/worlds/simulated/script.ts";
import { type SimulatedWorld, simulatedWorld } from "../../lib/worlds/simulated/world.ts";

export const artifact = (letter: string) => ({
  digest: letter.repeat(64),
  version: `v${letter}`,
  file: `${letter}.tar`,
  start: "node server.js",
});

export const holder = (pid = 1): Holder => ({ name: "test", host: "here", pid, started: String(pid) });

export interface Choices {
  readonly live?: Partial<Behaviour>;
  readonly candidate?: Partial<Behaviour>;
  readonly script?: Partial<Script>;
  readonly rollout?: Partial<Rollout>;
  readonly reading?: Partial<ReadingRules>;
  readonly gates?: readonly Gate[];
  readonly kinds?: readonly RequestKind[];
  readonly seed?: number;
  readonly liveSlot?: Slot;
  readonly migrate?: SchemaChange | undefined;
}

export interface Scenario {
  readonly world: SimulatedWorld;
  readonly sealed: SealedPlan;
  readonly controller: Controller;
}

/** A plan and a world to run it in, with bakes of two seconds. */
export function scenario(choices: Choices = {}): Scenario {
  const live = { slot: choices.liveSlot ?? "blue", artifact: artifact("a"), count: 2 } as const;
  const sealed = seal(
    planRelease({
      release: "r-1",
      environment: "rehearsal",
      live,
      candidate: { artifact: artifact("b"), count: 2 },
      migrate: choices.migrate,
      gates: choices.gates ?? [
        { kind: "error-rate", max: 0.02 },
        { kind: "latency", quantile: 0.95, max: duration(250) },
        { kind: "health" },
        { kind: "compare", falseAborts: 0.005 },
      ],
      checks: [{ kind: "http", method: "GET", path: "/health", status: [200], timeout: duration(1_000) }],
      reading: { every: duration(250), minRequests: 50, dataLimit: duration(3_000), topUp: true, ...choices.reading },
      kinds: choices.kinds ?? [{ method: "GET", path: "/", share: 1 }],
      rollout: {
        weights: [10, 50, 100],
        bake: duration(2_000),
        finalBake: duration(2_000),
        keepWarm: duration(1_000),
        startWithin: duration(30_000),
        approval: false,
        ...choices.rollout,
      },
    }),
  );
  const versions = new Map([
    [artifact("a").digest, { ...sound, ...choices.live }],
    [artifact("b").digest, { ...sound, ...choices.candidate }],
  ]);
  const world = simulatedWorld(sealed.plan.candidate.slot, { ...calm, versions, ...choices.script }, choices.seed ?? 1);
  return { world, sealed, controller: newController(world, holder(), () => {}) };
}

/** Puts the live version up with traffic on it, as a rehearsal does before its release. */
export async function goLive({ world, sealed, controller }: Scenario, rate = 200): Promise<void> {
  const { live } = sealed.plan;
  for (;;) {
    const result = await world.fleet.start(live.slot, live.artifact, live.count);
    if (result.is === "done") break;
    world.clock.advance(100);
  }
  await record(world.ledger, "seeded", { live }, { release: sealed.plan.release, at: world.clock.now(), holder: controller.holder });
  await world.traffic.send(rate, sealed.plan.kinds);
  world.clock.advance(2_000);
}

/** The live version up and under traffic, the lock taken, the plan sealed and written down. */
export async function begin(from: Scenario, rate?: number): Promise<void> {
  const { world, sealed, controller } = from;
  await goLive(from, rate);
  await take({ ...controller, ledger: world.ledger, clock: world.clock }, () => sealed.plan.release);
  const where = { release: sealed.plan.release, at: world.clock.now(), holder: controller.holder };
  await record(world.ledger, "planned", sealed, where);
}

/** Whoever waits is not hurried. */
export const unhurried = { signal: () => new AbortController().signal };

export async function beginAndRun(
  from: Scenario,
  rate?: number,
): Promise<{ world: SimulatedWorld; release: Release; environment: Environment }> {
  await begin(from, rate);
  const release = await run(from.controller, unhurried);
  return { world: from.world, release, environment: foldLedger(await from.world.ledger.read()) };
}
