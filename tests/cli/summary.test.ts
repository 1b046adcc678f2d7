import { expect, test } from "vitest";
import type { OutcomeEvent } from "../../lib/actions/views.ts";
import type { Outcome } from "../../lib/base/outcome.ts";
import { noPaint } from "../../lib/cli/paint.ts";
import { type Ending, summaryLines } from "../../lib/cli/summary.ts";
import { rolledBack } from "./told.ts";

const ending: Ending = { kept: undefined, details: [], failedLogs: [], command: "sluice rehearse", project: "/p", cwd: "/p" };
const { recoveredInMs: _, ...notTurnedBack } = rolledBack;

test("a rollback says why, what it undid and left, how fast, where the report is and what to run next", () => {
  expect(summaryLines(rolledBack, { ...ending, details: ["Error: boom"] }, noPaint)).toEqual([
    "outcome    rolled-back (exit code 10)",
    "because    error rate ≤ 1 %: 12.5 % of 80",
    "             Error: boom",
    "release    r-1",
    "took       23.5 s",
    "requests   1234 sent, 31 failed",
    "recovered  in 87 ms: all traffic on the live version again",
    "undid      all traffic back to blue",
    "           stop green",
    "left       the log of 1.1.0",
    "report     .sluice/releases/r-1/report.json",
    "next       sluice status   (every step and gate; the numbers are in the report)",
  ]);
});

test("what did not happen is not mentioned", () => {
  const blocked: OutcomeEvent = {
    ...notTurnedBack,
    outcome: "blocked",
    exit: 12,
    because: "held",
    release: "",
    undid: [],
    left: [],
    report: "",
  };
  expect(summaryLines(blocked, ending, noPaint).map((line) => line.split(" ")[0])).toEqual([
    "outcome",
    "because",
    "took",
    "requests",
    "next",
  ]);
});

test("a kept data plane is named with its address and the command that stops it", () => {
  const lines = summaryLines({ ...rolledBack, outcome: "released", exit: 0 }, { ...ending, kept: "http://127.0.0.1:4000" }, noPaint);
  expect(lines.slice(-1)).toEqual(["next       sluice destroy   (stops the data plane that was kept)"]);
  expect(lines).toContain("kept       the data plane, http://127.0.0.1:4000");
});

test("a failed stage's log is named", () => {
  expect(summaryLines({ ...rolledBack, outcome: "failed", exit: 4 }, { ...ending, failedLogs: ["/p/test.log"] }, noPaint)).toContain(
    "log        test.log",
  );
});

test.each<Outcome>(["released", "rolled-back", "aborted", "blocked", "superseded", "failed"])(
  "after %s a command comes next, for the same project",
  (outcome) => {
    const here = summaryLines({ ...rolledBack, outcome }, ending, noPaint).at(-1);
    const elsewhere = summaryLines(
      { ...rolledBack, outcome },
      { ...ending, command: "sluice rehearse '/other one'", project: "/other one" },
      noPaint,
    ).at(-1);
    expect(here).toMatch(/^next {7}sluice (rehearse|status) /);
    expect(here).not.toContain("/p ");
    expect(elsewhere).toContain("'/other one'");
  },
);
