import fc from "fast-check";
import type { Slot } from "../../lib/base/outcome.ts";
import { duration } from "../../lib/base/time.ts";
import type { Gate } from "../../lib/config/gate.ts";
import type { Request } from "../../lib/release/facts.ts";
import type { Death } from "./mortal.ts";

/** How a version goes bad: from a weight and an age of its fleet on. */
export interface Illness {
  readonly failureRate: number;
  readonly latency: number;
  readonly restarts: number;
  readonly fromWeight: number;
  /** Milliseconds since the fleet started. */
  readonly fromAge: number;
}

export interface Version {
  /** Milliseconds, or undefined for never. */
  readonly startsWithin: number | undefined;
  readonly stopsWithin: number;
  readonly illness: Illness | undefined;
}

/** One controller's end. */
export interface Kill extends Death {
  /** Whether others can see that it is gone; otherwise its lease has to end. */
  readonly seen: boolean;
  /** Milliseconds until somebody starts the next one. */
  readonly nextAfter: number;
}

/** A span of time in milliseconds since simulated time began. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Everything that can happen to one release. The same story always ends the same way. */
export interface Story {
  readonly seed: number;
  readonly liveSlot: Slot;
  readonly weights: readonly number[];
  readonly bake: number;
  readonly finalBake: number;
  readonly keepWarm: number;
  readonly approval: boolean;
  readonly every: number;
  readonly minRequests: number;
  readonly dataLimit: number;
  readonly topUp: boolean;
  readonly gates: readonly Gate[];
  readonly rate: number;
  readonly live: Version;
  readonly candidate: Version;
  /** When the meter cannot be read. */
  readonly blind: Span | undefined;
  /** When no requests arrive. */
  readonly quiet: Span | undefined;
  /** Ledger position from which on the disk is full. */
  readonly diskFullFrom: number | undefined;
  readonly shiftsWithin: number;
  /** How long its migration takes and with what it ends, if it has one. */
  readonly migration: { readonly takes: number; readonly exit: number } | undefined;
  readonly kills: readonly Kill[];
  readonly asks: readonly { readonly after: number; readonly what: Request }[];
  /** When a second controller tries to take part. */
  readonly rivals: readonly number[];
}

/** Once in so many times. */
const sometimes = <T>(times: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const span = fc
  .record({ from: fc.integer({ min: 3_000, max: 25_000 }), length: fc.oneof(fc.nat(3_000), fc.constant(1e9)) })
  .map(({ from, length }): Span => {
    return { from, to: from + length };
  });

const illness = fc.record({
  failureRate: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1, noNaN: true })),
  latency: fc.constantFrom(0, 0, 100, 400),
  restarts: fc.constantFrom(0, 0, 1, 5),
  fromWeight: fc.constantFrom(0, 1, 10, 50, 100),
  fromAge: fc.oneof(fc.constant(0), fc.nat(15_000)),
});

const liveVersion = fc.record({
  startsWithin: fc.nat(2_000),
  stopsWithin: fc.constantFrom(0, 0, 700),
  illness: sometimes(10, illness),
});

const candidateVersion = fc.record({
  startsWithin: fc.oneof({ weight: 9, arbitrary: fc.nat(3_000) }, { weight: 1, arbitrary: fc.constant(undefined) }),
  stopsWithin: fc.constantFrom(0, 0, 700),
  illness: sometimes(2, illness),
});

const gates: fc.Arbitrary<readonly Gate[]> = fc.subarray<Gate>(
  [
    { kind: "error-rate", max: 0.02 },
    { kind: "latency", quantile: 0.95, max: duration(250) },
    { kind: "health" },
    { kind: "compare", falseAborts: 0.005 },
    { kind: "command", command: "./smoke.sh", timeout: duration(1_000) },
  ],
  { minLength: 1 },
);

const weights = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }).map((some) => [...some.sort((a, b) => a - b), 100]);

const kill = fc.record({
  call: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 })),
  side: fc.constantFrom("before", "after"),
  seen: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  nextAfter: fc.nat(1_500),
});

const asks = fc.array(
  fc.record({ after: fc.nat(25_000), what: fc.constantFrom<Request>("approve", "pause", "resume", "abort", "rollback", "promote") }),
  { maxLength: 3 },
);

/** Random stories: plans, versions, faults, kills, people and rivals. */
export const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.nat(1_000_000),
  liveSlot: fc.constantFrom("blue", "green"),
  weights,
  bake: fc.nat(2_000),
  finalBake: fc.nat(2_000),
  keepWarm: fc.nat(1_500),
  approval: fc.constantFrom(false, false, true),
  every: fc.integer({ min: 100, max: 500 }),
  minRequests: fc.integer({ min: 5, max: 60 }),
  dataLimit: fc.integer({ min: 0, max: 4_000 }),
  topUp: fc.constantFrom(true, true, false),
  gates,
  rate: fc.constantFrom(0, 20, 60, 60, 120),
  live: liveVersion,
  candidate: candidateVersion,
  blind: sometimes(6, span),
  quiet: sometimes(4, span),
  diskFullFrom: sometimes(8, fc.integer({ min: 3, max: 80 })),
  shiftsWithin: fc.constantFrom(0, 0, 250, 1_500),
  kills: fc.array(kill, { maxLength: 4 }),
  asks: fc.oneof(fc.constant([]), asks),
  rivals: fc.oneof(fc.constant([]), fc.array(fc.nat(20_000), { maxLength: 2 })),
  migration: sometimes(2, fc.record({ takes: fc.nat(2_000), exit: fc.constantFrom(0, 0, 0, 0, 1) })),
});

/** Stories in which nothing is wrong but that controllers die: they must end released. */
export const sound: fc.Arbitrary<Story> = stories.map((story) => ({
  ...story,
  topUp: true,
  // Beyond any lease: while nobody is in charge the limit runs on.
  dataLimit: 600_000,
  live: { ...story.live, illness: undefined },
  candidate: { ...story.candidate, startsWithin: story.candidate.startsWithin ?? 0, illness: undefined },
  blind: undefined,
  diskFullFrom: undefined,
  migration: story.migration && { ...story.migration, exit: 0 },
  asks: [],
}));
