import { createHash } from "node:crypto";
import { type Outcome, otherSlot, type Slot, type Weight, weight } from "../base/outcome.ts";
import { type Duration, duration, showDuration } from "../base/time.ts";
import type { Gate } from "../config/gate.ts";
import type { Artifact } from "../ports/artifact.ts";
import type { Check } from "../ports/probe.ts";
import type { RequestKind } from "../ports/traffic.ts";

/** One version in one slot. */
export interface Placement {
  readonly slot: Slot;
  readonly artifact: Artifact;
  readonly count: number;
}

/** The smallest thing a release does. What looking, doing and undoing mean for each kind stands in `steps/`. */
export type Step = Named &
  (
    | { readonly kind: "migrate"; readonly command: string; readonly within: Duration }
    | { readonly kind: "start"; readonly within: Duration }
    | { readonly kind: "probe" }
    | { readonly kind: "self-test" }
    | { readonly kind: "approval" }
    | { readonly kind: "shift"; readonly weight: Weight }
    | { readonly kind: "bake"; readonly weight: Weight; readonly span: Duration }
    | { readonly kind: "drain" }
    | { readonly kind: "keep-warm"; readonly span: Duration }
    | { readonly kind: "retire" }
    | { readonly kind: "deploy"; readonly by: string; readonly weights: readonly Weight[]; readonly every: Duration }
    | { readonly kind: "settle"; readonly by: string; readonly span: Duration }
  );

interface Named {
  readonly id: string;
  /** The region whose wave it belongs to; absent where there is one wave. */
  readonly wave?: string;
}

type StepKind = Step["kind"];

/** How the gates are read. */
export interface ReadingRules {
  /** Time between two readings. */
  readonly every: Duration;
  /** With fewer requests in its window a gate says `wait`. */
  readonly minRequests: number;
  /** How long `wait` may last after the bake before it is `fail`. */
  readonly dataLimit: Duration;
  /** Whether synthetic requests fill up what is missing. */
  readonly topUp: boolean;
}

/** One region's part of a release. What is live there may be in another slot than elsewhere, where a region was once turned back alone. */
export interface Wave {
  readonly region: string;
  readonly live: Placement;
  readonly candidate: Placement;
  /** The alarms that a gate on alarms watches there; absent where none did. */
  readonly alarms?: readonly string[];
}

/** Which service is released, wave by wave, and what goes back with a wave that fails: the waves before it too, or that one alone. */
export interface Spread {
  readonly service: string;
  readonly waves: readonly Wave[];
  readonly rollback: "all" | "wave";
}

/** The ordered steps of one release with gates, times and inverses. Pure data; computed before anything runs. */
export interface ReleasePlan {
  readonly release: string;
  readonly environment: string;
  /** Of several waves the first one's, and so is `candidate`. */
  readonly live: Placement;
  readonly candidate: Placement;
  /** Absent in a rehearsal, which has no places to tell apart. */
  readonly spread?: Spread;
  readonly steps: readonly Step[];
  readonly gates: readonly Gate[];
  readonly checks: readonly Check[];
  readonly reading: ReadingRules;
  /** What synthetic requests look like. */
  readonly kinds: readonly RequestKind[];
}

/** A plan that nobody can change unseen: every fold over the ledger checks the seal. */
export interface SealedPlan {
  readonly plan: ReleasePlan;
  /** SHA-256 over the plan's canonical JSON. */
  readonly hash: string;
}

/** The pace of a release, from the configuration's `rollout`; weights are the candidate's shares in %, rising to 100. */
export interface Rollout {
  readonly weights: readonly number[];
  readonly bake: Duration;
  readonly finalBake: Duration;
  readonly keepWarm: Duration;
  readonly approval: boolean;
  /** How long a copy may take from its start until it is healthy. */
  readonly startWithin: Duration;
}

/** A copy that comes up for the second time must not be the end of a release; the rest is for the world, which has to find it a place. */
const startLimit = (startWithin: Duration): Duration => duration(20 * 60_000 + 2 * startWithin);

/** The command that changes the schema of the data for the candidate, and how long it may take. */
export interface SchemaChange {
  readonly command: string;
  readonly within: Duration;
}

