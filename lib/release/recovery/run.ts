import { UserError } from "../../base/errors.ts";
import { type Duration, duration, type Instant, instant } from "../../base/time.ts";
import type { Holder, Ledger } from "../../ports/ledger.ts";
import { refuseHeld } from "../controller.ts";
import { ifInCharge } from "../in-charge.ts";
import { againAfter } from "../patience.ts";
import { sameHolder } from "../state.ts";
import { decideRecovery, type RecoveryDecision } from "./decide.ts";
import { type RecoveryWorld, recoveringUntil, recoveryHand } from "./hands.ts";
import type { RecoveryStep, SealedRecovery } from "./plan.ts";
import { currentRecoveryStep, foldRecoveries, type Recoveries, type Recovery, type RecoveryFacts, recoveryDraft } from "./state.ts";

/** What is told of a recovery while it goes on. */
export type RecoveryTold =
  | { readonly type: "recovery-step"; readonly step: RecoveryStep; readonly is: "started" | "done" | "undone" }
  | { readonly type: "recovery-waits"; readonly step: RecoveryStep; readonly because: string }
  | { readonly type: "recovery-turned-back"; readonly because: string }
  | { readonly type: "note"; readonly text: string };

/** Who carries a recovery out. */
export interface Rescuer {
  readonly world: RecoveryWorld;
  readonly holder: Holder;
  readonly tell: (told: RecoveryTold) => void;
  /** Asks to put everything back, as long as that is possible. */
  readonly stop: AbortSignal;
}

/** Longer than any single turn. */
const lease = duration(120_000);

/** How it went on: to its end, or to a step that cannot be done as things are, behind the point where it could be put back. */
export type Carried =
  | { readonly is: "ended"; readonly recovery: Recovery }
  | { readonly is: "stuck"; readonly recovery: Recovery; readonly step: RecoveryStep; readonly because: string };

/** Whoever writes a plan down, and what the ledger told when it was made. */
interface Beginner {
  readonly world: Pick<RecoveryWorld, "ledger" | "clock">;
  readonly holder: Holder;
  readonly seen: Recoveries;
}

/**
 * Writes a plan down, unless it is there: that one goes on, or has ended meanwhile. Throws `release/held` while somebody else is in charge, and where
 * another recovery came in between, as the plan knows nothing of it and nobody here agreed to it.
 */
export async function beginRecovery({ world: { ledger, clock }, holder, seen }: Beginner, sealed: SealedRecovery): Promise<void> {
  for (;;) {
    const { next, held, recovery } = foldRecoveries(await ledger.read());
    if (recovery?.plan.id === sealed.plan.id) return;
    await refuseHeld(ledger, held, holder, clock.now());
    if (recovery?.plan.id !== seen.recovery?.plan.id) {
      const fix = "run the command again, which looks at everything anew";
      throw new UserError("release/held", `${recovery?.plan.id} came in between`, fix);
    }
    const where = { release: sealed.plan.id, at: clock.now(), holder };
    if ((await ledger.append(next, recoveryDraft("planned", sealed, where))).is === "appended") return;
  }
}

/** Writes down that the region which the unfinished recovery leaves is lost, so that it goes on without it. Throws `release/held` as a turn does. */
export async function leavePrimary({ ledger, clock }: Pick<RecoveryWorld, "ledger" | "clock">, holder: Holder): Promise<void> {
  for (;;) {
    const { next, held, recovery } = foldRecoveries(await ledger.read());
    if (!recovery || recovery.ended || recovery.plan.lost) return;
    await refuseHeld(ledger, held, holder, clock.now());
    const where = { release: recovery.plan.id, at: clock.now(), holder };
    if ((await ledger.append(next, recoveryDraft("lost", {}, where))).is === "appended") return;
  }
}

/**
 * Carries the newest recovery out to its end: read, decide, act once, append. Killed at any instant it goes on when it is called again, as every
 * step looks before it acts and is written down before it begins. A turn that AWS did not let through is tried again a few times, and one that outlives
 * the lock, as when its machine sleeps, changes nothing more.
 */
export async function carryOutRecovery(by: Rescuer): Promise<Carried> {
  const note = (text: string) => by.tell({ type: "note", text });
  for (let failures = 0; ; ) {
    const turned = await turn(by).catch((error: unknown) => againAfter(error, failures + 1, note));
    // To be in charge for longer is no sign that AWS lets anything through.
    if (turned.is !== "renewed") failures = turned.is === "failed" ? failures + 1 : 0;
    if (turned.is === "ended" || turned.is === "stuck") return turned;
    if (turned.in > 0) await by.world.clock.wait(turned.in, by.stop.aborted ? undefined : by.stop);
  }
}

