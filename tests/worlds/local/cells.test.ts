import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { instant } from "../../../lib/base/time.ts";
import { type Cells, cellLength, openCells } from "../../../lib/worlds/local/plane/cells.ts";
import { bucketOf, middleOf, quantileOf } from "../../../lib/worlds/local/plane/histogram.ts";
import { until } from "./until.ts";

let folder: string;
let file: string;
let cells: Cells;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "sluice-test-"));
  file = path.join(folder, "meter.jsonl");
  cells = await openCells(file);
});
afterEach(() => {
  cells.stop();
  rmSync(folder, { recursive: true, force: true });
});

const all = () => ({ from: instant(Date.now() - 3_600_000), to: instant(Date.now()) });
const line = (at: number) => `${JSON.stringify({ group: "blue", at, requests: 1, failed: 0, latencies: [[100, 1]] })}\n`;

test("the middle of a bucket is at most 5 % from every latency in it, from a tenth of a millisecond to an hour", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 3_600_000, noNaN: true }), (latency) => {
      expect(Math.abs(middleOf(bucketOf(latency)) - latency) / latency).toBeLessThanOrEqual(0.05);
    }),
  );
});

test("slower never lands in an earlier bucket", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }), (one, other) => {
      expect(bucketOf(Math.max(one, other))).toBeGreaterThanOrEqual(bucketOf(Math.min(one, other)));
    }),
  );
});

test.each([
  [0.5, 10],
  [0.9, 10],
  [0.91, 1_000],
  [1, 1_000],
])("of nine fast and one slow, the share %f stays below about %d ms", (share, expected) => {
  const counts: [number, number][] = [
    [bucketOf(1_000), 1],
    [bucketOf(10), 9],
  ];
  expect(Math.abs((quantileOf(counts, share) ?? 0) / expected - 1)).toBeLessThan(0.05);
});

test("a cell that has not ended is not read, and a cell that has is on disk before it is read", async () => {
  cells.record("green", true, 5);
  const at = Date.now();
  const { green } = await until("the cell has ended", () => {
    const read = cells.read(all());
    if (Math.floor(at / cellLength) === Math.floor(Date.now() / cellLength)) expect(read.green.requests).toBe(0);
    return read.green.requests === 1 && read;
  });
  expect(green.failed).toBe(1);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ group: "green", requests: 1, failed: 1 });
});

test("a cell counts only when it lies in the window as a whole", async () => {
  const at = Math.floor(Date.now() / cellLength) * cellLength - 10 * cellLength;
  cells.stop();
  writeFileSync(file, line(at));
  cells = await openCells(file);
  const read = (from: number, to: number) => cells.read({ from: instant(from), to: instant(to) }).blue.requests;
  expect(read(at, at + cellLength)).toBe(1);
  expect(read(at + 1, at + cellLength)).toBe(0);
  expect(read(at, at + cellLength - 1)).toBe(0);
  expect(read(at - 50, at + cellLength + 50)).toBe(1);
});

test("X05 the next plane reads the same past, past a torn last line, and drops what is older than two hours", async () => {
  cells.stop();
  const now = Math.floor(Date.now() / cellLength) * cellLength;
  writeFileSync(file, line(now - 3 * 3_600_000) + line(now - 2_000) + line(now - 1_000));
  appendFileSync(file, '{"group":"blue","at":17');
  cells = await openCells(file);
  expect(cells.read({ from: instant(0), to: instant(now) }).blue.requests).toBe(2);
  expect(readFileSync(file, "utf8")).toBe(line(now - 2_000) + line(now - 1_000));
});

test("a long window is told in at most 600 spans that add up", async () => {
  cells.stop();
  const now = Math.floor(Date.now() / cellLength) * cellLength;
  writeFileSync(file, line(now - 3_000_000) + line(now - 1_000));
  cells = await openCells(file);
  const { blue, green } = cells.read({ from: instant(now - 3_600_000), to: instant(now) });
  expect(blue.cells.length).toBeLessThanOrEqual(600);
  expect(blue.cells.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
  expect(green.cells.map(({ at }) => at)).toEqual(blue.cells.map(({ at }) => at));
});

test("a window that has not ended is told up to now", () => {
  const { cells: spans } = cells.read({ from: instant(Date.now() - 1_000), to: instant(Date.now() + 60_000) }).blue;
  expect(spans.length).toBeGreaterThan(5);
  expect(spans.at(-1)?.at).toBeLessThan(Date.now());
});
