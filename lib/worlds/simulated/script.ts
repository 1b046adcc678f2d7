import { type Duration, duration, type Instant, instant } from "../../base/time.ts";
import type { AlarmState, MeterGroup } from "../../ports/meter.ts";

/** How a version behaves in the simulated world. */
export interface Behaviour {
  /** Share of requests that fail, given the candidate's weight and the time since its fleet started. */
  readonly failureRate: (weight: number, age: number) => number;
  /** Latency in milliseconds of one request, given a random number in [0, 1). */
  readonly latency: (random: number, weight: number) => number;
  /** Status of a request that does not fail. */
  readonly status: (path: string) => number;
  /** How long an instance takes to become healthy; undefined for never. */
  readonly startsWithin: Duration | undefined;
  /** How long its open requests hold up its end. */
  readonly stopsWithin: Duration;
  /** How many times an instance has crashed at that age. */
  readonly crashes: (weight: number, age: number) => number;
}

/** Fails one request in a thousand and answers in 5 to 15 ms. */
export const sound: Behaviour = {
  failureRate: () => 0.001,
  latency: (random) => 5 + Math.floor(10 * random),
  status: () => 200,
  startsWithin: duration(500),
  stopsWithin: duration(0),
  crashes: () => 0,
};

/** What happens to the simulated world, beside its versions. */
export interface Script {
  /** By artifact digest; `sound` for all others. */
  readonly versions: ReadonlyMap<string, Behaviour>;
  /** Whether the meter can be read now. */
  readonly meterReads: (now: Instant, weight: number) => boolean;
  /** How an alarm is now. */
  readonly alarm: (name: string, now: Instant, weight: number) => AlarmState;
  /** Whether requests arrive at all. */
  readonly trafficFlows: (now: Instant) => boolean;
  /** How long a new weight takes to be live. */
  readonly shiftsWithin: Duration;
  /** Exit code of a user's command, given who was asked and with which status that one answers. */
  readonly exits: (command: string, group: MeterGroup, status: number) => number;
  /** How long a command of a version takes, and its exit code then. */
  readonly ends: (command: string, digest: string) => { readonly takes: Duration; readonly exit: number };
  /** The ledger position from which on the disk is full. */
  readonly diskFullFrom: number;
}

/** Nothing happens: all versions are sound, and every request and reading arrives. */
export const calm: Script = {
  versions: new Map(),
  meterReads: () => true,
  alarm: (name) => ({ name, is: "ok", since: instant(0), because: "nothing happens" }),
  trafficFlows: () => true,
  shiftsWithin: duration(0),
  exits: (_command, _group, status) => (status < 500 ? 0 : 1),
  ends: () => ({ takes: duration(1_000), exit: 0 }),
  diskFullFrom: Number.POSITIVE_INFINITY,
};
