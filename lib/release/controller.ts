import { commandOn, rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import { type Clock, type Duration, duration, type Instant, instant } from "../base/time.ts";
import type { Draft, Entry, Holder, Ledger } from "../ports/ledger.ts";
import type { World } from "../ports/world.ts";
import { act, type Effect } from "./act.ts";
import { byOneClock } from "./clocks.ts";
import { type Decision, decide, type Observation, type Refused } from "./decide.ts";
import { draft, type FactKind, type Facts, type Held } from "./facts.ts";
import { ifInCharge, NoMoreInCharge, whileInCharge } from "./in-charge.ts";
import { hear } from "./narrate.ts";
import { notify } from "./notify.ts";
import { type CommandGates, commandGates, observe } from "./observe.ts";
import { againAfter } from "./patience.ts";
import type { SealedPlan } from "./plan.ts";
import { type Environment, foldLedger, planOf, type Release, readEnvironment, releasePrefix, sameHolder } from "./state.ts";

/** One controller: who it is, what it acts on, whom it tells. */
export interface Controller {
  readonly world: World;
  readonly holder: Holder;
  /** How long the lock outlives a controller that nobody can see die. Longer than any single turn. */
  readonly lease: Duration;
  readonly tell: Tell;
  readonly commands: CommandGates;
  /** Set once the ledger had to use its reserve. */
  diskFull: boolean;
  /** By when it meant to look again: what it waits for is told when it begins to wait. */
  due: Instant | undefined;
  /** What it last said that it waits for. */
  waitsFor: string | undefined;
  /** What it has said of notices that nobody took, which it tries again at each wait. */
  readonly untold: Set<string>;
  /** What was folded and told of the ledger so far; undefined before the first turn, which tells nothing of what others did before. */
  read: Environment | undefined;
}

/** Longer than any turn of a rehearsal, whose dead controllers are seen to be gone much sooner. */
export const leaseFor = duration(60_000);

/** Whoever wakes later than this slept, or had its clock set: nothing of that time counts. */
const mostLate = duration(30_000);

/** A controller that knows nothing yet: its first turn reads all from the ledger, so it may go on with anybody's release. */
export function newController(world: World, holder: Holder, tell: Tell, lease = leaseFor): Controller {
  const fresh = {
    commands: commandGates(),
    diskFull: false,
    due: undefined,
    waitsFor: undefined,
    untold: new Set<string>(),
    read: undefined,
  };
  return { world, holder, lease, tell, ...fresh };
}

type Turn = { readonly is: "again"; readonly in: Duration } | { readonly is: "ended"; readonly release: Release };

const atOnce: Turn = { is: "again", in: duration(0) };

/**
 * One turn: observe, decide, act, append. Safe to be killed anywhere: the next turn, of this or another controller, observes again. A turn that
 * outlives the lock, as when its machine sleeps, changes nothing more.
 * Throws `release/held` when somebody else is in charge and `release/none` when there is nothing to do. Whoever has read the ledger just now hands
 * it over: what somebody wrote since fences off what the turn writes, as it does after a read of its own.
 */
export async function turn(controller: Controller, read?: readonly Entry[]): Promise<Turn> {
  const { world, holder } = controller;
  const entries = read ?? (await world.ledger.read(planOf()));
  const environment = hear(controller.read, entries, controller.tell);
  controller.read = environment;
  const { release } = environment;
  if (!release) throw new UserError("release/none", "there is no release", "start one with: sluice rehearse");
  if (release.ended) return { is: "ended", release };
  const hold = await holding(controller, environment, release.id);
  if (hold) return append(controller, environment, hold);
  const timed = inOneClock(entries, release);
  const seen = await observe(timed, { ...controller, diskFull: controller.diskFull });
  const leased = whileInCharge(world, environment.held?.until ?? timed.plannedAt);
  const effect = await ifInCharge(carryOut(controller, leased, timed, seen));
  if (!effect) return atOnce;
  if (effect.is === "entry" && effect.draft.kind !== "ended") return append(controller, environment, effect.draft);
  // While it moves or goes back nobody is told, who could hold that up: in a wait they are, and before it ends, for then nobody comes after.
  const ending = effect.is === "entry" ? [asRead(effect.draft, environment.next)] : [];
  const lastTime = effect.is === "entry" ? world.clock : undefined;
  const upTo = await notify(world.notifiers, release, [...entries, ...ending], once(controller), lastTime);
  if (effect.is === "entry") return append(controller, environment, effect.draft);
  if (!upTo) return { is: "again", in: effect.in };
  // Whoever writes at that moment changes nothing of what was told.
  await record(world.ledger, "notified", { upTo }, { release: release.id, at: world.clock.now(), holder });
  return atOnce;
}

/** Says each note once. */
const once =
  ({ tell, untold }: Controller): Tell =>
  (event) => {
    if (event.type === "note" && untold.has(event.text)) return;
    if (event.type === "note") untold.add(event.text);
    tell(event);
  };

/**
 * Decides and acts. Where the world refuses to undo a step in one region, the others go back before its error ends the turn: it is asked first
 * again in the next one.
 */
async function carryOut(
  controller: Controller,
  world: World,
  release: Release,
  seen: Observation,
  refused: Refused = new Set(),
): Promise<Effect> {
  const decision = decide(release, seen, refused);
  tellWait(controller, decision);
  try {
    return await act({ world, holder: controller.holder }, release, decision);
  } catch (error) {
    if (decision.do !== "undo" || error instanceof NoMoreInCharge) throw error;
    const also: Refused = new Set([...refused, decision.state.step.wave]);
    if (decide(release, seen, also).do !== "undo") throw error;
    controller.tell({
      type: "note",
      text: `${error instanceof Error ? error.message : String(error)}; the other regions go back meanwhile`,
    });
    return carryOut(controller, world, release, seen, also);
  }
}

/** What is decided by times is decided by one clock, that of whoever is in charge; what is told to people stays as it was written. */
function inOneClock(entries: readonly Entry[], release: Release): Release {
  const timed = byOneClock(entries);
  return timed === entries ? release : (foldLedger(timed).release ?? release);
}

/** Says once that the release waits for a person. */
function tellWait(controller: Controller, decision: Decision): void {
  const waits = decision.do === "wait" && decision.state.step.kind === "approval" ? decision.because : undefined;
  if (waits !== undefined && waits !== controller.waitsFor && decision.do === "wait") {
    controller.tell({ type: "waiting", step: decision.state.step.id, because: waits });
  }
  controller.waitsFor = waits;
}

/** The lock is renewed with so much of the lease left, as nobody renews it during a turn: on AWS the self-test takes two thirds of it. */
const renewedBelow = 3 / 4;

/** An entry that takes or renews the lock, or undefined while it holds. */
async function holding(controller: Controller, { held, release: planned }: Environment, release: string): Promise<Draft | undefined> {
  const { world, holder, lease } = controller;
  const now = world.clock.now();
  const mine = held !== undefined && held.release === release && sameHolder(held.by, holder);
  const anew = controller.due !== undefined && now - controller.due > mostLate;
  controller.due = undefined;
  if (mine && !anew && held.until - now > lease * renewedBelow) return undefined;
  await refuseHeld(world.ledger, held, holder, now, planned?.sealed.plan.environment);
  return draft("held", { until: instant(now + lease), ...(anew && { anew }) }, { release, at: now, holder });
}

/** Throws `release/held` while somebody else is in charge: taking over needs an ended lease or a holder that is certainly gone (X06). */
export async function refuseHeld(
  ledger: Ledger,
  held: Held | undefined,
  me: Holder,
  now: Instant,
  on = rehearsalEnvironment,
): Promise<void> {
  if (!held || sameHolder(held.by, me) || held.until <= now || (await ledger.isGone(held.by))) return;
  const { by, since, release } = held;
  throw new UserError(
    "release/held",
    `${by.name} (process ${by.pid} on ${by.host}) is in charge of ${release} since ${new Date(since).toISOString()}`,
    release.startsWith(releasePrefix)
      ? `wait for it, watch it with: ${commandOn("sluice status", on)}, or stop it with: ${commandOn("sluice abort", on)}`
      : "wait for it: what is no release is ended where it runs",
  );
}

/** Who takes the lock, for how long, by whose clock. */
interface Lock {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly holder: Holder;
  readonly lease: Duration;
  /** Whose lock it is, if not that of the rehearsals. */
  readonly environment?: string;
}

/** Takes the lock for the release that `which` names, which may have no plan yet. Resolves with what the environment was before. */
export async function take(
  { ledger, clock, holder, lease, environment: on }: Lock,
  which: (environment: Environment) => string,
): Promise<Environment> {
  for (;;) {
    const environment = await readEnvironment(ledger);
    const now = clock.now();
    await refuseHeld(ledger, environment.held, holder, now, on);
    const entry = draft("held", { until: instant(now + lease) }, { release: which(environment), at: now, holder });
    const result = await ledger.append(environment.next, entry);
    if (result.is === "appended") return environment;
  }
}

async function append(controller: Controller, environment: Environment, entry: Draft): Promise<Turn> {
  const result = await controller.world.ledger.append(environment.next, entry);
  // Fenced: a person asked for something, or somebody took over. The next turn reads it.
  if (result.is === "fenced") return atOnce;
  // It is known from here on, also where the ledger cannot be read in the next turn: who goes back is the more patient.
  controller.read = hear(environment, [asRead(entry, result.position)], controller.tell);
  if (result.room === "reserve") controller.diskFull = true;
  return atOnce;
}

/** An entry as it will be read, but for its place in the chain, which nobody here looks at. */
const asRead = (entry: Draft, position: number): Entry => ({ ...entry, v: 1, position, prevHash: "" });

/** Holds the lock for longer, if it is still held for that release: once it has ended there is nothing to hold. */
export async function renew({ ledger, clock, holder, lease }: Lock, release: string): Promise<boolean> {
  const { held, next } = await readEnvironment(ledger);
  if (held?.release !== release || !sameHolder(held.by, holder)) return false;
  const now = clock.now();
  await ledger.append(next, draft("held", { until: instant(now + lease) }, { release, at: now, holder }));
  return true;
}

/**
 * Turns until the release has ended. Between turns it waits as long as the turn said, or until `hurry` is called. A gate that fails, or a
 * request in the ledger to roll back, turns the release back: each step that was done is undone, the last one first. A turn that the world
 * did not let through is tried again, since a turn may be done any number of times: for about a minute, and for two hours while the release
 * goes back, as nobody else brings the callers away. Then its error ends this host, and another one goes on.
 */
export async function run(controller: Controller, hurry: { readonly signal: () => AbortSignal }): Promise<Release> {
  const note = (text: string) => controller.tell({ type: "note", text });
  for (let failures = 0; ; ) {
    const next = await turn(controller).catch((error: unknown) =>
      againAfter(error, failures + 1, note, controller.read?.release?.turnedBack ? "going back" : "going on"),
    );
    failures = next.is === "failed" ? failures + 1 : 0;
    if (next.is === "ended") return next.release;
    controller.due = instant(controller.world.clock.now() + next.in);
    if (next.in > 0) await controller.world.clock.wait(next.in, hurry.signal());
  }
}

/** Lets go of the lock by holding it for no time, so that whoever is to come need not wait for its lease. */
export async function letGo({ ledger, clock, holder }: Omit<Lock, "lease">, release: string): Promise<void> {
  for (;;) {
    const { held, next } = await readEnvironment(ledger);
    if (held?.release !== release || !sameHolder(held.by, holder)) return;
    const now = clock.now();
    const result = await ledger.append(next, draft("held", { until: now }, { release, at: now, holder }));
    if (result.is === "appended") return;
  }
}

/** Who writes about which release, and when. */
interface Where {
  readonly release: string;
  readonly at: Instant;
  readonly holder: Holder;
}

/** Writes one fact at the ledger's end, trying again when somebody else wrote first. */
export const record = <Kind extends FactKind>(ledger: Ledger, kind: Kind, body: Facts[Kind], where: Where): Promise<void> =>
  write(ledger, () => draft(kind, body, where));

/** Writes a plan down in the same way, with what was before it: from here on nobody has to know more. */
export const recordPlan = (ledger: Ledger, sealed: SealedPlan, where: Where): Promise<void> =>
  write(ledger, ({ held, live, lives }) => draft("planned", { ...sealed, before: { held, live, lives } }, where));

async function write(ledger: Ledger, what: (environment: Environment) => Draft): Promise<void> {
  for (;;) {
    const environment = await readEnvironment(ledger);
    if ((await ledger.append(environment.next, what(environment))).is === "appended") return;
  }
}
