import type { Instant } from "../../base/time.ts";
import type { Failed, Result } from "../../ports/step-result.ts";
import type { World } from "../../ports/world.ts";
import type { ReleasePlan, TurnedBackOutcome } from "../plan.ts";

/** What a step's hand works with. */
export interface Work {
  readonly world: World;
  readonly plan: ReleasePlan;
  readonly startedAt: Instant;
}

/** A step that failed says how the release is to end; `rolled-back` unless stated. */
export type ActResult = Exclude<Result, Failed> | (Failed & { readonly outcome?: TurnedBackOutcome });

/** How one kind of step is done and undone. Both look first, so that repeating them after a crash changes nothing. */
export interface Hand {
  act(work: Work): Promise<ActResult>;
  undo(work: Work): Promise<Result>;
}

/** For steps that leave nothing behind. */
export const nothingToUndo: Hand["undo"] = async () => ({ is: "done" });