type Turned = Carried | { readonly is: "again" | "renewed"; readonly in: Duration };
const atOnce: Turned = { is: "again", in: duration(0) };

async function turn(by: Rescuer): Promise<Turned> {
  const { world, holder, stop } = by;
  const recoveries = foldRecoveries(await world.ledger.read());
  const { recovery, next } = recoveries;
  if (!recovery) throw new Error("there is no recovery to carry out; the caller begins one");
  if (recovery.ended) return { is: "ended", recovery };
  const now = world.clock.now();
  const until = await inChargeUntil(by, recoveries, recovery, now);
  if (until === undefined) return { is: "renewed", in: duration(0) };
  const decision = decideRecovery(recovery, { now, stop: stop.aborted });
  const append = async <Kind extends keyof RecoveryFacts>(kind: Kind, body: RecoveryFacts[Kind], step?: RecoveryStep): Promise<Turned> => {
    const where = { release: recovery.plan.id, at: world.clock.now(), holder, ...(step && { step }) };
    const { is } = await world.ledger.append(next, recoveryDraft(kind, body, where));
    if (is === "appended") tellOf(by, kind, body, step);
    return atOnce;
  };
  const leased = { ...by, world: recoveringUntil(world, until) };
  return (await ifInCharge(carry(leased, recovery, decision, append))) ?? atOnce;
}

type Append = <Kind extends keyof RecoveryFacts>(kind: Kind, body: RecoveryFacts[Kind], step?: RecoveryStep) => Promise<Turned>;

async function carry(by: Rescuer, recovery: Recovery, decision: RecoveryDecision, append: Append): Promise<Turned> {
  const { world, tell } = by;
  switch (decision.do) {
    case "begin":
      return append("started", decision.step === "promote" ? await atPromotion(by) : {}, decision.step);
    case "leave": {
      const step = currentRecoveryStep(recovery)?.step;
      if (!step) throw new Error("nothing is left of it to leave; it has ended");
      return { is: "stuck", recovery, step, because: decision.because };
    }
    case "turn-back":
      return append("turned-back", { because: decision.because });
    case "end":
      return append("ended", { outcome: decision.outcome, because: decision.because });
    case "act":
    case "undo": {
      const { step } = decision;
      const hand = recoveryHand(step);
      const result = await (decision.do === "act" ? hand.act(world, recovery) : hand.undo(world, recovery.plan));
      if (result.is === "done") return append(decision.do === "act" ? "done" : "undone", {}, step);
      if (result.is === "pending") {
        tell({ type: "recovery-waits", step, because: result.because });
        return { is: "again", in: result.lookAgainIn };
      }
      const because = [result.because, ...(result.details ?? [])].join("; ");
      const canGoBack = decideRecovery(recovery, { now: world.clock.now(), stop: true }).do === "turn-back";
      return canGoBack ? append("turned-back", { because }) : { is: "stuck", recovery, step, because };
    }
  }
}

/** How much the replica has when it is promoted: all that was written later is lost. What cannot be read must not keep anybody from promoting it. */
async function atPromotion({ world, tell }: Rescuer): Promise<RecoveryFacts["started"]> {
  try {
    const caughtUpTo = await world.to.replica.caughtUpTo();
    return caughtUpTo === undefined ? {} : { caughtUpTo };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell({ type: "note", text: `${error.message}; so RPO will not be known` });
    return {};
  }
}

/** Until when it is in charge; undefined where that was not so for long enough, and it wrote that it is. */
async function inChargeUntil(
  { world, holder }: Rescuer,
  { held, next }: Recoveries,
  { plan }: Recovery,
  now: Instant,
): Promise<Instant | undefined> {
  if (held && sameHolder(held.by, holder) && held.until - now > lease / 2) return held.until;
  await refuseHeld(world.ledger, held, holder, now);
  await world.ledger.append(next, recoveryDraft("held", { until: instant(now + lease) }, { release: plan.id, at: now, holder }));
  return undefined;
}

/** Lets go of the lock of a recovery that has not ended, so that whoever goes on need not wait for its lease. */
export async function letRecoveryGo(ledger: Ledger, holder: Holder, now: Instant): Promise<void> {
  const { held, next } = foldRecoveries(await ledger.read());
  if (held && sameHolder(held.by, holder))
    await ledger.append(next, recoveryDraft("held", { until: now }, { release: held.release, at: now, holder }));
}

function tellOf<Kind extends keyof RecoveryFacts>({ tell }: Rescuer, kind: Kind, body: RecoveryFacts[Kind], step?: RecoveryStep): void {
  if (step && (kind === "started" || kind === "done" || kind === "undone")) tell({ type: "recovery-step", step, is: kind });
  if (kind === "turned-back" && "because" in body) tell({ type: "recovery-turned-back", because: body.because });
}
