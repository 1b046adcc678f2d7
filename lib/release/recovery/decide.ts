import { type Duration, duration, type Instant } from "../../base/time.ts";
import type { RecoveryKind, RecoveryPlan, RecoveryStep } from "./plan.ts";
import { canTurnBack, currentRecoveryStep, type Recovery, type RecoveryOutcome, type RecoveryStepState } from "./state.ts";

/** What a recovery does next. */
export type RecoveryDecision =
  | { readonly do: "begin" | "act" | "undo"; readonly step: RecoveryStep }
  | { readonly do: "turn-back" | "leave"; readonly because: string }
  | { readonly do: "end"; readonly outcome: RecoveryOutcome; readonly because: string };

interface Ending {
  readonly outcome: RecoveryOutcome;
  readonly because: string;
}

/** How long a step may take while all can still be put back; later ones have no limit, for nobody is helped by giving up there. */
const longest: Duration = duration(20 * 60_000);

/**
 * What comes next, from what the ledger says. Until the promotion begins, whatever takes too long and whoever stops it turn it back; then there
 * is only forward.
 */
export function decideRecovery(recovery: Recovery, seen: { readonly now: Instant; readonly stop: boolean }): RecoveryDecision {
  if (recovery.turnedBack) return goingBack(recovery, recovery.turnedBack.because);
  const state = currentRecoveryStep(recovery);
  if (!state) return { do: "end", ...ending(recovery) };
  if (canTurnBack(recovery)) {
    if (seen.stop) return { do: "turn-back", because: "a person stopped it" };
    if (tooLong(state, seen.now)) return { do: "turn-back", because: `"${state.step}" took longer than ${longest / 60_000} minutes` };
  }
  if (seen.stop && recovery.plan.kind === "replicate") return { do: "leave", because: "a person stopped it; what AWS has begun goes on" };
  return { do: state.is === "waiting" ? "begin" : "act", step: state.step };
}

function goingBack({ steps }: Recovery, because: string): RecoveryDecision {
  const last = steps.findLast(({ is }) => is === "running" || is === "done");
  return last ? { do: "undo", step: last.step } : { do: "end", outcome: "put-back", because };
}

const moved = ({ to }: RecoveryPlan): Ending => ({ outcome: "moved", because: `${to} serves callers` });
const endings: Readonly<Record<RecoveryKind, (plan: RecoveryPlan) => Ending>> = {
  failover: moved,
  failback: moved,
  drill: ({ to }) => ({ outcome: "proven", because: `copies came up in ${to}` }),
  replicate: ({ from, to }) => ({ outcome: "follows", because: `the database in ${to} follows that in ${from}` }),
};

const ending = ({ plan }: Recovery): Ending => endings[plan.kind](plan);

const tooLong = ({ startedAt }: RecoveryStepState, now: Instant): boolean => startedAt !== undefined && now - startedAt > longest;
