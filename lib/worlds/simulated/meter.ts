import { duration, type Instant, instant } from "../../base/time.ts";
import type { AlarmState, Meter, MeterGroup, Reading, Window } from "../../ports/meter.ts";
import { type HandClock, tick } from "./clock.ts";

interface Tally {
  requests: number;
  failed: number;
  /** How many requests took so many milliseconds. */
  readonly latencies: Map<number, number>;
}

/** What every group did in one tick. */
type Row = { readonly at: Instant } & Readonly<Record<MeterGroup, Tally>>;

/** A meter that also takes down what happened. */
export interface SimulatedMeter extends Meter {
  count(group: MeterGroup, failed: boolean, latency: number): void;
}

/** `reads` says whether the numbers can be had now, `alarm` how an alarm is. */
export function simulatedMeter(clock: HandClock, reads: () => boolean, alarm: (name: string) => AlarmState): SimulatedMeter {
  const rows: Row[] = [];
  const rowNow = (): Row => {
    const at = instant(Math.floor(clock.now() / tick) * tick);
    const last = rows.at(-1);
    if (last?.at === at) return last;
    const tally = (): Tally => ({ requests: 0, failed: 0, latencies: new Map() });
    const row = { at, blue: tally(), green: tally(), "known-bad": tally() };
    rows.push(row);
    return row;
  };
  return {
    delay: duration(tick),
    async read(window) {
      if (!reads()) throw new Error("no numbers arrive");
      const read = within(rows, window);
      return { blue: reading(read, "blue"), green: reading(read, "green"), "known-bad": reading(read, "known-bad") };
    },
    alarms: async (names) => names.map(alarm),
    count(group, failed, latency) {
      const tally = rowNow()[group];
      tally.requests += 1;
      if (failed) tally.failed += 1;
      tally.latencies.set(latency, (tally.latencies.get(latency) ?? 0) + 1);
    },
  };
}

/** Rows that lie wholly in the window. A window is mostly the newest part of a long record, so the search begins at the end. */
function within(rows: readonly Row[], { from, to }: Window): readonly Row[] {
  const first = rows.findLastIndex(({ at }) => at < from) + 1;
  return rows.slice(first).filter(({ at }) => at + tick <= to);
}

function reading(rows: readonly Row[], group: MeterGroup): Reading {
  const cells = rows.map((row) => ({ at: row.at, requests: row[group].requests, failed: row[group].failed }));
  const sum = (what: "requests" | "failed") => cells.reduce((total, cell) => total + cell[what], 0);
  let sorted: readonly (readonly [number, number])[] | undefined;
  return {
    requests: sum("requests"),
    failed: sum("failed"),
    quantile(share) {
      sorted ??= joined(rows.map((row) => row[group].latencies));
      const below = share * sum("requests");
      let seen = 0;
      for (const [latency, count] of sorted) {
        seen += count;
        if (seen > below) return latency;
      }
      return sorted.at(-1)?.[0];
    },
    cells,
  };
}

function joined(histograms: readonly ReadonlyMap<number, number>[]): readonly (readonly [number, number])[] {
  const all = new Map<number, number>();
  for (const histogram of histograms) for (const [latency, count] of histogram) all.set(latency, (all.get(latency) ?? 0) + count);
  return [...all].sort(([a], [b]) => a - b);
}
