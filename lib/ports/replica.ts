import type { Instant } from "../base/time.ts";
import type { Result } from "./step-result.ts";

/** A copy of a database in another region. */
export interface ReplicaStatus {
  /** What it copies, by its ARN; undefined once it stands alone. */
  readonly follows: string | undefined;
  /** It could be promoted now. */
  readonly isAvailable: boolean;
}

/** The database of the region that an environment moves to. Its verbs look before they act. */
export interface Replica {
  status(): Promise<ReplicaStatus>;
  /** All that the source had taken by then has arrived; undefined while that is not known. */
  caughtUpTo(): Promise<Instant | undefined>;
  /**
   * Makes it a database that takes writes, with backups of its own. Done once it does; one that follows nobody is done at once. There is no way
   * back: it never follows again.
   */
  promote(): Promise<Result>;
  /**
   * Makes one that stands alone follow a database of another region, by its ARN: a new one takes its place and address, and it is kept under a name
   * that ends with `as`. Takes hours. Done once it follows, and all that answers reads beside it follows it; it has no way back and needs none, as nobody
   * is served from it and nothing is deleted.
   */
  follow(source: string, as: string): Promise<Result>;
}
