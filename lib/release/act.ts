import { type Duration, duration, showDuration } from "../base/time.ts";
import type { Draft, Holder } from "../ports/ledger.ts";
import type { Pending, Result } from "../ports/step-result.ts";
import type { World } from "../ports/world.ts";
import { type Decision, mostUndoFailures, type Observation } from "./decide.ts";
import { draft, type FactKind, type Facts } from "./facts.ts";
import { planIn, undoTitle } from "./plan.ts";
import { hasShifted, type Release, type StepState } from "./state.ts";
import type { ActResult, Work } from "./steps/hand.ts";
import { handFor } from "./steps/hands.ts";
import { safeKinds } from "./steps/self-test.ts";
import { lastShift, movedShare } from "./traffic.ts";
import { isSettled, isTakenBack, waveNow, wavesOf, worldIn } from "./waves.ts";

/** What a decision came to: an entry for the ledger, or a time to look again. */
export type Effect =
  | { readonly is: "entry"; readonly draft: Draft }
  | { readonly is: "later"; readonly in: Duration; readonly because: string };

interface Actor {
  readonly world: World;
  readonly holder: Holder;
}

/** Carries out one decision. The hand behind it looks before it acts, so doing this again after a crash changes nothing. */
export async function act({ world, holder }: Actor, release: Release, decision: Decision): Promise<Effect> {
  const { plan } = release.sealed;
  const entry = <Kind extends FactKind>(kind: Kind, body: Facts[Kind], state?: StepState): Effect => {
    const where = state ? { step: state.step.id, attempt: Math.max(1, state.attempt) } : {};
    return { is: "entry", draft: draft(kind, body, { release: release.id, at: world.clock.now(), holder, ...where }) };
  };
  const work = (state: StepState): Work => ({
    world: worldIn(world, state.step.wave),
    plan: planIn(plan, state.step.wave),
    startedAt: state.startedAt ?? world.clock.now(),
    plannedAt: release.plannedAt,
    noted: release.noted?.wave === state.step.wave ? release.noted?.note : undefined,
  });
  // A note is written before anything else is done; what it was written for is looked at again in the next turn.
  const later = ({ note, weight, lookAgainIn, because }: Pending, state: StepState): Effect =>
    note !== undefined && note !== work(state).noted
      ? entry("noted", { note, ...(weight !== undefined && { weight }) }, state)
      : { is: "later", in: lookAgainIn, because };
  const undo = (state: StepState) => handFor(state.step).undo(work(state));
  switch (decision.do) {
    case "begin":
      return entry("started", {}, { ...decision.state, attempt: decision.state.attempt + 1 });
    case "act": {
      const result = inTime(decision, await handFor(decision.state.step).act(work(decision.state)));
      if (result.is === "pending") return later(result, decision.state);
      if (result.is === "done") return entry("done", { detail: "", gates: [] }, decision.state);
      // Blocked means that no traffic moved, which a later wave cannot say.
      const outcome = hasShifted(release) ? "rolled-back" : (result.outcome ?? "rolled-back");
      return entry("turned-back", { because: result.because, details: result.details ?? [], outcome, gates: [] }, decision.state);
    }
    case "finish":
      return entry("done", { detail: decision.detail, gates: decision.gates }, decision.state);
    case "record-verdict":
      return entry("verdict", verdictBody(decision.verdict), decision.state);
    case "top-up": {
      const { requests, state } = decision;
      await topUp(world, release, requests);
      return entry("topped-up", { requests }, state);
    }
    case "wait":
      return { is: "later", in: plan.reading.every, because: decision.because };
    case "turn-back":
      return entry("turned-back", {
        because: decision.because,
        details: [],
        outcome: decision.outcome,
        gates: decision.gates,
      });
    case "undo": {
      const result = believed(release, worldIn(world, decision.state.step.wave), decision.state, await undo(decision.state));
      if (result.is === "pending") return later(result, decision.state);
      if (result.is === "done") return entry("undone", { detail: undoTitle(plan, decision.state.step) }, decision.state);
      return entry("undo-failed", { because: result.because }, decision.state);
    }
    case "end":
      return entry("ended", ending(release));
  }
}

