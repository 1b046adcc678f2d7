import { type Slot, slots } from "../base/outcome.ts";
import type { Duration, Instant } from "../base/time.ts";

/** A span of time that is read, up to now at the latest. */
export interface Window {
  /** Included. */
  readonly from: Instant;
  /** Excluded. */
  readonly to: Instant;
}

/** Counts of one short span. `failed`: answered 5xx, or not at all. */
export interface Cell {
  readonly at: Instant;
  readonly requests: number;
  readonly failed: number;
}

/** What one slot did in a window. */
export interface Reading {
  readonly requests: number;
  readonly failed: number;
  /** Latency in milliseconds below which the given share (0 to 1) of requests stayed; undefined without requests. */
  readonly quantile: (share: number) => number | undefined;
  /** The same counts in order of time, for sequential tests. Spans are the same for every group of one `read`. */
  readonly cells: readonly Cell[];
}

/** Whose requests: a slot's, or those sent to the address that is known to be bad. */
export type MeterGroup = Slot | "known-bad";

/** All of them, the slots first. */
export const meterGroups: readonly MeterGroup[] = [...slots, "known-bad"];

/** What everybody did in the same window, so that the candidate can be compared with the live version. */
export type Readings = Readonly<Record<MeterGroup, Reading>>;

/** What an alarm says. `silent`: it has no data to judge by. `gone`: there is no alarm of that name. */
export type AlarmState =
  | {
      readonly name: string;
      readonly is: "ok" | "firing" | "silent";
      /** Since when it says so. */
      readonly since: Instant;
      /** Why, in the words of who keeps it. */
      readonly because: string;
    }
  | { readonly name: string; readonly is: "gone" };

/** Counts requests, failures and latencies, and knows the alarms on them. */
export interface Meter {
  /** Reads a window. Has no side effects; the same past window always reads the same. Throws when the numbers cannot be had. */
  read(window: Window): Promise<Readings>;
  /** How these alarms are now, in the order of their names. Has no side effects. Throws when that cannot be had. */
  alarms(names: readonly string[]): Promise<readonly AlarmState[]>;
  /** How long after an event the numbers include it. */
  readonly delay: Duration;
}
