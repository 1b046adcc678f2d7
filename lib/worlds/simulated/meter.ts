import { duration, type Instant } from "../../base/time.ts";
import type { Cell, Meter, MeterGroup, Reading } from "../../ports/meter.ts";
import { tick } from "./clock.ts";

/** A cell with the latencies of its requests. */
interface FullCell {
  readonly at: Instant;
  requests: number;
  failed: number;
  readonly latencies: number[];
}

/** A meter that also takes down what happened. */
export interface SimulatedMeter extends Meter {
  count(group: MeterGroup, at: Instant, failed: boolean, latency: number): void;
  groups(): Readonly<Record<MeterGroup, { readonly requests: number; readonly failed: number }>>;
}

export function simulatedMeter(reads: () => boolean): SimulatedMeter {
  const cells: Record<MeterGroup, Map<number, FullCell>> = { blue: new Map(), green: new Map(), "known-bad": new Map() };
  const within = (group: MeterGroup, from: Instant, to: Instant) =>
    [...cells[group].values()].filter(({ at }) => at >= from && at + tick <= to).sort((a, b) => a.at - b.at);
  const sum = (group: MeterGroup) => totals([...cells[group].values()]);
  return {
    delay: duration(tick),
    async read({ from, to }) {
      if (!reads()) throw new Error("no numbers arrive");
      return {
        blue: reading(within("blue", from, to)),
        green: reading(within("green", from, to)),
        "known-bad": reading(within("known-bad", from, to)),
      };
    },
    count(group, at, failed, latency) {
      const start = Math.floor(at / tick) * tick;
      const cell = cells[group].get(start) ?? { at: start as Instant, requests: 0, failed: 0, latencies: [] };
      cell.requests += 1;
      if (failed) cell.failed += 1;
      cell.latencies.push(latency);
      cells[group].set(start, cell);
    },
    groups: () => ({ blue: sum("blue"), green: sum("green"), "known-bad": sum("known-bad") }),
  };
}

function totals(cells: readonly Cell[]): { requests: number; failed: number } {
  return cells.reduce((sum, cell) => ({ requests: sum.requests + cell.requests, failed: sum.failed + cell.failed }), {
    requests: 0,
    failed: 0,
  });
}

function reading(cells: readonly FullCell[]): Reading {
  const latencies = cells.flatMap((cell) => cell.latencies).sort((a, b) => a - b);
  return {
    ...totals(cells),
    quantile: (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))],
    cells: cells.map(({ at, requests, failed }) => ({ at, requests, failed })),
  };
}