/**
 * That nothing is left to undo is believed only once what was read cannot be older than the last act: copies that were just started, or a
 * deployment that just began, would stay. A router's shift does not go by what it reads.
 */
function believed({ turnedBack }: Release, { clock, settles = duration(0) }: World, { step }: StepState, result: Result): Result {
  const left = (turnedBack?.at ?? 0) + settles - clock.now();
  if (result.is !== "done" || step.kind === "shift" || left <= 0) return result;
  return { is: "pending", lookAgainIn: duration(Math.min(left, 5_000)), because: "what was done last may not be told of yet" };
}

/** What is still pending after its last look has failed. */
const inTime = ({ over }: { readonly over?: Duration }, result: ActResult): ActResult =>
  over !== undefined && result.is === "pending"
    ? { is: "failed", because: `it took longer than ${showDuration(over)}: ${result.because}` }
    : result;

function verdictBody(verdict: NonNullable<Observation["verdict"]>): Facts["verdict"] {
  return verdict.is === "blind"
    ? { is: "wait", because: verdict.because, blind: true, gates: [] }
    : { is: verdict.is, because: verdict.because, blind: false, gates: verdict.gates };
}

/** Sends the same synthetic requests to both versions, so that comparing them stays fair. */
async function topUp(everywhere: World, release: Release, count: number): Promise<void> {
  const plan = planIn(release.sealed.plan, waveNow(release));
  const world = worldIn(everywhere, waveNow(release));
  const span = duration(Math.min(500, plan.reading.every));
  const addresses = await Promise.all([world.router.test(plan.candidate.slot), world.router.test(plan.live.slot)]);
  await Promise.all(addresses.map((address) => world.traffic.burst(address, count, span, safeKinds(plan))));
}

function ending(release: Release): Facts["ended"] {
  const { turnedBack, sealed } = release;
  if (!turnedBack) return { outcome: "released", because: "every gate held", undid: [], left: [] };
  const titles = (states: readonly StepState[]) => states.map(({ step }) => undoTitle(sealed.plan, step));
  const undone = release.steps.filter(({ is }) => is === "undone").reverse();
  const stuck = release.steps.filter(({ undoFailures }) => undoFailures >= mostUndoFailures);
  const shifted = hasShifted(release) || release.moved !== undefined || undone.some(({ step }) => step.kind === "shift");
  const left = [
    ...titles(stuck).map((title) => `could not: ${title}`),
    ...trafficLeft(release),
    ...wavesLeft(release),
    ...(hasMigrated(release) ? ["what the migration did to the data stays, and the live version uses it"] : []),
    ...(shifted ? ["what was written through the candidate stays, both versions share the data"] : []),
  ];
  const undid = [...new Set(titles(undone))];
  if (stuck.length > 0) return { outcome: "blocked", because: `${turnedBack.because}; going back failed`, undid, left };
  return { outcome: turnedBack.outcome, because: turnedBack.because, undid, left };
}

/** Whether the migration may have done something: true from the moment it was begun. */
const hasMigrated = ({ steps }: Release): boolean => steps.some(({ step, is }) => step.kind === "migrate" && is !== "waiting");

/** Where going back failed before the weight was put back, traffic is still on the candidate, and nobody may overlook that. */
function trafficLeft(release: Release): readonly string[] {
  const { plan } = release.sealed;
  const moved = movedShare(release);
  if (moved > 0) return [`traffic is still on ${plan.candidate.slot} at ${moved} %`];
  const waves = wavesOf(plan).map(({ region }) => region);
  return (waves.length > 0 ? waves : [undefined]).flatMap((wave) => {
    const shift = lastShift(release, wave);
    if (shift?.step.kind !== "shift" || !isTakenBack(release, shift)) return [];
    const where = wave === undefined ? "" : `${wave}: `;
    return [`${where}traffic is still on ${planIn(plan, wave).candidate.slot} at ${shift.step.weight} %`];
  });
}

/** Waves that were through before a later one failed stay with the new version. */
function wavesLeft(release: Release): readonly string[] {
  const settled = wavesOf(release.sealed.plan).filter(({ region }) => isSettled(release, region));
  return settled.map(({ region, candidate }) => `${region} stays with ${candidate.artifact.version} in ${candidate.slot}`);
}
