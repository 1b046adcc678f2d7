import type { SlotNumbers, Tell } from "../base/events.ts";
import { type Instant, instant } from "../base/time.ts";
import type { Gate } from "../config/gate.ts";
import type { Reading } from "../ports/meter.ts";
import type { Answer } from "../ports/probe.ts";
import type { World } from "../ports/world.ts";
import type { Observation } from "./decide.ts";
import { judgeAll, type Verdict } from "./gates.ts";
import { alarmsIn, comparedShare, planIn, type Step } from "./plan.ts";
import { currentStep, type Release } from "./state.ts";
import { trafficOf } from "./traffic.ts";
import { waveNow, worldIn } from "./waves.ts";

/** Runs the users' own gate commands beside the turns, so that a slow one holds nobody up. */
export interface CommandGates {
  /** The newest answers that were asked for in this window. Starts the next run where none is under way. */
  answers(world: World, gates: readonly Gate[], address: string, since: Instant): ReadonlyMap<string, Answer>;
}

/** Answers live as long as the controller; another one that goes on with the release asks anew. */
export function commandGates(): CommandGates {
  const running = new Set<string>();
  const newest = new Map<string, { answer: Answer; askedAt: Instant }>();
  const run = async (world: World, gate: Extract<Gate, { kind: "command" }>, address: string): Promise<void> => {
    const askedAt = world.clock.now();
    running.add(gate.command);
    try {
      const [answer] = await world.probe.ask(address, [{ kind: "command", command: gate.command, timeout: gate.timeout }]);
      if (answer) newest.set(gate.command, { answer, askedAt });
    } catch (error) {
      newest.set(gate.command, { answer: { check: gate.command, ok: false, saw: String(error) }, askedAt });
    } finally {
      running.delete(gate.command);
    }
  };
  return {
    answers(world, gates, address, since) {
      const found = new Map<string, Answer>();
      for (const gate of gates) {
        if (gate.kind !== "command") continue;
        const last = newest.get(gate.command);
        if (last && last.askedAt >= since) found.set(gate.command, last.answer);
        if (!running.has(gate.command)) void run(world, gate, address);
      }
      return found;
    },
  };
}

/** What is handed to `observe` beside the release. */
interface Eyes {
  readonly world: World;
  readonly commands: CommandGates;
  readonly diskFull: boolean;
  readonly tell: Tell;
}

/** Looks at the world once. Changes nothing. While a release goes back only the way back matters, so the gates are not read. */
export async function observe(release: Release, { world: everywhere, commands, diskFull, tell }: Eyes): Promise<Observation> {
  const world = worldIn(everywhere, waveNow(release));
  const now = world.clock.now();
  const from = release.turnedBack ? undefined : windowStart(release, now);
  if (from === undefined) return { now, verdict: undefined, delay: world.meter.delay, diskFull };
  return { now, verdict: await readGates(release, from, world, commands, tell), delay: world.meter.delay, diskFull };
}

/** The gates look back as long as a bake lasts, but never over a change of weight. */
function windowStart(release: Release, now: Instant): Instant | undefined {
  const traffic = trafficOf(release);
  const current = currentStep(release);
  if (!traffic?.weight || !current || current.step.kind === "shift") return undefined;
  const span = Math.max(10 * release.sealed.plan.reading.every, ...planIn(release.sealed.plan, waveNow(release)).steps.map(heldFor));
  return instant(Math.max(traffic.since, now - span));
}

function heldFor(step: Step): number {
  switch (step.kind) {
    case "bake":
      return step.span;
    case "deploy":
      return step.every;
    default:
      return 0;
  }
}

async function readGates(
  release: Release,
  from: Instant,
  world: World,
  commands: CommandGates,
  tell: Tell,
): Promise<Observation["verdict"]> {
  const plan = planIn(release.sealed.plan, waveNow(release));
  try {
    const to = world.clock.now();
    const [readings, fleet, address, alarms] = await Promise.all([
      world.meter.read({ from, to }),
      world.fleet.status(plan.candidate.slot),
      world.router.test(plan.candidate.slot),
      world.meter.alarms(alarmsIn(plan.gates)),
    ]);
    const candidate = readings[plan.candidate.slot];
    const live = readings[plan.live.slot];
    const answers = commands.answers(world, plan.gates, address, from);
    const verdict = judgeAll(plan.gates, {
      candidate,
      live,
      fleet,
      alarms,
      commands: answers,
      minRequests: plan.reading.minRequests,
      weight: weightOf(release),
      share: comparedShare(plan, weightOf(release)),
    });
    tell(readingEvent(release, verdict, { live, candidate }, from, to));
    return verdict;
  } catch (error) {
    return { is: "blind", because: `the meter cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readingEvent(
  release: Release,
  verdict: Verdict,
  read: { live: Reading; candidate: Reading },
  from: Instant,
  to: Instant,
): Parameters<Tell>[0] {
  const current = currentStep(release);
  const span = current?.step.kind === "bake" || current?.step.kind === "keep-warm" ? current.step.span : 0;
  return {
    type: "reading",
    step: current?.step.id ?? "",
    weight: weightOf(release),
    candidate: planIn(release.sealed.plan, waveNow(release)).candidate.slot,
    rate: to > from ? ((read.live.requests + read.candidate.requests) * 1_000) / (to - from) : 0,
    live: numbers(read.live),
    next: numbers(read.candidate),
    gates: verdict.gates,
    left: Math.max(0, (current?.startedAt ?? to) + span - to),
  };
}

const weightOf = (release: Release): number => trafficOf(release)?.weight ?? 0;

/** The counts and usual quantiles of a reading. */
export function numbers(reading: Reading): SlotNumbers {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => reading.quantile(share));
  return {
    requests: reading.requests,
    failed: reading.failed,
    ...(p50 === undefined ? {} : { p50 }),
    ...(p95 === undefined ? {} : { p95 }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}
