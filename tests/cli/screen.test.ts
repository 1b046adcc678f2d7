import { expect, test } from "vitest";
import type { Event } from "../../lib/base/events.ts";
import { noPaint, type Paint, widthOf } from "../../lib/cli/paint.ts";
import { screenLines } from "../../lib/cli/screen.ts";
import { blank, storyAfter } from "../../lib/cli/story.ts";
import { failing, passing, reading, rolledBack, told, turnedBack, upToBake } from "./told.ts";

function screen(events: readonly Event[], columns = 100, paint: Paint = noPaint, said: readonly string[] = []): readonly string[] {
  return screenLines(events.reduce(storyAfter, blank), { columns, spinner: "*", paint, said });
}

test("the live view shows versions, stages, steps, weight, bake, both slots and each gate", () => {
  expect(screen(told([...upToBake, reading(500, passing)]), 80)).toEqual([
    "live       1.0.0  already packed",
    "candidate  1.1.0  ✔ build  - scan",
    "data plane started, http://127.0.0.1:4000, 1.0.0 in blue",
    "traffic    50/s to /, /orders",
    "",
    "release    r-1: 1.0.0 → 1.1.0, sealed 3f2a9c0d1e2f",
    "  ✔ start 1.1.0 in green  450 ms",
    "  ✔ shift to 50 % on green  20 ms",
    "  * bake at 50 % for 2 s",
    "  · drain blue",
    "",
    "weight     ██████████████████░░░░░░░░░░░░░░░░░ 50 % on green, 49.8/s",
    "bake       ██████████████████████████░░░░░░░░░ 500 ms left",
    "live       41 requests, 0 failed, p95 4 ms",
    "candidate  40 requests, 0 failed, p95 4 ms",
    "gates      ✔ error rate ≤ 1 %: 0 % of 80",
    "",
    "the working tree counts as a version",
  ]);
});

test("while a stage runs it has the spinner, and when it fails a cross", () => {
  const running = { type: "stage-started", role: "live", stage: "test", log: "" } as const;
  const failed = { type: "stage-ended", role: "live", stage: "test", is: "failed", ms: 1, because: "exit code 1", log: "" } as const;
  expect(screen(told([running]))).toEqual(["live         * test"]);
  expect(screen(told([running, failed]))).toEqual(["live         ✖ test"]);
});

test("after a rollback it shows where it stopped, what is undone, and why", () => {
  const lines = screen([...told([...upToBake, reading(500, failing), ...turnedBack]), rolledBack], 80);
  expect(lines.slice(6, 10)).toEqual([
    "  ↶ start 1.1.0 in green undone",
    "  ↶ shift to 50 % on green undone",
    "  ✖ bake at 50 % for 2 s",
    "  · drain blue",
  ]);
  expect(lines.slice(-2)).toEqual(["turning back: error rate ≤ 1 %: 12.5 % of 80", "  Error: boom"]);
});

test("why it waits, and the question, stand below until the release goes on", () => {
  const events = told([...upToBake.slice(0, 11), { type: "waiting", step: "approval", because: "a person has to approve" }]);
  expect(screen(events, 80, noPaint, ["go on? press y"]).slice(-2)).toEqual(["a person has to approve", "go on? press y"]);
  const [goesOn] = told([{ type: "step-done", step: "approval", title: "wait for approval", ms: 1 }]);
  expect(screen(goesOn ? [...events, goesOn] : []).join("\n")).not.toContain("a person has to approve");
});

test.each([20, 40, 60, 100])("no line is wider than a terminal of %i columns, whatever has happened, with colours too", (columns) => {
  const events = [...told([...upToBake, reading(500, failing), ...turnedBack]), rolledBack];
  const bold: Paint = (_tone, text) => `\u001b[1m${text}\u001b[22m`;
  for (let count = 1; count <= events.length; count += 1) {
    for (const line of screen(events.slice(0, count), columns, bold)) expect(widthOf(line)).toBeLessThan(columns);
  }
});

test("a line that is cut still ends its colours, so that they do not run into the next", () => {
  const red: Paint = (_tone, text) => `\u001b[31m${text}\u001b[39m`;
  const [line] = screen(told([{ type: "source", role: "live", version: "a-very-long-version-that-does-not-fit", from: "x" }]), 20, red);
  expect(line).toBe("\u001b[31mlive      \u001b[39m a-very-…");
  expect(screen(told([{ type: "note", text: "oneveryverylongword andanother" }]), 12, red)).toEqual([
    "\u001b[31moneveryver\u001b[39m…",
    "\u001b[31mandanother\u001b[39m",
  ]);
});
