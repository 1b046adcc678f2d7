import { commandOn } from "../base/commands.ts";
import type { GateLine } from "../base/events.ts";
import { type Duration, duration, type Instant } from "../base/time.ts";
import type { Verdict } from "./gates.ts";
import type { Step, TurnedBackOutcome } from "./plan.ts";
import { currentStep, hasShifted, type Release, type StepState } from "./state.ts";
import { isTakenBack } from "./waves.ts";

/** What one look at the world showed. */
export interface Observation {
  readonly now: Instant;
  /** The gates over the current window, while the candidate has traffic; `blind` when the meter could not be read. */
  readonly verdict: Verdict | { readonly is: "blind"; readonly because: string } | undefined;
  /** How long after a request the numbers include it. */
  readonly delay: Duration;
  /** The ledger had to use its reserve: the disk is full. */
  readonly diskFull: boolean;
}

/**
 * What one turn does, exactly one thing; `turn-back` only writes down that the release goes back, and each `undo` after it takes back one
 * step.
 */
export type Decision =
  | { readonly do: "begin"; readonly state: StepState }
  /** Let the step's own hand act and say how far it is: for the last time, where the step is over the limit that `over` tells. */
  | { readonly do: "act"; readonly state: StepState; readonly over?: Duration }
  | { readonly do: "finish"; readonly state: StepState; readonly detail: string; readonly gates: readonly GateLine[] }
  | { readonly do: "record-verdict"; readonly state: StepState; readonly verdict: NonNullable<Observation["verdict"]> }
  | { readonly do: "top-up"; readonly state: StepState; readonly requests: number }
  | { readonly do: "wait"; readonly state: StepState; readonly because: string }
  | {
      readonly do: "turn-back";
      readonly because: string;
      readonly outcome: TurnedBackOutcome;
      readonly gates: readonly GateLine[];
    }
  | { readonly do: "undo"; readonly state: StepState }
  | { readonly do: "end" };

/** A step that could not be undone this often is left, and the release ends saying so. */
export const mostUndoFailures = 3;

/** What a release says that stands at its approval. */
export const waitsForApproval = ({ sealed: { plan } }: Release): string =>
  `waiting for approval; to go on: ${commandOn("sluice approve", plan.environment)}`;

/** A split that no listener and no name server has taken by then is not coming. */
const longestShift = duration(20 * 60_000);

/** At most this many synthetic requests go out in one turn, so that a turn stays short. */
const topUpAtOnce = 25;

/** The waves in which the world just refused to undo a step. */
export type Refused = ReadonlySet<string | undefined>;

/** Decides what to do next. Pure: everything it knows is what the ledger says, what was just seen and what was just refused. */
export function decide(release: Release, seen: Observation, refused: Refused = new Set()): Decision {
  if (release.turnedBack) return goingBack(release, refused);
  const back = reasonToTurnBack(release, seen);
  if (back) return { do: "turn-back", gates: seen.verdict && "gates" in seen.verdict ? seen.verdict.gates : [], ...back };
  const state = currentStep(release);
  if (!state) return { do: "end" };
  if (verdictChanged(release, seen) && (release.paused || state.is === "running")) {
    return { do: "record-verdict", state, verdict: seen.verdict };
  }
  if (release.paused)
    return { do: "wait", state, because: `paused; to go on: ${commandOn("sluice resume", release.sealed.plan.environment)}` };
  if (state.is === "waiting") return { do: "begin", state };
  return goingOn(release, state, seen);
}

function goingBack(release: Release, refused: Refused): Decision {
  // What cannot be undone in one wave keeps no other from going back.
  const failed = release.steps.flatMap(({ undoFailures, step }) => (undoFailures >= mostUndoFailures ? [step.wave] : []));
  const stuck = new Set([...failed, ...refused]);
  const left = release.steps.filter(
    (state) =>
      (state.is === "running" || state.is === "done") &&
      undoable[state.step.kind] &&
      isTakenBack(release, state) &&
      !stuck.has(state.step.wave),
  );
  // Of several waves all get their traffic back before a candidate is stopped in one.
  const state = left.findLast(({ step }) => step.kind !== "start") ?? left.at(-1);
  return state ? { do: "undo", state } : { do: "end" };
}

/** Which steps leave something behind that has to be taken back. */
const undoable: Record<Step["kind"], boolean> = {
  migrate: false,
  start: true,
  probe: false,
  "self-test": false,
  approval: false,
  shift: true,
  bake: false,
  drain: false,
  "keep-warm": false,
  retire: true,
  deploy: true,
  settle: false,
};

