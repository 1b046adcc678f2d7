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

/** Sends synthetic requests. */
export interface Bursts {
  /** Sends this many requests to one address, evenly over the span, and waits for the answers. For top-up and self-tests. */
  burst(address: string, count: number, over: Duration, kinds: readonly RequestKind[]): Promise<TrafficCount>;
}

/** Sends requests in place of callers, and remembers the outcome of each. */
export interface Traffic extends Bursts {
  /**
   * Keeps a constant arrival rate (requests a second, whatever the answers take) on the router until told otherwise. Safe to repeat. Undone
   * by a rate of 0.
   */
  send(rate: number, kinds: readonly RequestKind[]): Promise<void>;
  /** All outcomes since the first `send`, not counting bursts. */
  count(): Promise<TrafficCount>;
}