type Given = Omit<ReleasePlan, "steps" | "candidate" | "spread"> & {
  readonly candidate: Omit<Placement, "slot">;
  readonly rollout: Rollout;
  readonly migrate?: SchemaChange | undefined;
};

/**
 * Computes the steps of a release: the data migrated, if it is, the candidate up and proven at 0 %, then each weight with its bake, then the old
 * version down.
 */
export function planRelease({ rollout, candidate, migrate, ...rest }: Given): ReleasePlan {
  const steps = [...stepsBefore(migrate), ...stepsUp(rollout), ...stepsDown(rollout)];
  return { ...rest, candidate: { ...candidate, slot: otherSlot(rest.live.slot) }, steps };
}

/** What is done once in a release, however many regions it goes through. */
export const stepsBefore = (migrate: SchemaChange | undefined): readonly Step[] =>
  migrate ? [{ id: "migrate", kind: "migrate", ...migrate }] : [];

/** The steps until the candidate has all traffic and the old version none. */
export function stepsUp(rollout: Rollout): readonly Step[] {
  const shifts = rollout.weights.flatMap((share): Step[] => [
    { id: `shift-${share}`, kind: "shift", weight: weight(share) },
    { id: `bake-${share}`, kind: "bake", weight: weight(share), span: rollout.bake },
  ]);
  return [
    { id: "start", kind: "start", within: startLimit(rollout.startWithin) },
    { id: "probe", kind: "probe" },
    { id: "self-test", kind: "self-test" },
    ...(rollout.approval ? [{ id: "approval", kind: "approval" } as const] : []),
    ...shifts,
    { id: "bake-final", kind: "bake", weight: weight(100), span: rollout.finalBake },
    { id: "drain", kind: "drain" },
  ];
}

/** The steps by which the old version goes: afterwards the way back is another release. */
export function stepsDown(rollout: Rollout): readonly Step[] {
  return [
    { id: "keep-warm", kind: "keep-warm", span: rollout.keepWarm },
    { id: "retire", kind: "retire" },
  ];
}

/** The same JSON for the same plan, whatever order its keys were made in. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value);
}

function sealOf(plan: ReleasePlan): string {
  return createHash("sha256").update(canonical(plan)).digest("hex");
}

/** Fixes a plan before anything runs: what is done and undone later is what people saw. */
export function seal(plan: ReleasePlan): SealedPlan {
  return { plan, hash: sealOf(plan) };
}

/** Whether a plan that was read back is the one that was sealed. */
export function sealHolds(sealed: SealedPlan): boolean {
  return sealOf(sealed.plan) === sealed.hash;
}

/** The part of a comparison's chance of a false abort that the self-test may use up. */
const selfTestShare = 0.05;

/**
 * The part of a comparison's chance of a false abort that its window at this weight may use up; 0 stands for the self-test. All parts of a
 * release come to 1, so the chance holds for the release. Most goes to the weights that tell most: evidence grows with the product of both
 * shares. Of several waves each has the same part. The plan is that of the wave.
 */
export function comparedShare({ steps, spread }: Pick<ReleasePlan, "steps" | "spread">, at: number): number {
  const waves = spread?.waves.length ?? 1;
  if (at === 0) return selfTestShare / waves;
  const tells = (share: number) => share * (100 - share);
  const weights = steps.flatMap((step) => (step.kind === "shift" ? [step.weight] : step.kind === "deploy" ? step.weights : []));
  const all = weights.reduce((sum, share) => sum + tells(share), 0);
  return all === 0 ? 0 : ((1 - selfTestShare) * tells(at)) / all / waves;
}

/**
 * The plan as a wave's own steps see it: their versions, slots and weights, and no others. With one wave it is the plan itself.
 */
export function planIn(plan: ReleasePlan, wave: string | undefined): ReleasePlan {
  if (wave === undefined || !plan.spread) return plan;
  const found = plan.spread.waves.find(({ region }) => region === wave);
  if (!found) throw new Error(`the plan of ${plan.release} has no wave ${wave}`);
  const { live, candidate, alarms } = found;
  const gates = plan.gates.map((gate) => (gate.kind === "alarms" && alarms ? { ...gate, names: alarms } : gate));
  return { ...plan, live, candidate, gates, steps: plan.steps.filter((step) => step.wave === wave) };
}