function reasonToTurnBack(release: Release, seen: Observation): { because: string; outcome: TurnedBackOutcome } | undefined {
  if (release.giveUp) {
    const { what, by } = release.giveUp;
    return { because: `${by} asked to ${what === "abort" ? "abort" : "roll back"}`, outcome: what === "abort" ? "aborted" : "rolled-back" };
  }
  if (seen.diskFull) return { because: "the disk has no space left", outcome: hasShifted(release) ? "rolled-back" : "blocked" };
  if (seen.verdict?.is === "fail") return { because: seen.verdict.because, outcome: "rolled-back" };
  if (waitedTooLong(release, seen)) return { because: `no verdict in time: ${seen.verdict?.because ?? ""}`, outcome: "rolled-back" };
  return undefined;
}

/** No data is `wait`, and after the limit `fail`: the limit runs from the end of the bake, for a meter that cannot be read from when it went blind. */
function waitedTooLong(release: Release, { now, verdict }: Observation): boolean {
  const recorded = release.verdict;
  if (recorded?.is !== "wait" || verdict === undefined || verdict.is === "pass") return false;
  const state = currentStep(release);
  const limit = release.sealed.plan.reading.dataLimit;
  if (verdict.is === "blind") return recorded.blindSince !== undefined && now - recorded.blindSince > limit;
  // Nothing tops up a paused bake, and who paused it wants it to stay where it is.
  const held = state?.step.kind === "bake" || state?.step.kind === "keep-warm" ? state.step.span : undefined;
  if (release.paused || held === undefined || state?.startedAt === undefined) return false;
  return now - Math.max(recorded.since, state.startedAt + held) > limit;
}

function verdictChanged(release: Release, seen: Observation): seen is Observation & { verdict: NonNullable<Observation["verdict"]> } {
  const { verdict } = seen;
  if (!verdict) return false;
  const blind = verdict.is === "blind";
  return release.verdict?.is !== (blind ? "wait" : verdict.is) || release.verdict.blind !== blind;
}

function goingOn(release: Release, state: StepState, seen: Observation): Decision {
  switch (state.step.kind) {
    case "start":
      return limited(release, state, state.step.within, seen);
    case "shift":
      return limited(release, state, longestShift, seen);
    case "migrate":
    case "probe":
    case "self-test":
    case "drain":
    case "retire":
    case "deploy":
    case "settle":
      return { do: "act", state };
    case "approval":
      return release.approved
        ? { do: "finish", state, detail: "approved", gates: [] }
        : { do: "wait", state, because: waitsForApproval(release) };
    case "bake":
    // The old version goes as a weight is raised: while the gates hold.
    case "keep-warm":
      return baking(release, state, state.step.span, seen);
  }
}

/** A pause and the time in which no host lived are no time of the step. */
function limited({ goesOnSince }: Release, state: StepState, limit: Duration, { now }: Observation): Decision {
  const since = Math.max(state.startedAt ?? now, goesOnSince ?? 0);
  return { do: "act", state, ...(now - since > limit && { over: limit }) };
}

function elapsed(release: Release, state: StepState, span: number, { now }: Observation): boolean {
  return release.promoted || now - (state.startedAt ?? now) >= span;
}

function baking(release: Release, state: StepState, span: number, seen: Observation): Decision {
  const { verdict } = seen;
  if (!verdict || verdict.is === "blind") return { do: "wait", state, because: verdict?.because ?? "no reading yet" };
  if (elapsed(release, state, span, seen) && verdict.is === "pass")
    return { do: "finish", state, detail: verdict.because, gates: verdict.gates };
  const requests = mayTopUp(release, seen)
    ? shortOf(verdict.missing, release, seen.now - (state.startedAt ?? seen.now) - seen.delay, span)
    : 0;
  if (requests > 0) return { do: "top-up", state, requests: Math.min(requests, topUpAtOnce) };
  const pace = state.step.kind === "bake" ? "baking" : "keeping the old version warm";
  return { do: "wait", state, because: verdict.is === "wait" ? verdict.because : pace };
}

/** Until the numbers include what was sent last, nobody knows whether it was enough. */
function mayTopUp({ sealed, toppedUpAt }: Release, { now, delay }: Observation): boolean {
  return sealed.plan.reading.topUp && (toppedUpAt === undefined || now - toppedUpAt > delay);
}

/** How many requests will still be missing at the end of the bake if as many arrive as did so far. Judged from half-way on. */
function shortOf(missing: number, release: Release, elapsed: number, span: number): number {
  if (elapsed < span / 2) return 0;
  const arrived = release.sealed.plan.reading.minRequests - missing;
  const left = Math.max(0, span - elapsed);
  return Math.max(0, missing - Math.floor((arrived / Math.max(1, elapsed)) * left));
}
