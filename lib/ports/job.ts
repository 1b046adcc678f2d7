import type { Slot } from "../base/outcome.ts";
import type { Duration } from "../base/time.ts";
import type { Artifact } from "./artifact.ts";
import type { Result } from "./step-result.ts";

/** A user's command that is to take effect once. */
export interface Order {
  /** Tells it from every other, and is the same whoever asks for it again. */
  readonly id: string;
  readonly command: string;
  /** It runs where this is, with what the app gets in its environment. */
  readonly artifact: Artifact;
  /** Whose network and settings it gets. */
  readonly slot: Slot;
  /** How long it may take; then it is ended, and has failed. */
  readonly within: Duration;
}

/** Runs commands of a version, such as a change of the database's schema. */
export interface Job {
  /**
   * Runs a command at most once, whoever asks and however often. Done once it has ended with 0; pending while it runs; failed when it ended
   * otherwise, with the end of what it said where that is known, and where nobody can tell how it ended: it is not run again then. There is no
   * way back: the command is the user's. `noted`: the last note that it asked to keep.
   */
  run(order: Order, noted?: string): Promise<Result>;
}
