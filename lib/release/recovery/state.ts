import { UserError } from "../../base/errors.ts";
import type { Instant } from "../../base/time.ts";
import type { Draft, Entry, Holder } from "../../ports/ledger.ts";
import type { Held } from "../facts.ts";
import { sameHolder } from "../state.ts";
import { type RecoveryPlan, type RecoveryStep, recoverySealHolds, type SealedRecovery } from "./plan.ts";

/** `moved`: the other region serves. `proven`: a drill ended well. `follows`: the region that rests has a replica. `put-back`: nothing was moved in the end. */
export type RecoveryOutcome = "moved" | "proven" | "follows" | "put-back";

/** What an entry of the ledger of recoveries says, by kind. */
export interface RecoveryFacts {
  readonly planned: SealedRecovery;
  /** The writer is in charge until then; of its own time it lets go. */
  readonly held: { readonly until: Instant };
  /** `caughtUpTo` before a promotion: what was written later is lost. */
  readonly started: { readonly caughtUpTo?: Instant };
  readonly done: Record<string, never>;
  readonly undone: Record<string, never>;
  readonly "turned-back": { readonly because: string };
  /** The region that is left answers nobody any more, as a person says. */
  readonly lost: Record<string, never>;
  readonly ended: { readonly outcome: RecoveryOutcome; readonly because: string };
}

type FactKind = keyof RecoveryFacts;
type Fact = {
  readonly [Kind in FactKind]: Omit<Entry, "kind" | "body"> & { readonly kind: Kind; readonly body: RecoveryFacts[Kind] };
}[FactKind];

const kinds: Record<FactKind, true> = {
  planned: true,
  held: true,
  started: true,
  done: true,
  undone: true,
  "turned-back": true,
  lost: true,
  ended: true,
};

/** How far one step is. */
export interface RecoveryStepState {
  readonly step: RecoveryStep;
  readonly is: "waiting" | "running" | "done" | "undone" | "left out";
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
}

/** A recovery as its ledger tells it. */
export interface Recovery {
  readonly plan: RecoveryPlan;
  readonly plannedAt: Instant;
  readonly steps: readonly RecoveryStepState[];
  readonly caughtUpTo: Instant | undefined;
  /** Since when the region that is left answers nobody, where that happened on the way. */
  readonly lostAt: Instant | undefined;
  readonly turnedBack: { readonly because: string } | undefined;
  readonly ended: (RecoveryFacts["ended"] & { readonly at: Instant }) | undefined;
}

/** What the ledger of recoveries tells of an environment. */
export interface Recoveries {
  readonly held: Held | undefined;
  /** The newest, under way or ended. */
  readonly recovery: Recovery | undefined;
  /** The last that moved callers: they are in the region that it moved them to. */
  readonly moved: Recovery | undefined;
  /** Whether the region that rests has a replica, for all that is written here. */
  readonly hasReplica: boolean;
  /** The position that the next entry gets. */
  readonly next: number;
}

const nothing: Recoveries = { held: undefined, recovery: undefined, moved: undefined, hasReplica: true, next: 0 };

/** Folds the ledger of recoveries: the only way to know how far one is. */
export const foldRecoveries = (entries: readonly Entry[]): Recoveries =>
  entries.reduce((before, entry) => ({ ...after(before, factOf(entry)), next: entry.position + 1 }), nothing);

/** The hash chain and version were checked by the ledger, so a known kind has its body; an unknown one would fold to a wrong state. */
function factOf(entry: Entry): Fact {
  if (Object.hasOwn(kinds, entry.kind)) return entry as Fact;
  throw new UserError(
    "ledger/version",
    `the entry ${entry.position} of the ledger of recoveries is of the unknown kind "${entry.kind}"`,
    "use the version of Sluice that wrote it",
  );
}

