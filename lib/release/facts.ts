import { UserError } from "../base/errors.ts";
import type { GateLine, VerdictIs } from "../base/events.ts";
import type { Outcome, Weight } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";
import type { Draft, Entry, Holder } from "../ports/ledger.ts";
import type { Placement, SealedPlan, TurnedBackOutcome } from "./plan.ts";

/** What people can ask of a running release. */
export const requests = ["approve", "pause", "resume", "abort", "rollback", "promote"] as const;

/** What a person asked; what each does to a release, `lib/release/state.ts` says. */
export type Request = (typeof requests)[number];

/** By the name of a notifier, the position up to which it has told. */
export type Notified = Readonly<Record<string, number>>;

/** What a person asked who wants a release no more. */
export interface GiveUp {
  readonly what: "abort" | "rollback";
  readonly by: string;
}

/** Who is in charge of an environment, for which release, since when and until when. */
export interface Held {
  readonly release: string;
  readonly by: Holder;
  readonly since: Instant;
  readonly until: Instant;
  /** The first request to give it up that came before there was a plan: it has to stop what builds. */
  readonly giveUp: GiveUp | undefined;
}

/** What an environment is beside its newest release. */
export interface Standing {
  /** Undefined once that release has ended. A release is held from before its pipeline runs, so there may be no plan yet. */
  readonly held: Held | undefined;
  /** What is live while no release runs, where releases have one place. */
  readonly live: Placement | undefined;
  /** The same for each service and region that a release or a seed has named, by `whereOf`. */
  readonly lives: Readonly<Record<string, Placement>>;
}

/** What a ledger entry says, by kind. */
export interface Facts {
  /** A version was put live outside a release: at the start of a rehearsal on a fresh data plane, or on AWS by the first deploy. */
  readonly seeded: { readonly live: Placement; readonly where?: string };
  /** The writer is in charge until then, and renews in time; of its own time it lets go. `anew`: it found that its clock was set, or that it slept. */
  readonly held: { readonly until: Instant; readonly anew?: true };
  /** `before`: all that has to be known of what was before it, so that nobody has to read on from here; absent in entries from before it was written. */
  readonly planned: SealedPlan & { readonly before?: Standing };
  readonly started: Record<string, never>;
  /** A step waits, and this is what its next look has to know; with the candidate's share, where a driver moves it. */
  readonly noted: { readonly note: string; readonly weight?: Weight };
  /** For a bake, `gates` is what the gates last said. */
  readonly done: { readonly detail: string; readonly gates: readonly GateLine[] };
  /** The gates' verdict changed. `blind`: the meter could not be read at all. */
  readonly verdict: { readonly is: VerdictIs; readonly because: string; readonly blind: boolean; readonly gates: readonly GateLine[] };
  /** Synthetic requests were sent because there were too few. */
  readonly "topped-up": { readonly requests: number };
  readonly asked: { readonly what: Request; readonly by: string };
  readonly "turned-back": {
    readonly because: string;
    readonly details: readonly string[];
    readonly outcome: TurnedBackOutcome;
    readonly gates: readonly GateLine[];
  };
  readonly undone: { readonly detail: string };
  /** A step could not be undone, this time. */
  readonly "undo-failed": { readonly because: string };
  /** Notices were sent. */
  readonly notified: { readonly upTo: Notified };
  readonly ended: {
    readonly outcome: Outcome;
    readonly because: string;
    readonly undid: readonly string[];
    readonly left: readonly string[];
  };
}

/** Kinds of entries that this version writes; one that it does not know stops it, for the state would be wrong. */
export type FactKind = keyof Facts;

/** An entry whose kind is known, with its body. */
export type Fact = {
  readonly [Kind in FactKind]: Omit<Entry, "kind" | "body"> & { readonly kind: Kind; readonly body: Facts[Kind] };
}[FactKind];

const kinds: Record<FactKind, true> = {
  seeded: true,
  held: true,
  planned: true,
  started: true,
  noted: true,
  done: true,
  verdict: true,
  "topped-up": true,
  asked: true,
  "turned-back": true,
  undone: true,
  "undo-failed": true,
  notified: true,
  ended: true,
};

/**
 * Reads an entry as a fact. The hash chain and the version were checked by the ledger, so a known kind has the body that this
 * version of Sluice writes for it; an unknown kind is refused, since skipping it would fold to a wrong state.
 */
export function factOf(entry: Entry): Fact {
  if (!Object.hasOwn(kinds, entry.kind)) {
    throw new UserError(
      "ledger/version",
      `the ledger's entry ${entry.position} is of the unknown kind "${entry.kind}"`,
      "use the version of Sluice that wrote it",
    );
  }
  return entry as Fact;
}

/** An entry to be written: the compiler holds body and kind together. */
export function draft<Kind extends FactKind>(
  kind: Kind,
  body: Facts[Kind],
  where: { readonly release: string; readonly at: Instant; readonly holder: Holder; readonly step?: string; readonly attempt?: number },
): Draft {
  return { release: where.release, step: where.step ?? "", attempt: where.attempt ?? 1, at: where.at, holder: where.holder, kind, body };
}
