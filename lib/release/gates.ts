import type { GateIs, GateLine, VerdictIs } from "../base/events.ts";
import { type Duration, showDuration } from "../base/time.ts";
import type { Gate } from "../config/gate.ts";
import type { FleetStatus } from "../ports/fleet.ts";
import type { AlarmState, Reading } from "../ports/meter.ts";
import type { Answer } from "../ports/probe.ts";
import { gateTitle, percent } from "./plan.ts";
import { coarser, evidenceAgainst } from "./sequential.ts";

/** Everything that a gate may look at, for one window. */
export interface GateInput {
  readonly candidate: Reading;
  readonly live: Reading;
  readonly fleet: FleetStatus;
  /** The alarms that the gates watch. */
  readonly alarms: readonly AlarmState[];
  /** The newest answer of the user's command, by command; absent until the first run in this window ended. */
  readonly commands: ReadonlyMap<string, Answer>;
  readonly minRequests: number;
  /** The candidate's share of traffic, 0 to 100. */
  readonly weight: number;
  /** The part of a comparison's chance of a false abort that this window may use up. */
  readonly share: number;
}

/** All gates together: one that fails is a fail, else one that waits is a wait. */
export interface Verdict {
  readonly is: VerdictIs;
  readonly because: string;
  readonly gates: readonly GateLine[];
  /** How many requests of the candidate are missing until every gate has enough; 0 if it is not for want of requests. */
  readonly missing: number;
}

/** One failure is never a trend: a gate on failures needs at least this many. */
const fewestFailures = 2;

/** A candidate instance that had to be started again this often is crashing, not unlucky. */
const mostRestarts = 3;

/** The span over which the comparison pairs the two versions' requests. */
const comparedSpan = 1_000;

type Judged = { readonly is: GateIs; readonly because: string };
const pass = (because: string): Judged => ({ is: "pass", because });
const fail = (because: string): Judged => ({ is: "fail", because });
const wait = (because: string): Judged => ({ is: "wait", because });

/** Judges one gate over one window. Pure. Too few requests is `wait`, unless even with all missing ones good the limit were broken. */
export function judge(gate: Gate, input: GateInput): Judged {
  switch (gate.kind) {
    case "error-rate":
      return judgeErrors(gate.max, input);
    case "latency":
      return judgeLatency(gate, input);
    case "health":
      return judgeHealth(input.fleet);
    case "compare":
      return judgeAgainstLive(gate.falseAborts * input.share, input);
    case "alarms":
      return judgeAlarms(gate.names, input.alarms);
    case "command": {
      const answer = input.commands.get(gate.command);
      if (!answer) return wait("has not run yet");
      return answer.ok ? pass(answer.saw) : fail(answer.saw);
    }
  }
}

function tooFew({ candidate, minRequests }: GateInput): Judged | undefined {
  return candidate.requests < minRequests ? wait(`${candidate.requests} of ${minRequests} requests`) : undefined;
}

function judgeErrors(max: number, input: GateInput): Judged {
  const { requests, failed } = input.candidate;
  const allowed = max * Math.max(requests, input.minRequests);
  const seen = `${failed} of ${requests} requests failed`;
  if (failed >= fewestFailures && failed > allowed) return fail(`${seen} (${percent(failed / requests)} > ${percent(max)})`);
  return tooFew(input) ?? pass(seen);
}

function judgeLatency({ quantile, max }: { quantile: number; max: Duration }, input: GateInput): Judged {
  const few = tooFew(input);
  const measured = input.candidate.quantile(quantile);
  if (few || measured === undefined) return few ?? wait("no requests");
  const seen = showDuration(measured);
  return measured > max ? fail(`${seen} > ${showDuration(max)} over ${input.candidate.requests} requests`) : pass(seen);
}

function judgeHealth({ instances, wanted }: FleetStatus): Judged {
  const healthy = instances.filter(({ health }) => health === "healthy").length;
  const restarts = Math.max(0, ...instances.map((instance) => instance.restarts));
  const seen = `${healthy} of ${wanted} instances healthy`;
  if (restarts >= mostRestarts) return fail(`an instance was started again ${restarts} times`);
  const starting = instances.some(({ health }) => health === "starting");
  if (healthy === 0 && !starting) return fail(seen);
  return healthy < wanted ? wait(seen) : pass(seen);
}

