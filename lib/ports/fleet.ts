import type { Slot } from "../base/outcome.ts";
import type { Artifact } from "./artifact.ts";
import type { Result } from "./step-result.ts";

/** Where a copy is in its life: it gets requests only while `healthy`; `exited` ones are started again. */
export type InstanceHealth = "starting" | "healthy" | "unhealthy" | "exited";

/** One running copy; `id` is whatever the world knows it by. */
export interface Instance {
  readonly id: string;
  readonly health: InstanceHealth;
  /** How often it had to be started again since the fleet was started. */
  readonly restarts: number;
}

/** The running copies of one version in a slot. */
export interface FleetStatus {
  /** Digest of what runs there, or undefined while the slot is empty. */
  readonly digest: string | undefined;
  readonly version: string | undefined;
  /** How many copies there should be. */
  readonly wanted: number;
  readonly instances: readonly Instance[];
  /** Requests that are under way in this slot. */
  readonly inFlight: number;
  /** Why instances do not come up: what was seen, ending with the last lines of a log. Empty while all is well. */
  readonly trouble: readonly string[];
}

/** The status of a slot in which nothing runs. */
export const nothingRuns: FleetStatus = { digest: undefined, version: undefined, wanted: 0, instances: [], inFlight: 0, trouble: [] };

/** Runs versions in slots. Every verb looks before it acts and may be repeated. */
export interface Fleet {
  status(slot: Slot): Promise<FleetStatus>;
  /**
   * Makes `count` copies of the artifact run in the slot. Done once all are healthy; pending while they start; failed when they cannot
   * become healthy (exited at once, wrong port, health check refused, start-up time over). Starting what already runs there changes
   * nothing; another artifact replaces what runs. Undone by `stop`, as the slot of a candidate is empty before.
   */
  start(slot: Slot, artifact: Artifact, count: number): Promise<Result>;
  /**
   * Drains the slot and ends its processes. Done once nothing of it is left; an empty slot is done at once. Undone by `start` with the same
   * artifact.
   */
  stop(slot: Slot): Promise<Result>;
  /** Absent where the number of copies changes by nothing but a release. */
  readonly scaling?: Scaling;
}

/** What scales the copies of a slot by itself. Neither verb changes how many run, and both may be repeated. */
export interface Scaling {
  /** It takes none of the copies that run now: callers who left may come back at once. Undone by `free`. */
  hold(slot: Slot): Promise<Result>;
  /** It may take copies again, down to the fewest that are configured: the way back from `hold`, which also undoes it. */
  free(slot: Slot): Promise<Result>;
}
