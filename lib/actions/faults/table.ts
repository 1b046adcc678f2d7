import type { Outcome } from "../../base/outcome.ts";

/** When a fault strikes, relative to the first shift; `always` where the release has not begun. */
export type When = "before" | "after" | "always";

/** What a fault is called for and how a rehearsal with it has to end. */
export interface FaultKind {
  /** What happens, for `--help` and the docs. */
  readonly text: string;
  /** What may follow the name after a colon, and what it is without. */
  readonly argument?: { readonly name: string; readonly fallback: string; readonly valid: (text: string) => boolean };
  /** How a rehearsal with it must end, by when it strikes. The first is the default. */
  readonly expected: Readonly<Partial<Record<When, Outcome>>>;
}

const share = (text: string) => /^(0?\.\d+|1|\d{1,3}%)$/.test(text);
const milliseconds = (text: string) => /^\d{1,6}$/.test(text);
const stepId = (text: string) => /^[a-z][a-z0-9-]*$/.test(text);

/**
 * Every fault and what must come of it. The one place that says so: `--all-faults`, the tests and docs/faults.md read it.
 * A rolled-back release exits 10, a blocked one 12, a failed pipeline 4, a released one 0.
 */
export const faults = {
  "build-fails": { text: "the candidate's build fails", expected: { always: "failed" } },
  "test-fails": { text: "the candidate's tests fail", expected: { always: "failed" } },
  "never-healthy": { text: "the candidate never answers its health check", expected: { before: "rolled-back" } },
  "green-errors": {
    text: "the candidate answers a share of its requests with 500",
    argument: { name: "rate", fallback: "0.3", valid: share },
    expected: { after: "rolled-back", before: "rolled-back" },
  },
  "green-slow": {
    text: "the candidate answers later; caught by a latency gate",
    argument: { name: "ms", fallback: "600", valid: milliseconds },
    expected: { after: "rolled-back", before: "rolled-back" },
  },
  "green-leaks": { text: "the candidate is healthy, then degrades at 50 %", expected: { after: "rolled-back" } },
  "green-crashes": {
    text: "the candidate's processes end by themselves, again and again",
    expected: { after: "rolled-back", before: "rolled-back" },
  },
  "instance-dies": { text: "one instance of the candidate is killed", expected: { after: "released", before: "released" } },
  "no-traffic": {
    text: "nobody sends requests; with `no-top-up` nothing makes up for it",
    argument: { name: "top-up", fallback: "top-up", valid: (text) => text === "top-up" || text === "no-top-up" },
    expected: { after: "released", before: "released" },
  },
  "blind-gate": { text: "the meter cannot be read", expected: { before: "blocked", after: "rolled-back" } },
  "alarm-fires": {
    text: "an alarm fires; without this fault a rehearsal has none",
    expected: { after: "rolled-back", before: "blocked" },
  },
  "controller-dies": {
    text: "the controller is killed at a step, after it acted and before it wrote that down; another goes on",
    argument: { name: "step", fallback: "shift-50", valid: stepId },
    expected: { after: "released", before: "released" },
  },
  "plane-dies": {
    text: "the data plane is killed at a step, with every process in it; it is started again from its state",
    argument: { name: "step", fallback: "shift-50", valid: stepId },
    expected: { after: "released", before: "released" },
  },
  "port-taken": { text: "the port that the candidate is given is taken when it starts", expected: { before: "released" } },
  "disk-full": { text: "the disk has no space left for the ledger", expected: { before: "blocked", after: "rolled-back" } },
  "asks-rollback": {
    text: "a person asks for a rollback at a step",
    argument: { name: "step", fallback: "shift-50", valid: stepId },
    expected: { after: "rolled-back", before: "rolled-back" },
  },
} as const satisfies Record<string, FaultKind>;

/** A fault as `--fault` names it, before the colon. */
export type FaultName = keyof typeof faults;

/** The outcome for a fault as it was asked for. `no-traffic:no-top-up` is the one argument that changes it. */
export function expectedOutcome(name: FaultName, when: When, argument: string): Outcome | undefined {
  if (name === "no-traffic" && argument === "no-top-up") return "rolled-back";
  const kind: FaultKind = faults[name];
  return kind.expected[when];
}
