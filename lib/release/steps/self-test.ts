import { duration, type Instant } from "../../base/time.ts";
import type { Gate } from "../../config/gate.ts";
import { type FleetStatus, nothingRuns } from "../../ports/fleet.ts";
import type { Reading, Readings, Window } from "../../ports/meter.ts";
import type { Answer } from "../../ports/probe.ts";
import type { RequestKind } from "../../ports/traffic.ts";
import { type GateInput, judge } from "../gates.ts";
import { comparedShare, gateTitle, type ReleasePlan } from "../plan.ts";
import { testAlarms } from "./alarms-test.ts";
import { type ActResult, type Hand, nothingToUndo, recoversWithin, untilWhole, type Work } from "./hand.ts";
import { readable } from "./readable.ts";

/** How long the requests of the self-test are spread. */
const spread = duration(1_000);

/**
 * With fewer requests not every gate can trip: a comparison that may be wrong once in a million, a twentieth of that here, needs 29
 * failures.
 */
const fewestRequests = 32;

/** A process that just started is slow at first. What it needs to become itself is sent before anything is measured. */
const warmUp = { requests: 25, over: duration(500) } as const;

/** Synthetic requests must not change data: only what RFC 9110 section 9.2.1 calls safe, else the first probe. */
export function safeKinds({ kinds, checks }: ReleasePlan): readonly RequestKind[] {
  const safe = kinds.filter(({ method }) => method === "GET" || method === "HEAD");
  const probed = checks.find((check) => check.kind === "http");
  return safe.length > 0 ? safe : [{ method: "GET", path: probed?.kind === "http" ? probed.path : "/", share: 1 }];
}

/**
 * Proves, before any traffic moves, that every gate can be read, is not already failing on the live version, does not fail on the
 * candidate, and trips on an address where everything is known to be bad. An alarm that already fires when an ECS deployment starts
 * is ignored for the whole deployment; here it blocks the release.
 */
export const selfTest: Hand = {
  async act(work) {
    const notYet = await untilWhole(work);
    if (notYet) return notYet;
    const begunAt = work.world.clock.now();
    const window = await exercise(work);
    const readings = await readable(work.world.clock, () => work.world.meter.read(window));
    if ("unreadable" in readings) return blocked(`the meter cannot be read: ${readings.unreadable}`);
    if (wasDisturbed(work, readings, begunAt)) {
      return { is: "pending", lookAgainIn: duration(100), because: "not every request of the self-test was counted" };
    }
    const fleets = await Promise.all([work.world.fleet.status(work.plan.live.slot), work.world.fleet.status(work.plan.candidate.slot)]);
    for (const gate of work.plan.gates) {
      const problem = await testGate(work, gate, readings, fleets);
      if (problem) return problem;
    }
    return { is: "done" };
  },
  undo: nothingToUndo,
};

/**
 * Whether requests got lost on the way, as when the data plane dies in the middle: that says nothing about a gate, so it is done again, while
 * what was disturbed began early. How long it took says nothing: on AWS that is three times CloudWatch's delay.
 */
function wasDisturbed({ plan, startedAt }: Work, readings: Readings, begunAt: Instant): boolean {
  if (begunAt - startedAt >= recoversWithin) return false;
  return (["known-bad", plan.candidate.slot] as const).some((group) => readings[group].requests < requestsFor(plan));
}

const requestsFor = ({ reading }: ReleasePlan) => Math.max(fewestRequests, reading.minRequests);

/** Sends the same requests to the live version, the candidate and the address that is known to be bad. */
async function exercise({ world, plan }: Work): Promise<Window> {
  const { router, traffic, clock } = world;
  await traffic.burst(await router.test(plan.candidate.slot), warmUp.requests, warmUp.over, safeKinds(plan));
  const from = clock.now();
  // A cell that is cut by either end of the window does not count, so nothing is sent in the first one.
  await clock.wait(world.meter.delay);
  const count = requestsFor(plan);
  const slowest = Math.max(0, ...plan.gates.map((gate) => (gate.kind === "latency" ? gate.max : 0)));
  const kinds = safeKinds(plan);
  const slow = kinds.map((kind) => ({ ...kind, headers: { ...kind.headers, "x-sluice-delay": String(2 * slowest) } }));
  const [live, candidate, bad] = await Promise.all([
    router.test(plan.live.slot),
    router.test(plan.candidate.slot),
    router.test("known-bad"),
  ]);
  await Promise.all([
    traffic.burst(live, count, spread, kinds),
    traffic.burst(candidate, count, spread, kinds),
    traffic.burst(bad, count, spread, slow),
  ]);
  // The last requests are in the numbers only after the meter's delay.
  await clock.wait(duration(2 * world.meter.delay));
  return { from, to: clock.now() };
}

function blocked(because: string): ActResult {
  return { is: "failed", because, outcome: "blocked" };
}

async function testGate(
  work: Work,
  gate: Gate,
  readings: Readings,
  [liveFleet, candidateFleet]: readonly FleetStatus[],
): Promise<ActResult | undefined> {
  if (gate.kind === "alarms") return await testAlarms(work, gate);
  const { plan, world } = work;
  const live = readings[plan.live.slot];
  const name = gateTitle(gate);
  const verdictFor = async (candidate: Reading, fleet: FleetStatus | undefined, group: "known-bad" | typeof plan.live.slot) => {
    const address = await world.router.test(group);
    return judge(gate, inputFor(plan, candidate, live, fleet ?? nobody, await commandAnswers(work, gate, address)));
  };
  const onLive = await verdictFor(live, liveFleet, plan.live.slot);
  if (onLive.is === "fail") return blocked(`the gate "${name}" already fails on the live version: ${onLive.because}`);
  const onCandidate = await verdictFor(readings[plan.candidate.slot], candidateFleet, plan.candidate.slot);
  if (onCandidate.is === "fail")
    return { is: "failed", because: `the gate "${name}" fails on the candidate before any traffic: ${onCandidate.because}` };
  const onBad = await verdictFor(readings["known-bad"], nobody, "known-bad");
  if (onBad.is !== "fail") return blocked(`the gate "${name}" does not trip where everything is bad: ${onBad.because}`);
  return undefined;
}

/** A fleet without a single healthy instance: what the health gate must fail on. */
const nobody: FleetStatus = { ...nothingRuns, wanted: 1 };

function inputFor(
  plan: ReleasePlan,
  candidate: Reading,
  live: Reading,
  fleet: FleetStatus,
  commands: ReadonlyMap<string, Answer>,
): GateInput {
  return { candidate, live, fleet, alarms: [], commands, minRequests: plan.reading.minRequests, weight: 0, share: comparedShare(plan, 0) };
}

async function commandAnswers({ world }: Work, gate: Gate, address: string): Promise<ReadonlyMap<string, Answer>> {
  if (gate.kind !== "command") return new Map();
  const [answer] = await world.probe.ask(address, [{ kind: "command", command: gate.command, timeout: gate.timeout }]);
  return new Map(answer ? [[gate.command, answer]] : []);
}
