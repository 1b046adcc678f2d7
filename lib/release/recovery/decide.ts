import { type Duration, duration, type Instant } from "../../base/time.ts";
import type { RecoveryStep } from "./plan.ts";
import { canTurnBack, currentRecoveryStep, type Recovery, type RecoveryOutcome, type RecoveryStepState } from "./state.ts";

/** What a recovery does next. */
export type RecoveryDecision =
  | { readonly do: "begin" | "act" | "undo"; readonly step: RecoveryStep }
  | { readonly do: "turn-back"; readonly because: string }
  | { readonly do: "end"; readonly outcome: RecoveryOutcome; readonly because: string };

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
  return { do: state.is === "waiting" ? "begin" : "act", step: state.step };
}

function goingBack({ steps }: Recovery, because: string): RecoveryDecision {
  const last = steps.findLast(({ is }) => is === "running" || is === "done");
  return last ? { do: "undo", step: last.step } : { do: "end", outcome: "put-back", because };
}

const ending = ({ plan }: Recovery): { readonly outcome: RecoveryOutcome; readonly because: string } =>
  plan.kind === "drill"
    ? { outcome: "proven", because: `copies came up in ${plan.to}` }
    : { outcome: "moved", because: `${plan.to} serves callers` };

const tooLong = ({ startedAt }: RecoveryStepState, now: Instant): boolean => startedAt !== undefined && now - startedAt > longest;
