import { expect, test } from "vitest";
import type { Event } from "../../lib/base/events.ts";
import { plainLines, plainStart } from "../../lib/cli/plain.ts";
import { passing, reading, rolledBack, told, turnedBack, upToBake } from "./told.ts";

function all(events: readonly Event[]): readonly string[] {
  let state = plainStart;
  return events.flatMap((event) => {
    const { lines, state: next } = plainLines(event, state);
    state = next;
    return lines;
  });
}

test("C21: a pipe gets one plain line an event, each with the time since the first", () => {
  const lines = all(told([...upToBake.slice(0, 10)], 1_500));
  expect(lines).toEqual([
    "   +0.0s  the working tree counts as a version",
    "   +1.5s  live version: 1.0.0, from HEAD~1",
    "   +3.0s  candidate version: 1.1.0, from the working tree",
    "   +4.5s  candidate: build … (log: /p/build.log)",
    "   +6.0s  candidate: build passed in 1.2 s",
    "   +7.5s  candidate: scan skipped: no scanner here",
    "   +9.0s  live: already packed 1.0.0, 123.5 kB, sha256 0123456789ab",
    "  +10.5s  data plane started: http://127.0.0.1:4000",
    "  +12.0s  live: 1.0.0 in blue, 2 instances",
    "  +13.5s  traffic: 50/s to /, /orders",
  ]);
});

test("the sealed plan is a block with every step, how it is undone, and the gates", () => {
  expect(all(told(upToBake.filter(({ type }) => type === "plan")))).toEqual([
    "   +0.0s  release plan of r-1: 1.0.0 → 1.1.0, candidate in green, sealed 3f2a9c0d1e2f",
    "             1. start 1.1.0 in green     undo: stop green",
    "             2. shift to 50 % on green   undo: all traffic back to blue",
    "             3. bake at 50 % for 2 s",
    "             4. drain blue",
    "            gates: error rate ≤ 1 %; p95 ≤ 250 ms",
  ]);
});

test("readings are shown at most once a second, however often they come", () => {
  const readings = Array.from({ length: 21 }, (_, index) => reading(2_000 - index * 100, passing));
  const lines = all(told(readings, 100));
  expect(lines.map((line) => line.slice(0, 8).trim())).toEqual(["+0.0s", "+1.0s", "+2.0s"]);
  expect(lines[0]).toContain(
    "50 % on green, 49.8/s | live 41 requests, 0 failed, p95 4 ms | candidate 40 requests, 0 failed, p95 4 ms | 2 s left",
  );
});

test("that a step waits is told at every turn and shown once", () => {
  const waiting = { type: "waiting", step: "approval", because: "a person has to approve" } as const;
  expect(all(told([waiting, waiting, waiting]))).toEqual(["   +0.0s  a person has to approve"]);
});

test("a rollback shows why, the lines that belong to it, what was undone and how it ended", () => {
  expect(all([...told(turnedBack), rolledBack])).toEqual([
    "   +0.0s  gates: fail, error rate 12.5 % of 80",
    "          ✖ error rate ≤ 1 %: 12.5 % of 80",
    "   +1.0s  turning back (rolled-back): error rate ≤ 1 %: 12.5 % of 80",
    "            Error: boom",
    "   +2.0s  undone  all traffic back to blue",
    "   +3.0s  undone  stop green",
    "   +4.0s  data plane stopped",
    "  +30.0s  ended: rolled-back after 23.5 s",
  ]);
});

test("a failed stage names its log, and an error its code, its details and its fix", () => {
  const lines = all(
    told([
      { type: "stage-ended", role: "live", stage: "test", is: "failed", ms: 900, because: "exit code 1", log: "/p/test.log" },
      { type: "error", code: "port/taken", message: "port 80 is in use", fix: "choose another", details: ["by nginx"] },
    ]),
  );
  expect(lines).toEqual([
    "   +0.0s  live: test failed in 900 ms: exit code 1",
    "          log: /p/test.log",
    "   +1.0s  error: port 80 is in use (port/taken)",
    "            by nginx",
    "          fix: choose another",
  ]);
});
