import { otherSlot, type Slot } from "../base/outcome.ts";
import type { Duration } from "../base/time.ts";
import type { World } from "../ports/world.ts";
import {
  type Placement,
  type ReleasePlan,
  type Rollout,
  type SchemaChange,
  type Spread,
  type Step,
  stepsBefore,
  stepsDown,
  stepsUp,
  type Wave,
} from "./plan.ts";

/** One region as its wave is planned. */
export interface WaveGiven {
  readonly region: string;
  readonly live: Placement;
  readonly candidate: Omit<Placement, "slot">;
  /** How long the gates must hold there at each weight. */
  readonly bake: Duration;
  /** The alarms that a gate on alarms watches there. */
  readonly alarms: readonly string[];
}

type Given = Omit<ReleasePlan, "steps" | "live" | "candidate" | "spread"> &
  Pick<Spread, "service" | "rollback"> & {
    readonly rollout: Rollout;
    readonly waves: readonly [WaveGiven, ...WaveGiven[]];
    readonly migrate?: SchemaChange | undefined;
  };

/**
 * Computes the steps of a release region by region: each wave begins when the one before it has passed its last bake. A person approves once, for
 * all, and the data is migrated once, in the first. Where a failed wave takes the others back with it, the old versions stay until the last one has passed.
 */
export function planWaves({ service, rollback, rollout, waves, migrate, ...rest }: Given): ReleasePlan {
  const spread: Spread = { service, rollback, waves: waves.map(waveOf) };
  const { live, candidate } = waveOf(waves[0]);
  const before = stepsBefore(migrate).map(named(waves[0], waves));
  const steps = [...before, ...(rollback === "all" ? allStay(waves, rollout) : oneByOne(waves, rollout))];
  return { ...rest, live, candidate, spread, steps };
}

const waveOf = ({ region, live, candidate, alarms }: WaveGiven): Wave => ({
  region,
  live,
  alarms,
  candidate: { ...candidate, slot: otherSlot(live.slot) },
});

type Waves = readonly [WaveGiven, ...WaveGiven[]];

const paceOf = (rollout: Rollout, { bake }: WaveGiven, at: number): Rollout => ({
  ...rollout,
  bake,
  approval: rollout.approval && at === 0,
});

const oneByOne = (waves: Waves, rollout: Rollout): readonly Step[] =>
  waves.flatMap((wave, at) => {
    const pace = paceOf(rollout, wave, at);
    return [...stepsUp(pace), ...stepsDown(pace)].map(named(wave, waves));
  });

function allStay(waves: Waves, rollout: Rollout): readonly Step[] {
  const last = waves.at(-1) ?? waves[0];
  const down = stepsDown(rollout);
  return [
    ...waves.flatMap((wave, at) => stepsUp(paceOf(rollout, wave, at)).map(named(wave, waves))),
    ...down.filter(({ kind }) => kind === "keep-warm").map(named(last, waves)),
    ...waves.flatMap((wave) => down.filter(({ kind }) => kind === "retire").map(named(wave, waves))),
  ];
}

/** With one wave there is nothing to tell it from: its steps are those of a rehearsal. */
const named =
  ({ region }: WaveGiven, waves: Waves) =>
  (step: Step): Step =>
    waves.length > 1 ? { ...step, id: `${step.id}@${region}`, wave: region } : step;

/** The waves of a plan that has several, in their order. */
export const wavesOf = ({ spread }: Pick<ReleasePlan, "spread">): readonly Wave[] =>
  spread && spread.waves.length > 1 ? spread.waves : [];

/** What a wave's steps act on. */
export function worldIn(world: World, wave: string | undefined): World {
  if (wave === undefined) return world;
  if (!world.region) throw new Error(`this world has no regions, and the plan has a wave in ${wave}`);
  return world.region(wave);
}

/**
 * What a plan acts on: one world where it has one wave or none, else that of its first one, with those of all by their regions, over the same
 * ledger.
 */
export function worldOf(plan: ReleasePlan, open: (candidate: Slot, region?: string) => World): World {
  const waves = wavesOf(plan);
  if (waves.length === 0) return open(plan.candidate.slot, plan.spread?.waves[0]?.region);
  const worlds = new Map(waves.map((wave) => [wave.region, open(wave.candidate.slot, wave.region)]));
  const [first] = worlds.values();
  const region = (name: string): World => {
    const found = worlds.get(name);
    if (!first || !found) throw new Error(`the plan has no wave in ${name}`);
    return { ...found, ledger: first.ledger };
  };
  return { ...region(waves[0]?.region ?? ""), region };
}

/** How the ledger calls a service in a region. */
export const whereOf = (service: string, region: string): string => `${service}/${region}`;

/**
 * What the ledger says is live of a service in a region. One from before there were several tells of the first service in the ledger's own region
 * without a name.
 */
export function liveTold(
  { live, lives }: Living,
  { service, region, isFirst }: { readonly service: string; readonly region: string; readonly isFirst: boolean },
): Placement | undefined {
  return lives[whereOf(service, region)] ?? (isFirst ? live : undefined);
}

interface Living {
  readonly live: Placement | undefined;
  readonly lives: Readonly<Record<string, Placement>>;
}

/** A release as far as its waves go. */
interface Waving {
  readonly sealed: { readonly plan: ReleasePlan };
  readonly steps: readonly { readonly step: Step; readonly is: "waiting" | "running" | "done" | "undone" }[];
}

/** Whether a wave is through and stays, whatever becomes of those after it. */
export function isSettled({ sealed: { plan }, steps }: Waving, wave: string | undefined): boolean {
  return wave !== undefined && plan.spread?.rollback === "wave" && steps.every(({ step, is }) => step.wave !== wave || is === "done");
}

/** Whether all callers of a wave have the candidate, and it has held its last bake there. */
export function isThrough({ steps }: Waving, wave: string): boolean {
  const bakes = steps.filter(({ step }) => step.wave === wave && step.kind === "bake");
  return bakes.length > 0 && bakes.every(({ is }) => is === "done");
}

/** Whether what a step did is taken back when the release is turned back: not in a wave that stays. */
export const isTakenBack = (release: Waving, { step }: { readonly step: Step }): boolean => !isSettled(release, step.wave);

/** The wave that a release is in; undefined where it has one place. */
export function waveNow({ steps }: Waving): string | undefined {
  return (steps.find(({ is }) => is === "waiting" || is === "running") ?? steps.at(-1))?.step.wave;
}

/** What is live in the regions after a release, by `whereOf`: of one that was not released only where a wave stays. */
export function passedBy(release: Waving, released: boolean): Readonly<Record<string, Placement>> {
  const { spread } = release.sealed.plan;
  const passed = released ? (spread?.waves ?? []) : wavesOf(release.sealed.plan).filter(({ region }) => isSettled(release, region));
  return Object.fromEntries(passed.map(({ region, candidate }) => [whereOf(spread?.service ?? "", region), candidate]));
}
