import type { GateLine, SlotNumbers } from "../base/events.ts";
import { exitCodes, type Outcome, type Slot } from "../base/outcome.ts";
import { type Instant, showDuration } from "../base/time.ts";
import type { Entry } from "../ports/ledger.ts";
import type { TrafficCount } from "../ports/traffic.ts";
import { type Fact, factOf } from "./facts.ts";
import { type Phase, phaseOf } from "./phase.ts";
import { gateTitle, type ReleasePlan, stepTitle, syntheticRequests, undoTitle, type Wave } from "./plan.ts";
import { foldLedger, type Release, type StepState, titleOf } from "./state.ts";
import { isSettled, wavesOf } from "./waves.ts";

/** One thing that happened. `after` is milliseconds since the plan was sealed. */
interface TimelineLine {
  readonly at: Instant;
  readonly after: number;
  readonly text: string;
  readonly gates?: readonly GateLine[];
}

interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly undo: string;
  readonly is: StepState["is"];
  readonly startedAt?: Instant;
  readonly ms?: number;
  /** What the gates last said in this step. */
  readonly gates: readonly GateLine[];
}

/** What became of one region. */
interface WaveReport {
  readonly region: string;
  readonly from: string;
  readonly candidate: Slot;
  readonly is: "released" | "turned back" | "not begun";
  /** What the router there saw, by slot. */
  readonly slots: Readonly<Partial<Record<Slot, SlotNumbers>>>;
}

/** Everything about one ended release. */
export interface Report {
  readonly v: 1;
  readonly release: string;
  readonly environment: string;
  readonly outcome: Outcome;
  readonly exit: number;
  readonly phase: Phase;
  readonly because: string;
  readonly details: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly digests: { readonly from: string; readonly to: string };
  readonly candidate: Slot;
  /** Where it was released, wave by wave; empty where there was one. */
  readonly waves: readonly WaveReport[];
  readonly seal: string;
  readonly startedAt: Instant;
  readonly ms: number;
  /** From the decision to turn back until the live version had all traffic again. */
  readonly recoveredInMs?: number;
  readonly gates: readonly string[];
  readonly steps: readonly StepReport[];
  readonly timeline: readonly TimelineLine[];
  /** What the router saw, by slot, from the plan to the end. */
  readonly slots: Readonly<Partial<Record<Slot, SlotNumbers & { readonly version: string }>>>;
  /** What the callers saw. */
  readonly callers: TrafficCount;
  readonly undid: readonly string[];
  readonly left: readonly string[];
}

/** What the ledger does not know. */
export interface Measured {
  readonly callers: TrafficCount;
  readonly slots: Readonly<Partial<Record<Slot, SlotNumbers>>>;
  /** The same by region, where there are several. */
  readonly regions?: Readonly<Record<string, Measured["slots"]>>;
}

/** Reads the report of the newest release out of its ledger. Throws if that release has not ended: that is our bug. */
export function reportOf(entries: readonly Entry[], { callers, slots, regions = {} }: Measured): Report {
  const { release } = foldLedger(entries);
  if (!release?.ended) throw new Error("a report needs a release that has ended");
  const { plan, hash } = release.sealed;
  const { ended, turnedBack, plannedAt: startedAt } = release;
  const facts = entries.filter((entry) => entry.release === release.id).map(factOf);
  const recovered = recoveredIn(release, facts);
  const versions: Record<Slot, string> = {
    [plan.live.slot]: plan.live.artifact.version,
    [plan.candidate.slot]: plan.candidate.artifact.version,
  } as Record<Slot, string>;
  return {
    v: 1,
    release: release.id,
    environment: plan.environment,
    outcome: ended.outcome,
    exit: exitCodes[ended.outcome],
    phase: phaseOf(release),
    because: ended.because,
    details: turnedBack?.details ?? [],
    from: plan.live.artifact.version,
    to: plan.candidate.artifact.version,
    digests: { from: plan.live.artifact.digest, to: plan.candidate.artifact.digest },
    candidate: plan.candidate.slot,
    waves: wavesOf(plan).map((wave) => waveReport(release, wave, regions[wave.region] ?? {})),
    seal: hash,
    startedAt,
    ms: ended.at - startedAt,
    ...(recovered === undefined ? {} : { recoveredInMs: recovered }),
    gates: plan.gates.map(gateTitle),
    steps: release.steps.map((state) => stepReport(plan, state)),
    timeline: facts.flatMap((fact) => timelineLine(fact, release, startedAt)),
    slots: Object.fromEntries(Object.entries(slots).map(([slot, numbers]) => [slot, { ...numbers, version: versions[slot as Slot] }])),
    callers,
    undid: ended.undid,
    left: ended.left,
  };
}

