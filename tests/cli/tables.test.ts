import { expect, test } from "vitest";
import type { FaultRow, PointRow } from "../../lib/actions/views.ts";
import { noPaint, type Paint } from "../../lib/cli/paint.ts";
import { aligned, faultTable, pointTable } from "../../lib/cli/tables.ts";

const fault: FaultRow = {
  fault: "green-errors",
  when: "after",
  expected: { outcome: "rolled-back", exit: 10 },
  got: { outcome: "rolled-back", exit: 10 },
  struck: true,
  ok: true,
  requests: { total: 812, failed: 9 },
  recoveredInMs: 42,
  orphans: 0,
  ms: 9_100,
};

const point: PointRow = {
  step: "shift-50",
  title: "shift to 50 % on green",
  outcome: "rolled-back",
  liveVersionServes: true,
  weight: 0,
  ok: true,
  requests: { total: 812, failed: 0 },
  recoveredInMs: 42,
  ms: 3_000,
};

test("X05: every fault has a row with what had to happen and what did, and the sum below", () => {
  const never: FaultRow = { ...fault, fault: "blind-gate", when: "before", got: { outcome: "none", exit: 1 }, ok: false, orphans: 2 };
  const { recoveredInMs: _, ...bad } = never;
  expect(faultTable([fault, bad], noPaint)).toEqual([
    "   fault         strikes           expected          got               requests  failed  recovered  orphans   took",
    "✔  green-errors  after the shift   rolled-back (10)  rolled-back (10)       812       9      42 ms        0  9.1 s",
    "✖  blind-gate    before the shift  rolled-back (10)  none (1)               812       9          -        2  9.1 s",
    "",
    "1 of 2 faults ended as expected",
  ]);
});

test("X03: a fault that never struck is marked, and the row says so", () => {
  const [, row] = faultTable([{ ...fault, struck: false, ok: false }], noPaint);
  expect(row).toMatch(/^✖ {2}green-errors {2}never struck {2}rolled-back/);
});

test("X05: every step has a row that says whether the old version and weight came back", () => {
  expect(pointTable([point, { ...point, title: "drain blue", liveVersionServes: false, weight: 50, ok: false }], noPaint)).toEqual([
    "   rolled back from        outcome      old version serves  weight  requests  failed  recovered  took",
    "✔  shift to 50 % on green  rolled-back  yes                    0 %       812       0      42 ms   3 s",
    "✖  drain blue              rolled-back  no                    50 %       812       0      42 ms   3 s",
    "",
    "1 of 2 steps rolled back cleanly",
  ]);
});

test("colours do not move the columns", () => {
  const red: Paint = (_tone, text) => `\u001b[31m${text}\u001b[39m`;
  expect(
    aligned([
      ["a", "b"],
      [red("bad", "ccc"), "d"],
    ]),
  ).toEqual(["a    b", "\u001b[31mccc\u001b[39m  d"]);
});
