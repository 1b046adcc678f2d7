import { appendFileSync, readFileSync } from "node:fs";
import { errorNumber, isDiskFull } from "../../../base/errors.ts";
import { duration, type Instant, instant } from "../../../base/time.ts";
import { writeWhole } from "../../../machine/whole-file.ts";
import { type Cell, type MeterGroup, meterGroups, type Window } from "../../../ports/meter.ts";
import { bucketOf, type Histogram } from "./histogram.ts";

/** How long one cell is. A request is in the cell in which it ended. */
export const cellLength = duration(100);

const kept = 2 * 3_600_000;
const slack = 600_000;
/** Long windows are told in spans of several cells. */
const mostSpans = 600;

/** What one group did in a window, in a shape that survives JSON. */
export interface GroupCounts {
  readonly requests: number;
  readonly failed: number;
  /** Bucket and count, in no order. */
  readonly latencies: readonly (readonly [number, number])[];
  readonly cells: readonly Cell[];
}

/** What each group did in one window. */
export type Counts = Readonly<Record<MeterGroup, GroupCounts>>;

/** The metering of a plane: cells in memory, and in a file for the plane that comes after a crash. */
export interface Cells {
  record(group: MeterGroup, failed: boolean, milliseconds: number): void;
  /** Only whole cells inside the window that have ended; so the same past window always reads the same. */
  read(window: Window): Counts;
  stop(): void;
}

/** One line of the file: a cell with at least one request. */
interface Line {
  readonly group: MeterGroup;
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  readonly latencies: readonly (readonly [number, number])[];
}

interface OpenCell {
  readonly at: number;
  requests: number;
  failed: number;
  readonly latencies: Histogram;
}

/** Goes on from what the file holds, without what is older than two hours. */
export async function openCells(file: string): Promise<Cells> {
  const past: Record<MeterGroup, Line[]> = { blue: [], green: [], "known-bad": [] };
  const current: Partial<Record<MeterGroup, OpenCell>> = {};
  const before = readLines(file).filter((line) => line.at > Date.now() - kept);
  for (const line of before) past[line.group].push(line);
  await writeWhole(file, before.map((line) => `${JSON.stringify(line)}\n`).join(""));

  const close = (group: MeterGroup) => {
    const cell = current[group];
    if (!cell || cell.at + cellLength > Date.now()) return;
    delete current[group];
    const line: Line = { group, ...cell, latencies: [...cell.latencies] };
    past[group].push(line);
    if ((past[group][0]?.at ?? 0) < cell.at - kept - slack) past[group] = past[group].filter((old) => old.at > cell.at - kept);
    append(file, line);
  };
  const timer = setInterval(() => meterGroups.forEach(close), cellLength);

  return {
    record(group, failed, milliseconds) {
      close(group);
      const last = past[group].at(-1);
      // A clock that was set back must not open a cell that has been read already.
      current[group] ??= {
        at: Math.max(cellOf(Date.now()), last ? last.at + cellLength : 0),
        requests: 0,
        failed: 0,
        latencies: new Map(),
      };
      const cell = current[group];
      const bucket = bucketOf(milliseconds);
      cell.requests++;
      if (failed) cell.failed++;
      cell.latencies.set(bucket, (cell.latencies.get(bucket) ?? 0) + 1);
    },
    read(window) {
      meterGroups.forEach(close);
      const from = Math.ceil(window.from / cellLength) * cellLength;
      const to = Math.min(cellOf(window.to), cellOf(Date.now()));
      return {
        blue: countWithin(past.blue, from, to),
        green: countWithin(past.green, from, to),
        "known-bad": countWithin(past["known-bad"], from, to),
      };
    },
    stop() {
      clearInterval(timer);
    },
  };
}

const cellOf = (at: number): number => Math.floor(at / cellLength) * cellLength;

function countWithin(lines: readonly Line[], from: number, to: number): GroupCounts {
  const span = cellLength * Math.max(1, Math.ceil((to - from) / cellLength / mostSpans));
  const spans = Array.from({ length: Math.max(0, Math.ceil((to - from) / span)) }, (_, index) => ({
    at: instant(from + index * span) as Instant,
    requests: 0,
    failed: 0,
  }));
  const latencies: Histogram = new Map();
  let requests = 0;
  let failed = 0;
  for (let index = firstFrom(lines, from); index < lines.length; index++) {
    const line = lines[index];
    if (!line || line.at >= to) break;
    requests += line.requests;
    failed += line.failed;
    for (const [bucket, count] of line.latencies) latencies.set(bucket, (latencies.get(bucket) ?? 0) + count);
    const cell = spans[Math.floor((line.at - from) / span)];
    if (!cell) continue;
    cell.requests += line.requests;
    cell.failed += line.failed;
  }
  return { requests, failed, latencies: [...latencies], cells: spans };
}

function firstFrom(lines: readonly Line[], from: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A full disk must not stop the balancer: what is not written is missing only after a crash. */
function append(file: string, line: Line): void {
  try {
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

function readLines(file: string): Line[] {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorNumber(error) !== "ENOENT") throw error;
  }
  // The last line is torn if the plane died, or the disk was full, while it was written.
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}
