import type { Duration } from "../base/time.ts";

/** The latency quantiles that a gate can limit. */
export const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** A quantile as people write it; the release counts with its share. */
export type QuantileName = keyof typeof quantiles;

/**
 * A limit that the candidate must keep, as the release reads it: shares are 0 to 1, times are milliseconds.
 * What people write in the configuration is in `schema/gates.ts`.
 */
export type Gate =
  /** The share of the candidate's requests that may fail. */
  | { readonly kind: "error-rate"; readonly max: number }
  /** `quantile` (0.95 for p95) of the candidate's requests must be answered within `max`. */
  | { readonly kind: "latency"; readonly quantile: number; readonly max: Duration }
  /** Every copy of the candidate must be healthy. */
  | { readonly kind: "health" }
  /** The candidate may not be worse than the live version in the same window; `falseAborts` is the accepted share of needless aborts. */
  | { readonly kind: "compare"; readonly falseAborts: number }
  /** None of these alarms of CloudWatch may fire. In the configuration they are those beside the environment's own. */
  | { readonly kind: "alarms"; readonly names: readonly string[] }
  /** The user's own check: passes when it exits 0. Goes to `/bin/sh -c` unchanged. */
  | { readonly kind: "command"; readonly command: string; readonly timeout: Duration };
