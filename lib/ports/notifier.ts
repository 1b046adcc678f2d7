import type { Outcome } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";

/** What happened to a release that people want to hear of. */
export type NoticeKind = "begun" | "waiting" | "shifted" | "gate-failed" | "turned-back" | "rolled-back" | "ended";

/** One thing to tell of a release. */
export interface Notice {
  /** What a receiver knows a second copy by: the same for the same thing, whoever tells it. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly environment: string;
  readonly release: string;
  readonly at: Instant;
  /** The live version and the candidate. */
  readonly from: string;
  readonly to: string;
  /** The candidate's share of the traffic by then, in %. */
  readonly weight: number;
  /** How it ended, once it has. */
  readonly outcome?: Outcome;
  /** What happened, in one clause. */
  readonly text: string;
}

/** Tells people, or what they have built, of a release. */
export interface Notifier {
  /** What it is called in the ledger, which remembers how much it has told. */
  readonly name: string;
  /**
   * Resolves once the notice was taken; throws within seconds where it was not. May be repeated: a receiver then gets a second copy. Nothing that
   * was told is taken back.
   */
  send(notice: Notice): Promise<void>;
}
