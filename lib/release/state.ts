import { UserError } from "../base/errors.ts";
import type { GateLine, VerdictIs } from "../base/events.ts";
import type { Outcome } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";
import type { Entry, From, Holder, Ledger } from "../ports/ledger.ts";
import { type Fact, factOf, type GiveUp, type Held, type Notified, type Standing } from "./facts.ts";
import { type SealedPlan, type Step, sealHolds, stepTitle, type TurnedBackOutcome } from "./plan.ts";
import { afterMove, movedShare, type Traffic } from "./traffic.ts";
import { passedBy } from "./waves.ts";

/** How far one step of the plan is, whoever carried it there; its times are absent until they have come. */
export interface StepState {
  readonly step: Step;
  readonly is: "waiting" | "running" | "done" | "undone";
  /** How often it was begun. */
  readonly attempt: number;
  readonly startedAt?: Instant;
  /** When it last asked to keep a note. */
  readonly notedAt?: Instant;
  readonly endedAt?: Instant;
  readonly undoFailures: number;
  /** What the gates last said in this step. */
  readonly gates: readonly GateLine[];
}

interface TurnedBack {
  readonly at: Instant;
  readonly because: string;
  readonly details: readonly string[];
  readonly outcome: TurnedBackOutcome;
  readonly gates: readonly GateLine[];
}

/** A release as its ledger tells it. */
export interface Release {
  readonly id: string;
  readonly sealed: SealedPlan;
  /** When it began, which is before its pipeline. */
  readonly since: Instant;
  readonly plannedAt: Instant;
  readonly steps: readonly StepState[];
  readonly paused: boolean;
  readonly approved: boolean;
  readonly promoted: boolean;
  /** The first request to give up, by whom. */
  readonly giveUp: GiveUp | undefined;
  readonly verdict:
    | {
        readonly is: VerdictIs;
        readonly since: Instant;
        readonly because: string;
        readonly blind: boolean;
        /** Since when the meter cannot be read; undefined while it can. */
        readonly blindSince: Instant | undefined;
        readonly gates: readonly GateLine[];
      }
    | undefined;
  /** When synthetic requests were sent last in the current window. */
  readonly toppedUpAt: Instant | undefined;
  /** What the last shift, or taking it back, asked to keep, and in which wave. */
  readonly noted: { readonly note: string; readonly wave: string | undefined } | undefined;
  /** When it was resumed, or taken over by another host, the last time. */
  readonly goesOnSince: Instant | undefined;
  /** What a driver has moved. */
  readonly moved: Traffic | undefined;
  /** How much each notifier has told. */
  readonly notified: Notified;
  readonly turnedBack: TurnedBack | undefined;
  readonly ended:
    | {
        readonly at: Instant;
        readonly outcome: Outcome;
        readonly because: string;
        readonly undid: readonly string[];
        readonly left: readonly string[];
      }
    | undefined;
}

/** An environment as its ledger tells it. */
export interface Environment extends Standing {
  /** The newest release, running or ended. */
  readonly release: Release | undefined;
  /** The position that the next entry gets. */
  readonly next: number;
}

const nothing: Environment = { held: undefined, live: undefined, lives: {}, release: undefined, next: 0 };

/**
 * Folds a ledger, or what follows the plan of a release that says what was before it, into the state of its environment. The only way to know it:
 * resume, status and report all come through here.
 */
export function foldLedger(entries: readonly Entry[]): Environment {
  return entries.reduce((environment, entry) => after(environment, factOf(entry)), nothing);
}

/** Whether an entry is a plan that says what was before it, of this release where one is named: who knows what followed from it knows all. */
export const planOf =
  (release?: string): From =>
  (entry) =>
    entry.kind === "planned" && (release === undefined || entry.release === release) && "before" in Object(entry.body);

/** An environment by no more of its ledger than what followed from its newest plan: what was before has no end. */
export const readEnvironment = async (ledger: Pick<Ledger, "read">): Promise<Environment> => foldLedger(await ledger.read(planOf()));

/** What a deploy is called begins so: it holds the same lock as a release. */
export const deployPrefix = "deploy-";

/** How the ids of releases begin. What else holds a lock deploys, or moves callers to another region. */
export const releasePrefix = "r-";

