import type { Slot } from "../../../lib/base/outcome.ts";
import { duration, instant } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Fleet } from "../../../lib/ports/fleet.ts";
import type { Draft, Holder } from "../../../lib/ports/ledger.ts";
import { done, type Result } from "../../../lib/ports/step-result.ts";
import type { RecoveryWorld } from "../../../lib/release/recovery/hands.ts";
import { planRecovery, type RecoveryKind, sealRecovery } from "../../../lib/release/recovery/plan.ts";
import { beginRecovery, type Carried, carryOutRecovery, type RecoveryTold } from "../../../lib/release/recovery/run.ts";
import { foldRecoveries } from "../../../lib/release/recovery/state.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { simulatedLedger } from "../../../lib/worlds/simulated/ledger.ts";

export const [here, there] = ["eu-west-1", "us-west-2"];
const artifact: Artifact = { digest: "a".repeat(64), version: "1.4.2", file: "image", start: "" };
export const copies = { slot: "blue", artifact, count: 3 } as const;
const later = (because: string): Result => ({ is: "pending", lookAgainIn: duration(5_000), because });

/** What the replica follows. */
export const source = "arn:aws:rds:eu-west-1:222222222222:db:source";

/** What can go wrong in the two regions. */
export interface Trouble {
  /** The replica was promoted before. */
  readonly standsAlone?: true;
  /** Copies do not come up in the other region. */
  readonly failsToStart?: true;
  /** The replica never gets the last of what was written. */
  readonly neverCaughtUp?: true;
}

/** Two regions in memory, where each effect takes a look or two, and what was done in them. */
export function scene(trouble: Trouble = {}) {
  const clock = handClock();
  const gone = new Set<number>();
  const ledger = simulatedLedger(gone, Number.POSITIVE_INFINITY);
  const counts = { from: copies.count as number, to: 0 };
  const effects: string[] = [];
  /** How far the replica is behind while somebody writes; undefined: nobody tells. */
  const lag: { seconds: number | undefined } = { seconds: 20 };
  const caughtUpTo = (seconds: number) => {
    const writtenAt = fencedAt ?? clock.now();
    return instant(fencedAt === undefined || trouble.neverCaughtUp ? writtenAt - seconds * 1_000 : clock.now());
  };
  /** Where automatic scaling may take copies: a start keeps them. */
  const free = { from: true, to: true };
  let [follows, promoting, region, fencedAt]: [boolean, boolean, string, number | undefined] = [
    !trouble.standsAlone,
    false,
    here,
    undefined,
  ];
  let making = 0;
  const fleet = (side: "from" | "to"): Fleet => {
    const set = (count: number, what: string): Result => {
      if (counts[side] === count) return done;
      counts[side] = count;
      effects.push(what);
      if (side === "from") fencedAt = count === 0 ? clock.now() : undefined;
      return later(what);
    };
    return {
      status: async () => ({
        digest: artifact.digest,
        version: artifact.version,
        wanted: counts[side],
        instances: [],
        inFlight: 0,
        trouble: [],
      }),
      start: async (_slot: Slot, _artifact, count) => {
        if (trouble.failsToStart && side === "to") return { is: "failed", because: "they exit at once" };
        const started = set(count, `start ${side}`);
        if (started.is !== "done") free[side] = false;
        return started;
      },
      stop: async () => set(0, `stop ${side}`),
      scaling: {
        hold: async () => {
          throw new Error("a recovery holds nothing that it does not start");
        },
        free: async () => {
          free[side] = true;
          return done;
        },
      },
    };
  };
  const world: RecoveryWorld = {
    clock,
    ledger,
    from: { fleet: fleet("from"), databaseArn: source },
    to: {
      fleet: fleet("to"),
      replica: {
        status: async () => ({
          follows: follows ? source : undefined,
          isAvailable: !promoting,
        }),
        caughtUpTo: async () => (follows && lag.seconds !== undefined ? caughtUpTo(lag.seconds) : undefined),
        follow: async (of, as) => {
          if (follows) return done;
          if (making++ === 0) effects.push(`${of} is followed beside ${as}`);
          else follows = true;
          return later("is being made");
        },
        promote: async () => {
          if (!follows) return done;
          if (promoting) follows = promoting = false;
          else {
            promoting = true;
            effects.push("promote");
          }
          return later("is being promoted");
        },
      },
    },
    entry: {
      region: async () => region,
      lead: async (to) => {
        if (region === to) return done;
        region = to;
        effects.push(`lead to ${to}`);
        return later("CloudFront takes the choice");
      },
      ask: async () => {
        const ok = counts[region === here ? "from" : "to"] > 0;
        return { check: "GET /health", ok, saw: ok ? "200" : "503" };
      },
    },
  };
  return { world, gone, effects, clock, lag, free, now: () => ({ ...counts, region, standsAlone: !follows }) };
}

const holder = (pid: number): Holder => ({ name: "ana", host: "here", pid, started: "1" });

export const planOf = (kind: RecoveryKind, lost = false) =>
  planRecovery({
    id: `${kind}-1`,
    kind,
    environment: "production",
    from: here,
    to: there,
    lost,
    serving: lost ? undefined : copies,
    served: copies,
  });

class Killed extends Error {}

/**
 * Carries a recovery out by processes that are killed at these appends: the first number is the append of the first process at which it dies,
 * before or after the ledger has it.
 */
export async function carriedOut(
  { world, gone }: Pick<ReturnType<typeof scene>, "world" | "gone">,
  kind: RecoveryKind,
  given: {
    readonly lost?: boolean;
    readonly kills?: readonly { readonly at: number; readonly written: boolean }[];
    readonly stop?: AbortSignal;
  } = {},
): Promise<{ readonly end: Carried; readonly told: readonly RecoveryTold[] }> {
  const told: RecoveryTold[] = [];
  const { kills = [], lost = false, stop = new AbortController().signal } = given;
  for (const [pid, kill] of [...kills, undefined].entries()) {
    let appends = 0;
    const ledger = {
      ...world.ledger,
      append: async (expected: number, draft: Draft) => {
        const dies = kill !== undefined && appends++ === kill.at;
        if (dies && !kill.written) throw new Killed();
        const result = await world.ledger.append(expected, draft);
        if (dies) throw new Killed();
        return result;
      },
    };
    const by = { world: { ...world, ledger }, holder: holder(pid), tell: (one: RecoveryTold) => told.push(one), stop };
    try {
      const seen = foldRecoveries(await world.ledger.read());
      if (seen.recovery?.ended) return { end: { is: "ended", recovery: seen.recovery }, told };
      await beginRecovery({ ...by, seen }, sealRecovery(planOf(kind, lost)));
      return { end: await carryOutRecovery(by), told };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      gone.add(pid);
    }
  }
  throw new Error("every process was killed");
}
