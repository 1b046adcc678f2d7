import type { Duration, Instant } from "../../base/time.ts";

/** How a version behaves in the simulated world. */
export interface Behaviour {
  /** Share of requests that fail, given the candidate's weight and the time since its fleet started. */
  readonly failureRate: (weight: number, age: number) => number;
  /** Latency in milliseconds of one request, given a random number in [0, 1). */
  readonly latency: (random: number, weight: number) => number;
  /** How long an instance takes to become healthy; undefined for never. */
  readonly startsWithin: Duration | undefined;
  /** How many times an instance has crashed at that age. */
  readonly crashes: (weight: number, age: number) => number;
}

/** Fails one request in a thousand and answers in 5 to 15 ms. */
export const sound: Behaviour = {
  failureRate: () => 0.001,
  latency: (random) => 5 + 10 * random,
  startsWithin: 500 as Duration,
  crashes: () => 0,
};

/** What happens to the simulated world, beside its versions. */
export interface Script {
  /** By artifact digest; `sound` for all others. */
  readonly versions: ReadonlyMap<string, Behaviour>;
  /** Whether the meter can be read now. */
  readonly meterReads: (now: Instant, weight: number) => boolean;
  /** Whether requests arrive at all. */
  readonly trafficFlows: (now: Instant) => boolean;
  /** Whether the disk is full from this ledger position on. */
  readonly diskFullFrom: number;
}

export const calm: Script = {
  versions: new Map(),
  meterReads: () => true,
  trafficFlows: () => true,
  diskFullFrom: Number.POSITIVE_INFINITY,
};
