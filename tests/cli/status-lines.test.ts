import { expect, test } from "vitest";
import type { StatusView } from "../../lib/actions/views.ts";
import { instant } from "../../lib/base/time.ts";
import { noPaint } from "../../lib/cli/paint.ts";
import { statusLines } from "../../lib/cli/status-lines.ts";

const view: StatusView = {
  environment: "rehearsal",
  release: "r-1",
  state: "waiting for approval",
  phase: "blue-green",
  because: "the first shift needs a person",
  from: "1.0.0",
  to: "1.1.0",
  candidate: "green",
  weight: 10,
  live: "blue",
  places: [],
  waves: [],
  holder: { name: "ana", host: "laptop", pid: 4_711, since: instant(90_000) },
  steps: [
    { id: "start", title: "start 1.1.0 in green", is: "done", ms: 450 },
    { id: "approval", title: "wait for approval", is: "running" },
    { id: "shift-10", title: "shift to 10 % on green", is: "waiting" },
  ],
  gates: [
    { gate: "error rate ≤ 1 %", is: "pass", because: "0 % of 80" },
    { gate: "p95 ≤ 250 ms", is: "wait", because: "12 of 50 requests" },
  ],
  since: instant(40_000),
  next: "sluice approve",
};

test("C21: status shows the release, its state, weights, who is in charge, gates, steps and the next command", () => {
  expect(statusLines(view, instant(100_000), noPaint)).toEqual([
    "environment  rehearsal",
    "release      r-1: 1.0.0 → 1.1.0, 1 min ago",
    "state        waiting for approval",
    "phase        blue-green",
    "because      the first shift needs a person",
    "weight       10 % on green, 90 % on blue",
    "live         blue",
    "in charge    ana on laptop, process 4711, for 10 s",
    "gates        ✔ error rate ≤ 1 %: 0 % of 80",
    "             … p95 ≤ 250 ms: 12 of 50 requests",
    "",
    "  ✔  start 1.1.0 in green    done in 450 ms",
    "  ▸  wait for approval       running",
    "  ·  shift to 10 % on green  waiting",
    "",
    "next: sluice approve",
  ]);
});

test("where nothing was released yet, it says that and nothing else", () => {
  const { holder: _holder, since: _since, ...rest } = view;
  const none: StatusView = {
    ...rest,
    release: undefined,
    state: "none",
    because: "",
    candidate: undefined,
    live: undefined,
    steps: [],
    gates: [],
    next: "sluice rehearse",
  };
  expect(statusLines(none, instant(0), noPaint)).toEqual([
    "environment  rehearsal",
    "release      none yet",
    "state        none",
    "",
    "next: sluice rehearse",
  ]);
});

test("an ended release shows its outcome", () => {
  expect(statusLines({ ...view, state: "ended", outcome: "rolled-back" }, instant(0), noPaint)).toContain(
    "state        ended: rolled-back",
  );
});

test("C07: status names who hears of no notices, and the command that says what to do, or why nobody could look", () => {
  const rows = (notices: NonNullable<StatusView["notices"]>) =>
    statusLines({ ...view, environment: "production", notices }, instant(100_000), noPaint).filter((line) =>
      /notices|confirmed/.test(line),
    );
  const pending = ["a@example.com", "b@example.com"].map((endpoint) => ({ endpoint, region: "eu-west-1" }));
  expect(rows({ unconfirmed: pending, because: "" })).toEqual([
    "notices      a@example.com has not confirmed (eu-west-1); see: sluice doctor production",
    "             b@example.com has not confirmed (eu-west-1)",
  ]);
  expect(rows({ unconfirmed: [], because: "no permission" })).toEqual(["notices      not known: no permission"]);
  expect(rows({ unconfirmed: [], because: "" })).toEqual([]);
});

test("C23: of several regions each has its weight, and what is live there", () => {
  const places = [
    { where: "web/eu-west-1", live: "green", version: "1.1.0" },
    { where: "web/us-west-2", live: "blue", version: "1.0.0" },
  ] as const;
  const waves = [
    { region: "eu-west-1", candidate: "green", weight: 100 },
    { region: "us-west-2", candidate: "green", weight: 10 },
  ] as const;
  const lines = statusLines({ ...view, live: undefined, places, waves }, instant(0), noPaint);
  expect(lines.slice(5, 9)).toEqual([
    "weight       eu-west-1: 100 % on green, 0 % on blue",
    "             us-west-2: 10 % on green, 90 % on blue",
    "live         web/eu-west-1: 1.1.0 in green",
    "             web/us-west-2: 1.0.0 in blue",
  ]);
});