function judgeAgainstLive(falseAborts: number, input: GateInput): Judged {
  // With all traffic on the candidate there is nothing to compare it with, but no data at all still waits.
  if (input.weight === 100) return tooFew(input) ?? { is: "skipped", because: "at 100 % the live version has no traffic to compare with" };
  const evidence = evidenceAgainst(coarser(input.candidate.cells, comparedSpan), coarser(input.live.cells, comparedSpan));
  const rates = `${input.candidate.failed} of ${input.candidate.requests} failed, live ${input.live.failed} of ${input.live.requests}`;
  if (evidence >= 1 / falseAborts) return fail(`${rates}: chance ≤ 1 in ${Math.floor(evidence)} if both were alike`);
  const few = tooFew(input);
  if (few) return few;
  return input.live.requests < input.minRequests ? wait(`live has ${input.live.requests} of ${input.minRequests} requests`) : pass(rates);
}

/**
 * One that fires is enough. One without data says nothing, as that of a slot that rests; where none has any, nobody watches. Whoever names none
 * rehearses.
 */
export function judgeAlarms(names: readonly string[], alarms: readonly AlarmState[]): Judged {
  if (names.length === 0) return { is: "skipped", because: "a rehearsal has no alarms" };
  const firing = alarms.flatMap((alarm) => (alarm.is === "firing" ? [firingText(alarm)] : []));
  if (firing.length > 0) return fail(listed(firing));
  const gone = alarms.flatMap(({ is, name }) => (is === "gone" ? [name] : []));
  if (gone.length > 0) return wait(`there is no alarm ${gone.join(", ")}`);
  const ok = alarms.filter(({ is }) => is === "ok").length;
  if (ok === 0) return wait(`none of ${alarms.length} alarms has data`);
  return pass(ok === alarms.length ? `${ok} alarms are OK` : `${ok} of ${alarms.length} alarms are OK, the others have no data`);
}

/** An entry of the ledger has to hold it twice, and no store takes one of any size (Amazon DynamoDB Developer Guide, "Quotas": 400 KB an item). */
const mostListed = 10;

const listed = (lines: readonly string[]): string =>
  lines.length > mostListed ? `${lines.slice(0, mostListed).join("; ")}; and ${lines.length - mostListed} others` : lines.join("; ");

/** An alarm that fires, for people. */
export function firingText({ name, since, because }: Exclude<AlarmState, { readonly is: "gone" }>): string {
  return `${name} fires since ${new Date(since).toISOString()}: ${because}`;
}

/** Judges all gates: one `fail` fails, else one `wait` waits; a skipped one says nothing. */
export function judgeAll(gates: readonly Gate[], input: GateInput): Verdict {
  const lines = gates.map((gate): GateLine => ({ gate: gateTitle(gate), ...judge(gate, input) }));
  const fails = lines.find(({ is }) => is === "fail");
  const waits = lines.find(({ is }) => is === "wait");
  const worst = fails ?? waits;
  const needsRequests = gates.some(({ kind }) => kind === "error-rate" || kind === "latency" || kind === "compare");
  return {
    is: fails ? "fail" : waits ? "wait" : "pass",
    because: worst
      ? `${worst.gate}: ${worst.because}`
      : lines.some(({ is }) => is === "skipped")
        ? "every gate that applies holds"
        : "every gate holds",
    gates: lines,
    missing: needsRequests ? Math.max(0, input.minRequests - fewestRequests(gates, input)) : 0,
  };
}

/** Requests of the version that has fewest of those that the gates look at. */
function fewestRequests(gates: readonly Gate[], { candidate, live, weight }: GateInput): number {
  const compares = weight < 100 && gates.some(({ kind }) => kind === "compare");
  return compares ? Math.min(candidate.requests, live.requests) : candidate.requests;
}
