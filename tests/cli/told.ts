import type { Event, GateLine } from "../../lib/base/events.ts";
import { instant } from "../../lib/base/time.ts";

type Untimed = Event extends infer One ? (One extends Event ? Omit<One, "at"> : never) : never;

/** Gives events their times: one second apart, or as said. */
export function told(events: readonly Untimed[], every = 1_000): readonly Event[] {
  return events.map((event, index): Event => ({ ...event, at: instant(1_000_000 + index * every) }));
}

export const passing: GateLine = { gate: "error rate ≤ 1 %", is: "pass", because: "0 % of 80" };
export const failing: GateLine = { gate: "error rate ≤ 1 %", is: "fail", because: "12.5 % of 80" };

/** A rehearsal up to the bake at 50 %. */
export const upToBake: readonly Untimed[] = [
  { type: "note", text: "the working tree counts as a version" },
  { type: "source", role: "live", version: "1.0.0", from: "HEAD~1" },
  { type: "source", role: "candidate", version: "1.1.0", from: "the working tree" },
  { type: "stage-started", role: "candidate", stage: "build", log: "/p/build.log" },
  { type: "stage-ended", role: "candidate", stage: "build", is: "passed", ms: 1_200, because: "", log: "/p/build.log" },
  { type: "stage-ended", role: "candidate", stage: "scan", is: "skipped", ms: 0, because: "no scanner here", log: "" },
  { type: "artifact", role: "live", version: "1.0.0", digest: "sha256:0123456789abcdef", bytes: 123_456, reused: true },
  { type: "plane", is: "started", url: "http://127.0.0.1:4000", because: "" },
  { type: "live", slot: "blue", version: "1.0.0", instances: 2 },
  { type: "traffic", rate: 50, paths: ["/", "/orders"] },
  {
    type: "plan",
    release: "r-1",
    hash: "3f2a9c0d1e2f3a4b",
    from: "1.0.0",
    to: "1.1.0",
    candidate: "green",
    steps: [
      { id: "start", title: "start 1.1.0 in green", undo: "stop green" },
      { id: "shift-50", title: "shift to 50 % on green", undo: "all traffic back to blue" },
      { id: "bake-50", title: "bake at 50 % for 2 s", undo: "" },
      { id: "drain", title: "drain blue", undo: "" },
    ],
    gates: ["error rate ≤ 1 %", "p95 ≤ 250 ms"],
  },
  { type: "step-started", step: "start", title: "start 1.1.0 in green" },
  { type: "step-done", step: "start", title: "start 1.1.0 in green", ms: 450 },
  { type: "step-started", step: "shift-50", title: "shift to 50 % on green" },
  { type: "step-done", step: "shift-50", title: "shift to 50 % on green", ms: 20 },
  { type: "step-started", step: "bake-50", title: "bake at 50 % for 2 s" },
  reading(2_000, passing),
];

/** One reading at 50 % with this much of the bake left. */
export function reading(left: number, gate: GateLine): Untimed {
  const next = gate.is === "fail" ? { requests: 40, failed: 10, p95: 9 } : { requests: 40, failed: 0, p95: 4 };
  return {
    type: "reading",
    step: "bake-50",
    weight: 50,
    candidate: "green",
    rate: 49.84,
    live: { requests: 41, failed: 0, p95: 3.6 },
    next,
    gates: [gate],
    left,
  };
}

/** What follows when the gate fails at 50 %. */
export const turnedBack: readonly Untimed[] = [
  { type: "verdict", step: "bake-50", is: "fail", because: "error rate 12.5 % of 80", gates: [failing] },
  { type: "turned-back", because: "error rate ≤ 1 %: 12.5 % of 80", details: ["Error: boom"], outcome: "rolled-back" },
  { type: "step-undone", step: "shift-50", title: "all traffic back to blue" },
  { type: "step-undone", step: "start", title: "stop green" },
  { type: "plane", is: "stopped", url: "", because: "" },
];

/** How it ended then. */
export const rolledBack = {
  type: "outcome",
  outcome: "rolled-back",
  exit: 10,
  because: "error rate ≤ 1 %: 12.5 % of 80",
  release: "r-1",
  requests: { total: 1_234, failed: 31 },
  ms: 23_456,
  recoveredInMs: 87,
  undid: ["all traffic back to blue", "stop green"],
  left: ["the log of 1.1.0"],
  report: "/p/.sluice/releases/r-1/report.json",
  at: instant(1_030_000),
} as const satisfies Event;