function waveReport(release: Release, { region, live, candidate }: Wave, slots: WaveReport["slots"]): WaveReport {
  const begun = release.steps.some(({ step, is }) => step.wave === region && is !== "waiting");
  const passed = release.ended?.outcome === "released" || isSettled(release, region);
  const is = passed ? "released" : begun ? "turned back" : "not begun";
  return { region, from: live.artifact.version, candidate: candidate.slot, is, slots };
}

function stepReport(plan: ReleasePlan, { step, is, startedAt, endedAt, gates }: StepState): StepReport {
  return {
    id: step.id,
    title: stepTitle(plan, step),
    undo: undoTitle(plan, step),
    is,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(startedAt === undefined || endedAt === undefined ? {} : { ms: endedAt - startedAt }),
    gates,
  };
}

/**
 * The first shift of a wave that was undone took all its traffic back, and the last wave's is the end of it; undefined where no traffic had moved
 * or nothing was turned back.
 */
function recoveredIn(release: Release, facts: readonly Fact[]): number | undefined {
  const back = release.turnedBack;
  if (!back) return undefined;
  const waves = new Map(
    release.steps.flatMap(({ step }) => (step.kind === "shift" || step.kind === "deploy" ? [[step.id, step.wave]] : [])),
  );
  const undone = facts.filter((fact) => fact.kind === "undone" && waves.has(fact.step));
  const firsts = undone.filter((fact, at) => undone.findIndex(({ step }) => waves.get(step) === waves.get(fact.step)) === at);
  const last = firsts.at(-1);
  return last && last.at - back.at;
}

function timelineLine(fact: Fact, release: Release, start: Instant): TimelineLine[] {
  const text = timelineText(fact, release);
  const gates = fact.kind === "verdict" || fact.kind === "turned-back" || fact.kind === "done" ? fact.body.gates : [];
  return text === "" ? [] : [{ at: fact.at, after: fact.at - start, text, ...(gates.length > 0 ? { gates } : {}) }];
}

function timelineText(fact: Fact, release: Release): string {
  const title = titleOf(release, fact.step);
  const startedAt = release.steps.find(({ step }) => step.id === fact.step)?.startedAt;
  switch (fact.kind) {
    case "planned":
      return `plan sealed as ${fact.body.hash.slice(0, 12)}`;
    case "started":
      return `began: ${title}`;
    case "noted":
      return fact.body.note;
    case "done":
      return `done: ${title}${startedAt === undefined ? "" : `, in ${showDuration(fact.at - startedAt)}`}`;
    case "undone":
      return `undid: ${fact.body.detail}`;
    case "undo-failed":
      return `could not undo "${title}": ${fact.body.because}`;
    case "verdict":
      return `gates say ${fact.body.is}: ${fact.body.because}`;
    case "topped-up":
      return `sent ${syntheticRequests(fact.body.requests)}`;
    case "asked":
      return `${fact.body.by} asked: ${fact.body.what}`;
    case "turned-back":
      return `turned back: ${fact.body.because}`;
    case "ended":
      return `ended: ${fact.body.outcome}`;
    case "seeded":
    case "notified":
    case "held":
      return "";
  }
}