/** Which of several waves a line is about, for people; "" where there is one. */
const waveOf = ({ wave }: Step): string => (wave === undefined ? "" : `${wave}: `);

/** What a step does, for people. */
export function stepTitle(plan: ReleasePlan, step: Step): string {
  // One wait for the old versions of all waves.
  if (step.kind === "keep-warm" && step.wave !== undefined && plan.spread?.rollback === "all")
    return `keep the old version warm in every region for ${showDuration(step.span)}`;
  const { live, candidate } = planIn(plan, step.wave);
  const titles: { readonly [Kind in StepKind]: (step: Extract<Step, { kind: Kind }>) => string } = {
    migrate: ({ command }) => `migrate the data once with ${candidate.artifact.version}: ${command}`,
    start: () => `start ${candidate.artifact.version} in ${candidate.slot} (${candidate.count} instances)`,
    probe: () => `probe ${candidate.slot} through its test address`,
    "self-test": () => "prove that each gate can be read and can trip",
    approval: () => "wait for approval",
    shift: ({ weight: share }) => `shift to ${share} % on ${candidate.slot}`,
    bake: ({ id, weight: share, span }) => `${id.startsWith("bake-final") ? "final bake" : "bake"} at ${share} % for ${showDuration(span)}`,
    drain: () => `drain ${live.slot}`,
    "keep-warm": ({ span }) => `keep ${live.slot} warm for ${showDuration(span)}`,
    retire: () => `stop ${live.artifact.version} in ${live.slot}`,
    deploy: ({ by, weights, every }) =>
      `let ${by} move callers to ${candidate.artifact.version} in ${candidate.slot}: ${weights.join(", ")} %${weights.length > 1 ? `, ${showDuration(every)} apart` : ""}`,
    settle: ({ by, span }) => `let ${by} keep ${live.slot} for ${showDuration(span)} and end it`,
  };
  // The map holds one function per kind, so the one picked by a step's kind takes that step.
  return waveOf(step) + (titles[step.kind] as (step: Step) => string)(step);
}

/** How a step is undone, for people; "" where there is nothing to undo. */
export function undoTitle(plan: ReleasePlan, step: Step): string {
  const { live, candidate } = planIn(plan, step.wave);
  const titles: Record<StepKind, string> = {
    migrate: "",
    start: `stop ${candidate.slot}`,
    probe: "",
    "self-test": "",
    approval: "",
    shift: `all traffic back to ${live.slot}`,
    bake: "",
    drain: "",
    "keep-warm": "",
    retire: `start ${live.artifact.version} in ${live.slot} again`,
    deploy: step.kind === "deploy" ? `let ${step.by} give ${live.slot} all traffic again` : "",
    settle: "",
  };
  return titles[step.kind] && waveOf(step) + titles[step.kind];
}

/** A gate with its limit in one phrase, the same in plan, views and report. */
export function gateTitle(gate: Gate): string {
  const titles: { readonly [Kind in Gate["kind"]]: (gate: Extract<Gate, { kind: Kind }>) => string } = {
    "error-rate": ({ max }) => `error rate ≤ ${percent(max)}`,
    latency: ({ quantile, max }) => `p${Number((quantile * 100).toFixed(2))} ≤ ${showDuration(max)}`,
    health: () => "all instances healthy",
    compare: ({ falseAborts }) => `no worse than live (false aborts ≤ ${percent(falseAborts)})`,
    alarms: ({ names }) => (names.length === 0 ? "no alarm fires" : `no alarm fires (${names.length} watched)`),
    command: ({ command }) => `command: ${command}`,
  };
  return (titles[gate.kind] as (gate: Gate) => string)(gate);
}

/** The alarms that gates watch. */
export const alarmsIn = (gates: readonly Gate[]): readonly string[] => gates.flatMap((gate) => (gate.kind === "alarms" ? gate.names : []));

/** A share from 0 to 1 as people read it, with at most two digits after the point. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** How a turned-back release may end. */
export type TurnedBackOutcome = Extract<Outcome, "rolled-back" | "aborted" | "blocked" | "superseded">;

/** A number of requests that Sluice sent itself, for people. */
export function syntheticRequests(count: number): string {
  return count === 1 ? "1 synthetic request" : `${count} synthetic requests`;
}
