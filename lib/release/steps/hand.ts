import { duration, type Instant } from "../../base/time.ts";
import type { Failed, Pending, Result } from "../../ports/step-result.ts";
import type { World } from "../../ports/world.ts";
import type { ReleasePlan, TurnedBackOutcome } from "../plan.ts";

/** What a step's hand works with. */
export interface Work {
  readonly world: World;
  readonly plan: ReleasePlan;
  readonly startedAt: Instant;
  readonly plannedAt: Instant;
  /** What the router or the driver last asked to keep. */
  readonly noted?: string | undefined;
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

/** How long a fleet that was healthy may take to become so again, after one of its instances or the whole data plane died. */
export const recoversWithin = duration(30_000);

/** Undefined once both fleets are whole, or when that takes too long: then what is asked of them shows it. */
export async function untilWhole({ world, plan, startedAt }: Work): Promise<Pending | undefined> {
  if (world.clock.now() - startedAt >= recoversWithin) return undefined;
  for (const { slot } of [plan.live, plan.candidate]) {
    const { wanted, instances } = await world.fleet.status(slot);
    const healthy = instances.filter(({ health }) => health === "healthy").length;
    if (healthy < wanted)
      return { is: "pending", lookAgainIn: duration(100), because: `${healthy} of ${wanted} instances of ${slot} are healthy` };
  }
  return undefined;
}