/** Whether who holds the lock deploys, and releases nothing. */
export const isDeploy = (id: string): boolean => id.startsWith(deployPrefix);

/** The environment after one more fact. */
export function after(environment: Environment, fact: Fact): Environment {
  const next = fact.position + 1;
  if (fact.kind === "seeded") return { ...seeded(environment, fact.body), next };
  if (fact.kind === "held") return { ...environment, held: heldAfter(environment.held, fact), release: takenOver(environment, fact), next };
  if (fact.kind === "ended" && environment.held?.release === fact.release) return after({ ...environment, held: undefined }, fact);
  if (fact.kind === "planned") {
    const before = { ...environment, ...fact.body.before };
    return { ...before, release: planned(fact, before.held), next };
  }
  const { release, held } = environment;
  if (!release || release.id !== fact.release) return { ...environment, held: held && askedEarly(held, fact), next };
  const changed = changedBy(afterMove(release, fact), fact);
  const lives = fact.kind === "ended" ? livesAfter(environment, release, fact.body.outcome === "released") : {};
  return { ...environment, ...lives, release: changed, next };
}

function seeded(environment: Environment, { live, where }: Extract<Fact, { kind: "seeded" }>["body"]): Environment {
  return where === undefined ? { ...environment, live } : { ...environment, lives: { ...environment.lives, [where]: live } };
}

function livesAfter({ live, lives }: Environment, release: Release, released: boolean): Partial<Environment> {
  const { plan } = release.sealed;
  if (plan.spread) return { lives: { ...lives, ...passedBy(release, released) } };
  return { live: released ? plan.candidate : live };
}

/** Whoever takes it for no time lets go. */
function heldAfter(held: Held | undefined, { release, holder, at, body }: Extract<Fact, { kind: "held" }>): Held | undefined {
  if (body.until <= at) return undefined;
  const same = held?.release === release && sameHolder(held.by, holder);
  const giveUp = held?.release === release ? held.giveUp : undefined;
  return { release, by: holder, since: same ? held.since : at, until: body.until, giveUp };
}

function takenOver({ held, release }: Environment, { release: id, holder, at }: Extract<Fact, { kind: "held" }>): Release | undefined {
  const same = held !== undefined && held.release === id && sameHolder(held.by, holder);
  return release?.id !== id || same ? release : { ...release, goesOnSince: at };
}

function askedEarly(held: Held, fact: Fact): Held {
  if (fact.kind !== "asked" || fact.release !== held.release) return held;
  const { what, by } = fact.body;
  return what === "abort" || what === "rollback" ? { ...held, giveUp: held.giveUp ?? { what, by } } : held;
}

/** Whether it is the same process: a name alone is a person's, and a pid alone is used again. */
export function sameHolder(one: Holder, other: Holder): boolean {
  return one.host === other.host && one.pid === other.pid && one.started === other.started && one.space === other.space;
}

function planned(fact: Extract<Fact, { kind: "planned" }>, held: Held | undefined): Release {
  if (!sealHolds(fact.body)) {
    throw new UserError(
      "ledger/corrupt",
      `the release plan at position ${fact.position} does not match its seal`,
      "do not act on this ledger; find out who changed it",
    );
  }
  return {
    id: fact.release,
    sealed: { plan: fact.body.plan, hash: fact.body.hash },
    since: held?.release === fact.release ? held.since : fact.at,
    plannedAt: fact.at,
    steps: fact.body.plan.steps.map((step) => ({ step, is: "waiting", attempt: 0, undoFailures: 0, gates: [] })),
    paused: false,
    approved: false,
    promoted: false,
    // Asked at the last moment before the plan was written down.
    giveUp: held?.release === fact.release ? held.giveUp : undefined,
    verdict: undefined,
    toppedUpAt: undefined,
    noted: undefined,
    goesOnSince: undefined,
    moved: undefined,
    notified: {},
    turnedBack: undefined,
    ended: undefined,
  };
}

