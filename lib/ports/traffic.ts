import type { Duration } from "../base/time.ts";

/** One kind of request. */
export interface RequestKind {
  readonly method: string;
  readonly path: string;
  /** How often, relative to the others. */
  readonly share: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the callers saw, from the outside. */
export interface TrafficCount {
  readonly requests: number;
  /** Answered 5xx, or not at all. */
  readonly failed: number;
  /** The first few kinds of failure with their counts, such as `502` or `ECONNREFUSED`. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Sends requests, and remembers the outcome of each. */
export interface Traffic {
  /**
   * Keeps a constant arrival rate (requests a second, whatever the answers take) on the router until told otherwise; rate 0 stops.
   * Safe to repeat.
   */
  send(rate: number, kinds: readonly RequestKind[]): Promise<void>;
  /** Sends this many requests to one address, evenly over the span, and waits for the answers. For top-up and self-tests. */
  burst(address: string, count: number, over: Duration, kinds: readonly RequestKind[]): Promise<TrafficCount>;
  /** All outcomes since the first `send`, not counting bursts. */
  count(): Promise<TrafficCount>;
}
