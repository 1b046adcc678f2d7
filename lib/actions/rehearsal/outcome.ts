import { type CommandOutcome, exitCodes } from "../../base/outcome.ts";
import { type Instant, instant } from "../../base/time.ts";
import type { Report } from "../../release/report.ts";
import type { OutcomeEvent } from "../views.ts";

/** Thrown at the second Ctrl-C: end at once. */
export class Killed extends Error {}

/** What cut a release short once there was traffic: `cause`, and what the callers had seen by then. */
export class Cut extends Error {
  readonly requests: OutcomeEvent["requests"];

  constructor(cause: unknown, requests: OutcomeEvent["requests"]) {
    super("cut short", { cause });
    this.requests = requests;
  }
}

/** Rejects with `Killed` when the signal aborts; never resolves. */
export function untilKilled(kill: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (kill.aborted) reject(new Killed());
    else kill.addEventListener("abort", () => reject(new Killed()), { once: true });
  });
}

/** The outcome of a release that has a report. */
export function outcomeOf(report: Report, file: string, begun: Instant, at: Instant = instant(Date.now())): OutcomeEvent {
  const { outcome, exit, because, release, callers, recoveredInMs, undid, left } = report;
  return {
    type: "outcome",
    at,
    outcome,
    exit,
    because,
    release,
    requests: { total: callers.requests, failed: callers.failed },
    ms: at - begun,
    ...(recoveredInMs === undefined ? {} : { recoveredInMs }),
    undid,
    left,
    report: file,
  };
}

/** The outcome of a rehearsal that ended before it had anything to report. */
export function outcomeWithout(
  outcome: CommandOutcome,
  because: string,
  { release, begun, requests }: { readonly release: string; readonly begun: Instant; readonly requests: OutcomeEvent["requests"] },
): OutcomeEvent {
  const at = instant(Date.now());
  return {
    type: "outcome",
    at,
    outcome,
    exit: exitCodes[outcome],
    because,
    release,
    requests,
    ms: at - begun,
    undid: [],
    left: [],
    report: "",
  };
}
