import { type Clock, duration, type Instant, mostApart } from "../../base/time.ts";
import type { Entry } from "../../ports/entry.ts";
import type { Fleet } from "../../ports/fleet.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Replica } from "../../ports/replica.ts";
import { done, type Pending, type Result } from "../../ports/step-result.ts";
import { lentFleet, lentUntil } from "../in-charge.ts";
import { type Copies, keptAs, type RecoveryPlan, type RecoveryStep } from "./plan.ts";
import type { Recovery } from "./state.ts";

/** What a recovery acts on: the region that it leaves, the region that it moves to, and the way in. */
export interface RecoveryWorld {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly from: {
    readonly fleet: Fleet;
    /** What the database of the other region follows. */
    readonly databaseArn: string;
  };
  readonly to: { readonly fleet: Fleet; readonly replica: Replica };
  readonly entry: Entry;
}

/** The same two regions for who is in charge until then: afterwards nothing in them can be changed. */
export function recoveringUntil(world: RecoveryWorld, until: Instant): RecoveryWorld {
  const lent = lentUntil(world.clock, until);
  const { from, to, entry } = world;
  const { replica } = to;
  return {
    ...world,
    from: {
      // Only what needs it opens a region that may be lost.
      get fleet() {
        return lentFleet(from.fleet, lent);
      },
      databaseArn: from.databaseArn,
    },
    to: { fleet: lentFleet(to.fleet, lent), replica: { ...replica, promote: lent(replica.promote), follow: lent(replica.follow) } },
    entry: { ...entry, lead: lent(entry.lead) },
  };
}

/** Does a step and undoes it. Both look before they act, so doing it again after a crash changes nothing. */
interface Hand {
  act(world: RecoveryWorld, recovery: Recovery): Promise<Result>;
  undo(world: RecoveryWorld, plan: RecoveryPlan): Promise<Result>;
}

const lookAgainIn = duration(5_000);
const waiting = (because: string, span = lookAgainIn): Pending => ({ is: "pending", lookAgainIn: span, because });
const nothingToUndo = async (): Promise<Result> => done;

const startCopies = ({ to }: RecoveryWorld, { slot, artifact, count }: Copies): Promise<Result> => to.fleet.start(slot, artifact, count);
const start = (world: RecoveryWorld, { plan }: Recovery): Promise<Result> => startCopies(world, plan.served);

/** What serves is known unless its region is lost, and then no plan has the steps that ask for it. */
function servingIn({ serving, id }: RecoveryPlan): Copies {
  if (serving) return serving;
  throw new Error(`${id} fences a region of which it does not know what serves there`);
}

/** A start keeps as many copies as it makes, whatever scales them: they are held until callers have come, or come back. */
const freed = async ({ scaling }: Fleet, { slot }: Copies): Promise<Result> => (await scaling?.free(slot)) ?? done;

async function startAgain({ from }: RecoveryWorld, plan: RecoveryPlan): Promise<Result> {
  const { slot, artifact, count } = servingIn(plan);
  const started = await from.fleet.start(slot, artifact, count);
  return started.is === "done" ? freed(from.fleet, servingIn(plan)) : started;
}

const hands: Readonly<Record<RecoveryStep, Hand>> = {
  start: { act: start, undo: ({ to }, { served }) => to.fleet.stop(served.slot) },
  fence: {
    act: ({ from }, { plan }) => from.fleet.stop(servingIn(plan).slot),
    undo: startAgain,
  },
  "catch-up": { act: caughtUp, undo: nothingToUndo },
  // Nothing turns back once a promotion may have begun.
  promote: { act: ({ to }) => to.replica.promote(), undo: nothingToUndo },
  settle: { act: start, undo: nothingToUndo },
  lead: { act: ({ entry }, { plan }) => entry.lead(plan.to), undo: ({ entry }, { from }) => entry.lead(from) },
  verify: { act: verified, undo: nothingToUndo },
  free: { act: ({ to }, { plan }) => freed(to.fleet, plan.served), undo: nothingToUndo },
  follow: {
    act: ({ from, to }, { plan }) => to.replica.follow(from.databaseArn, keptAs(plan)),
    undo: nothingToUndo,
  },
  rest: { act: ({ to }, { plan }) => to.fleet.stop(plan.served.slot), undo: ({ to }, { served }) => to.fleet.stop(served.slot) },
};

/** The hand of a step. */
export const recoveryHand = (step: RecoveryStep): Hand => hands[step];

/**
 * Nothing is written after the fence, so whoever has all from later than that has all. The fence was written down by a clock of ours, and what the
 * replica has is told by one of the world.
 */
async function caughtUp({ to: { replica } }: RecoveryWorld, { steps }: Recovery): Promise<Result> {
  const fencedAt = steps.find(({ step }) => step === "fence")?.endedAt;
  const [{ follows }, caughtUpTo] = await Promise.all([replica.status(), replica.caughtUpTo()]);
  if (follows === undefined) return { is: "failed", because: "the replica follows nobody any more" };
  if (fencedAt !== undefined && caughtUpTo !== undefined && caughtUpTo >= fencedAt + mostApart) return done;
  return waiting("the replica has not all that was written", duration(15_000));
}

async function verified({ entry }: RecoveryWorld): Promise<Result> {
  const { ok, saw } = await entry.ask();
  return ok ? done : waiting(`callers get: ${saw}`);
}
