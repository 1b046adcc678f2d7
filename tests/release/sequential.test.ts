import { describe, expect, it } from "vitest";
import { instant } from "../../lib/base/time.ts";
import type { Cell } from "../../lib/ports/meter.ts";
import { coarser, evidenceAgainst } from "../../lib/release/sequential.ts";
import { chance } from "../../lib/worlds/simulated/chance.ts";

const cell = (second: number, requests: number, failed: number): Cell => ({ at: instant(second * 1_000), requests, failed });

describe("evidence that the candidate fails more often", () => {
  it.each<[string, Cell[], Cell[]]>([
    ["no data", [], []],
    ["no failures", [cell(0, 50, 0)], [cell(0, 50, 0)]],
    ["cells of the candidate only", [cell(0, 50, 50), cell(1, 50, 50)], []],
    ["cells in which live had no requests", [cell(0, 50, 50)], [cell(0, 0, 0)]],
    ["cells in which the candidate had no requests", [cell(0, 0, 0)], [cell(0, 50, 50)]],
    ["failures in different cells", [cell(0, 50, 50)], [cell(1, 50, 50)]],
  ])("is 1 with %s", (_what, candidate, live) => {
    expect(evidenceAgainst(candidate, live)).toBe(1);
  });

  it("is what the likelihood ratios come to: one failure of the candidate at half of the requests", () => {
    const ratios = [1.5, 2, 3, 5, 10, 30];
    const expected = ratios.reduce((sum, r) => sum + (2 * r) / (r + 1), 0) / ratios.length;
    expect(evidenceAgainst([cell(0, 10, 1)], [cell(0, 10, 0)])).toBeCloseTo(expected, 10);
    const against = ratios.reduce((sum, r) => sum + 2 / (r + 1), 0) / ratios.length;
    expect(evidenceAgainst([cell(0, 10, 0)], [cell(0, 10, 1)])).toBeCloseTo(against, 10);
  });

  it("grows with the candidate's failures, shrinks with live's, and weighs them by the share of requests", () => {
    const two = evidenceAgainst([cell(0, 10, 2)], [cell(0, 10, 0)]);
    expect(evidenceAgainst([cell(0, 10, 3)], [cell(0, 10, 0)])).toBeGreaterThan(two);
    expect(evidenceAgainst([cell(0, 10, 2)], [cell(0, 10, 1)])).toBeLessThan(two);
    expect(evidenceAgainst([cell(0, 10, 2)], [cell(0, 90, 0)])).toBeGreaterThan(two);
  });

  it("has a mean of at most 1 while both fail alike, and seldom ever rises to 20", () => {
    const random = chance(7);
    const runs = 4_000;
    let sum = 0;
    let everHigh = 0;
    for (let run = 0; run < runs; run += 1) {
      const candidate: Cell[] = [];
      const live: Cell[] = [];
      let high = false;
      for (let second = 0; second < 6; second += 1) {
        const failures = (requests: number) => Array.from({ length: requests }, random).filter((one) => one < 0.1).length;
        candidate.push(cell(second, 5, failures(5)));
        live.push(cell(second, 15, failures(15)));
        high ||= evidenceAgainst(candidate, live) >= 20;
      }
      sum += evidenceAgainst(candidate, live);
      if (high) everHigh += 1;
    }
    expect(sum / runs).toBeLessThan(1);
    expect(sum / runs).toBeGreaterThan(0.3);
    expect(everHigh / runs).toBeLessThanOrEqual(1 / 20);
  });
});

describe("coarser cells", () => {
  it("join what lies in one span", () => {
    const short = [0, 400, 900, 1_000, 2_500].map((at): Cell => ({ at: instant(at), requests: 2, failed: 1 }));
    expect(coarser(short, 1_000)).toEqual([cell(0, 6, 3), cell(1, 2, 1), cell(2, 2, 1)]);
  });
});
