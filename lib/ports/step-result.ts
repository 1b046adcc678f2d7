import type { Weight } from "../base/outcome.ts";
import type { Duration } from "../base/time.ts";

/** The verb has taken effect. */
export interface Done {
  readonly is: "done";
}

/** The verb was accepted and takes effect later: look again after the given time. A verb never blocks a turn. */
export interface Pending {
  readonly is: "pending";
  readonly lookAgainIn: Duration;
  readonly because: string;
  /** What the next look has to know, whoever takes it: it is kept in the ledger. */
  readonly note?: string;
  /** The candidate's share by now, where it is moved by others; kept with a note that says so. */
  readonly weight?: Weight;
}

/** The verb cannot succeed by being repeated. `details` holds lines such as the end of a log. */
export interface Failed {
  readonly is: "failed";
  readonly because: string;
  readonly details?: readonly string[];
}

/** What a verb came to. Expected failures are values, and only surprises are thrown. */
export type Result = Done | Pending | Failed;

/** The one value of `Done`. */
export const done: Done = { is: "done" };
