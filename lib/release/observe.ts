import type { SlotNumbers, Tell } from "../base/events.ts";
import { type Instant, instant } from "../base/time.ts";
import type { Gate } from "../config/gate.ts";
import { nothingRuns } from "../ports/fleet.ts";
import type { Reading, Window } from "../ports/meter.ts";
import type { Answer } from "../ports/probe.ts";
import type { World } from "../ports/world.ts";
import type { Observation } from "./decide.ts";
import { type GateInput, judgeAll, type Verdict } from "./gates.ts";
import { alarmsIn, comparedShare, planIn, type ReleasePlan, type Step } from "./plan.ts";
import { currentStep, type Release } from "./state.ts";
import { trafficOf } from "./traffic.ts";
import { isThrough, waveNow, wavesOf, worldIn } from "./waves.ts";

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
export async function observe(release: Release, eyes: Eyes): Promise<Observation> {
  const { world: everywhere, diskFull } = eyes;
  const world = worldIn(everywhere, waveNow(release));
  const now = world.clock.now();
  const seen = { now, delay: world.meter.delay, diskFull };
  if (release.turnedBack) return { ...seen, verdict: undefined };
  const [here, before] = await Promise.all([judgeHere(release, eyes, world, now), failureBefore(release, everywhere, now)]);
  return { ...seen, verdict: here?.is === "fail" ? here : (before ?? here) };
}

async function judgeHere(release: Release, { commands, tell }: Eyes, world: World, now: Instant): Promise<Observation["verdict"]> {
  const from = windowStart(release, now);
  if (from !== undefined) return readGates(release, from, world, commands, tell);
  return currentStep(release)?.step.kind === "shift" ? failureNow(release, world) : undefined;
}

/** The gates look back as long as a bake lasts, but never over a change of weight. */
function windowStart(release: Release, now: Instant, wave = waveNow(release)): Instant | undefined {
  const traffic = trafficOf(release, wave);
  const current = currentStep(release);
  if (!traffic?.weight || !current || (current.step.kind === "shift" && current.step.wave === wave)) return undefined;
  const span = Math.max(10 * release.sealed.plan.reading.every, ...planIn(release.sealed.plan, wave).steps.map(heldFor));
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

/** What stands for numbers that no gate asks for. */
const unread: Reading = { requests: 0, failed: 0, quantile: () => undefined, cells: [] };

/** Looks at what these gates judge, and at nothing else: at numbers where there is a window for them. */
async function look(
  { meter, fleet }: World,
  gates: readonly Gate[],
  { live, candidate }: Pick<ReleasePlan, "live" | "candidate">,
  window?: Window,
): Promise<Pick<GateInput, "live" | "candidate" | "fleet" | "alarms">> {
  const [readings, status = nothingRuns, alarms] = await Promise.all([
    window && meter.read(window),
    gates.some(isHealth) ? fleet.status(candidate.slot) : undefined,
    meter.alarms(alarmsIn(gates)),
  ]);
  return { live: readings?.[live.slot] ?? unread, candidate: readings?.[candidate.slot] ?? unread, fleet: status, alarms };
}

const isHealth = ({ kind }: Gate): boolean => kind === "health";

/**
 * While the old version is stopped, which is looked at every few seconds, health is judged in one interval of readings and the other gates are in the
 * next: both together, with what the stop itself asks, are more than AWS should be asked in a turn. Elsewhere all are.
 */
function judgedNow(release: Release, gates: readonly Gate[], now: Instant): readonly Gate[] {
  if (currentStep(release)?.step.kind !== "retire") return gates;
  const parts = [gates.filter(isHealth), gates.filter((gate) => !isHealth(gate))].filter(({ length }) => length > 0);
  return parts[Math.floor(now / release.sealed.plan.reading.every) % parts.length] ?? gates;
}

/**
 * Before callers move and while they do, which by DNS takes minutes, there is no window: only alarms and health can say that something is wrong.
 * What cannot be had is asked for again by the bake.
 */
async function failureNow(release: Release, world: World): Promise<Verdict | undefined> {
  const { gates, candidate, live, reading } = planIn(release.sealed.plan, waveNow(release));
  const now = gates.filter(({ kind }) => kind === "alarms" || kind === "health");
  if (now.length === 0) return undefined;
  try {
    const seen = await look(world, now, { live, candidate });
    const input = { commands: new Map<string, Answer>(), weight: weightOf(release), share: 0 };
    return failing(judgeAll(now, { ...seen, ...input, minRequests: reading.minRequests }));
  } catch {
    return undefined;
  }
}

/**
 * What fails in a region that is through while a later one is under way: the version is to go no further. One such region is looked at in a
 * turn, the next one in the next reading, by what needs no command and no live version to compare with.
 */
async function failureBefore(release: Release, everywhere: World, now: Instant): Promise<Verdict | undefined> {
  const { plan } = release.sealed;
  const through = wavesOf(plan).filter(({ region }) => region !== waveNow(release) && isThrough(release, region));
  const wave = through[Math.floor(now / plan.reading.every) % Math.max(1, through.length)]?.region;
  const from = wave === undefined ? undefined : windowStart(release, now, wave);
  if (wave === undefined || from === undefined) return undefined;
  const { gates, candidate, live, reading } = planIn(plan, wave);
  const judged = gates.filter(({ kind }) => kind !== "command" && kind !== "compare");
  try {
    const seen = await look(worldIn(everywhere, wave), judged, { live, candidate }, { from, to: now });
    const input = { commands: new Map<string, Answer>(), weight: 100, share: 0 };
    const verdict = failing(judgeAll(judged, { ...seen, ...input, minRequests: reading.minRequests }));
    return verdict && { ...verdict, because: `${wave}: ${verdict.because}` };
  } catch {
    return undefined;
  }
}

const failing = (verdict: Verdict): Verdict | undefined => (verdict.is === "fail" ? verdict : undefined);

async function readGates(
  release: Release,
  from: Instant,
  world: World,
  commands: CommandGates,
  tell: Tell,
): Promise<Observation["verdict"]> {
  const plan = planIn(release.sealed.plan, waveNow(release));
  const to = world.clock.now();
  const gates = judgedNow(release, plan.gates, to);
  const isPart = gates.length < plan.gates.length;
  const window = isPart && gates.every(isHealth) ? undefined : { from, to };
  try {
    const [seen, address] = await Promise.all([look(world, gates, plan, window), world.router.test(plan.candidate.slot)]);
    const verdict = judgeAll(gates, {
      ...seen,
      commands: commands.answers(world, gates, address, from),
      minRequests: plan.reading.minRequests,
      weight: weightOf(release),
      share: comparedShare(plan, weightOf(release)),
    });
    if (window) tell(readingEvent(release, verdict, seen, from, to));
    // A part of the gates is not all of them: what it tells is that one fails, and that the meter can be read again.
    const isTold = !isPart || verdict.is === "fail" || (window !== undefined && release.verdict?.blind);
    return isTold ? verdict : undefined;
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