function changedBy(release: Release, fact: Exclude<Fact, { kind: "seeded" | "planned" | "held" }>): Release {
  switch (fact.kind) {
    case "started":
      return begun(release, fact);
    case "noted":
      return {
        ...withStep(release, fact.step, (state) => ({ ...state, notedAt: fact.at })),
        noted: { note: fact.body.note, wave: waveOfStep(release, fact.step) },
      };
    case "notified":
      return { ...release, notified: { ...release.notified, ...fact.body.upTo } };
    case "done":
      return withStep(release, fact.step, (state) => ({ ...state, is: "done", endedAt: fact.at, gates: fact.body.gates }));
    case "undone":
      return withStep(release, fact.step, (state) => ({ ...state, is: "undone", endedAt: state.endedAt ?? fact.at }));
    case "undo-failed":
      return withStep(release, fact.step, (state) => ({ ...state, undoFailures: state.undoFailures + 1 }));
    case "verdict":
      return { ...release, verdict: verdictAfter(release.verdict, fact) };
    case "topped-up":
      return { ...release, toppedUpAt: fact.at };
    case "asked":
      return asked(release, fact);
    case "turned-back":
      return { ...release, turnedBack: { at: fact.at, ...fact.body } };
    case "ended":
      return { ...release, ended: release.ended ?? { at: fact.at, ...fact.body } };
  }
}

/** Not being able to read has a limit of its own, and a meter that flickers must not begin the limit for data anew. */
function verdictAfter(before: Release["verdict"], { at, body }: Extract<Fact, { kind: "verdict" }>): Release["verdict"] {
  const since = before?.is === body.is ? before.since : at;
  return { ...body, since, blindSince: body.blind ? (before?.blindSince ?? at) : undefined };
}

/** A shift opens a new window, and so does a wave: what the gates said of the last one is over, and what was promoted was the wave before. */
function begun(release: Release, { step: id, attempt, at }: Extract<Fact, { kind: "started" }>): Release {
  const next = withStep(release, id, (state) => ({ ...state, is: "running", attempt, startedAt: at }));
  const { steps } = release.sealed.plan;
  const index = steps.findIndex((step) => step.id === id);
  const isNewWave = index > 0 && steps[index]?.kind === "start";
  const opens = isNewWave || steps[index]?.kind === "shift";
  return { ...next, ...(opens && { verdict: undefined, toppedUpAt: undefined }), ...(isNewWave && { promoted: false }) };
}

function waveOfStep({ steps }: Release, id: string): string | undefined {
  return steps.find(({ step }) => step.id === id)?.step.wave;
}

function withStep(release: Release, id: string, change: (state: StepState) => StepState): Release {
  return { ...release, steps: release.steps.map((state) => (state.step.id === id ? change(state) : state)) };
}

function asked(release: Release, { at, body: { what, by } }: Extract<Fact, { kind: "asked" }>): Release {
  switch (what) {
    case "approve":
      return { ...release, approved: true };
    case "pause":
      return { ...release, paused: true };
    case "resume":
      return unpaused(release, at);
    case "promote":
      return { ...unpaused(release, at), promoted: true };
    case "abort":
    case "rollback":
      return { ...release, giveUp: release.giveUp ?? { what, by } };
  }
}

/** The limits on waiting begin anew: the time in between was the person's. */
function unpaused(release: Release, at: Instant): Release {
  return release.paused ? { ...release, paused: false, verdict: undefined, goesOnSince: at } : release;
}

/** The step that goes on or comes next, while the release goes forward. */
export function currentStep(release: Release): StepState | undefined {
  return release.steps.find((state) => state.is === "waiting" || state.is === "running");
}

/** The approval that a release stands at until a person has given it. */
export function awaitedApproval(release: Release): StepState | undefined {
  if (release.approved || release.giveUp || release.turnedBack || release.ended) return undefined;
  const state = currentStep(release);
  return state?.step.kind === "approval" ? state : undefined;
}

/** What the step of this name does, for people; "" for the release as a whole. */
export function titleOf(release: Release, id: string): string {
  const state = release.steps.find(({ step }) => step.id === id);
  return state ? stepTitle(release.sealed.plan, state.step) : "";
}

/** Whether any traffic may have moved: true from the moment a shift was begun until it was undone. */
export function hasShifted(release: Release): boolean {
  return movedShare(release) > 0 || release.steps.some(isShifted);
}

/** Whether it is a shift that has begun and was not undone. */
export const isShifted = ({ step, is }: StepState): boolean => step.kind === "shift" && (is === "running" || is === "done");