function after(before: Recoveries, fact: Fact): Recoveries {
  if (fact.kind === "held") return { ...before, held: heldAfter(before.held, fact) };
  if (fact.kind === "planned") return { ...before, recovery: planned(fact) };
  const { recovery } = before;
  if (!recovery || recovery.plan.id !== fact.release) return before;
  const changed = changedBy(recovery, fact);
  if (fact.kind !== "ended") return { ...before, recovery: changed };
  const { outcome } = fact.body;
  return {
    ...before,
    held: undefined,
    recovery: changed,
    moved: outcome === "moved" ? changed : before.moved,
    hasReplica: outcome === "follows" || (before.hasReplica && outcome !== "moved"),
  };
}

function heldAfter(held: Held | undefined, { release, holder, at, body }: Extract<Fact, { kind: "held" }>): Held | undefined {
  if (body.until <= at) return undefined;
  const same = held?.release === release && sameHolder(held.by, holder);
  return { release, by: holder, since: same ? held.since : at, until: body.until, giveUp: undefined };
}

function planned({ body, at, position }: Extract<Fact, { kind: "planned" }>): Recovery {
  if (!recoverySealHolds(body)) {
    throw new UserError(
      "ledger/corrupt",
      `the plan at position ${position} of the ledger of recoveries does not match its seal`,
      "do not act on this ledger; find out who changed it",
    );
  }
  const steps = body.plan.steps.map((step) => ({ step, is: "waiting" }) as const);
  return { plan: body.plan, plannedAt: at, steps, caughtUpTo: undefined, lostAt: undefined, turnedBack: undefined, ended: undefined };
}

function changedBy(recovery: Recovery, fact: Exclude<Fact, { kind: "held" | "planned" }>): Recovery {
  const withStep = (change: Partial<RecoveryStepState>): Recovery => ({
    ...recovery,
    steps: recovery.steps.map((state) => (state.step === fact.step ? { ...state, ...change } : state)),
  });
  switch (fact.kind) {
    case "started":
      return { ...withStep({ is: "running", startedAt: fact.at }), caughtUpTo: fact.body.caughtUpTo ?? recovery.caughtUpTo };
    case "done":
      return withStep({ is: "done", endedAt: fact.at });
    case "undone":
      return withStep({ is: "undone", endedAt: fact.at });
    case "turned-back":
      return { ...recovery, turnedBack: fact.body };
    case "lost":
      return withoutPrimary(recovery, fact.at);
    case "ended":
      return { ...recovery, ended: { ...fact.body, at: fact.at } };
  }
}

/**
 * A recovery whose region was lost on the way goes on as one of a lost region: nothing there is stopped, waited for or started again. What was
 * being put back goes forward again, as there is nothing to go back to, and copies that were starting have all their time once more.
 */
export const withoutPrimary = (recovery: Recovery, at: Instant): Recovery => ({
  ...recovery,
  plan: { ...recovery.plan, lost: true },
  steps: recovery.steps.map((state) => {
    if (state.step === "fence" || (state.step === "catch-up" && state.is !== "done")) return { ...state, is: "left out" };
    return state.is === "undone" || (state.step === "start" && state.is === "running") ? { step: state.step, is: "waiting" } : state;
  }),
  lostAt: at,
  turnedBack: undefined,
});

/** The step that goes on or comes next, while the recovery goes forward. */
export const currentRecoveryStep = ({ steps }: Recovery): RecoveryStepState | undefined =>
  steps.find(({ is }) => is === "waiting" || is === "running");

/** Whether everything can still be put back: until a promotion may have begun. A replica that is made anew takes nothing from anybody, and so needs no way back. */
export const canTurnBack = ({ plan, steps }: Recovery): boolean =>
  plan.kind !== "replicate" && steps.every(({ step, is }) => step !== "promote" || is === "waiting");

/** The region that serves: the primary one until callers were moved. */
export const servedFrom = ({ moved }: Recoveries, primary: string): string => moved?.plan.to ?? primary;

/** An entry to be written: the compiler holds body and kind together. */
export function recoveryDraft<Kind extends FactKind>(
  kind: Kind,
  body: RecoveryFacts[Kind],
  where: { readonly release: string; readonly at: Instant; readonly holder: Holder; readonly step?: RecoveryStep },
): Draft {
  return { attempt: 1, kind, body, ...where, step: where.step ?? "" };
}
