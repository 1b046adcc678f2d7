import path from "node:path";
import { UserError } from "../../base/errors.ts";
import type { Tell } from "../../base/events.ts";
import type { Slot } from "../../base/outcome.ts";
import { type Instant, instant } from "../../base/time.ts";
import type { Draft, Ledger } from "../../ports/ledger.ts";
import type { RehearsedWorld } from "../../ports/world.ts";
import { moduleBeside } from "../../worlds/local/background.ts";
import { harmless, type Mischief, order } from "./mischief.ts";
import type { Fault } from "./parse.ts";
import type { FaultName } from "./table.ts";

/** What a fault can reach besides the ports. */
export interface Reach {
  readonly state: string;
  readonly candidate: Slot;
  readonly tell: Tell;
  /** Ids of all steps, in order. */
  readonly steps: readonly string[];
  /** Ids of the shifts in order, with their weights. */
  readonly shifts: readonly { readonly id: string; readonly weight: number }[];
  /** Kills one process of the candidate, -9. */
  killInstance(): Promise<void>;
  /** Kills the data plane, -9. */
  killPlane(): Promise<void>;
  /** Kills this process, -9. */
  killController(): void;
  /** Asks for a rollback, as a person would. */
  askRollback(): Promise<void>;
}

/** A fault at work on a world: the ports as the release sees them, and what happens when a step is written down. */
interface Disturbance {
  readonly world: RehearsedWorld;
  /** Called when the fault's moment has come. */
  strike(): Promise<void> | void;
}

/**
 * Wraps a world so that a fault strikes at its time. The release gets ports and knows nothing of it. The moment is read off the ledger:
 * `before` strikes once the candidate runs, `after` once the first shift is written down (`green-leaks` at 50 %), a fault at a
 * step after that step acted and before it is written down.
 */
export function disturb(world: RehearsedWorld, fault: Fault, reach: Reach): RehearsedWorld {
  const disturbance = disturbances[fault.name](world, fault, reach);
  const moment = momentOf(fault, reach);
  let struck = false;
  const ledger: Ledger = {
    ...disturbance.world.ledger,
    async append(expected, draft) {
      const now = !struck && isMoment(moment, draft);
      if (now) struck = true;
      if (now && moment.side === "before") await strike();
      const result = await disturbance.world.ledger.append(expected, draft);
      if (now && moment.side === "after") await strike();
      return result;
    },
  };
  const strike = async () => {
    reach.tell({ type: "fault", fault: fault.text, text: `strikes ${moment.side === "before" ? "while" : "after"} ${moment.step}` });
    await disturbance.strike();
  };
  return { ...disturbance.world, ledger };
}

interface Moment {
  readonly step: string;
  /** Before or after the step's `done` is written. */
  readonly side: "before" | "after";
}

function isMoment({ step }: Moment, { kind, step: written }: Draft): boolean {
  return kind === "done" && written === step;
}

const atSteps: ReadonlySet<FaultName> = new Set(["controller-dies", "plane-dies", "asks-rollback"]);

/** Throws `usage/invalid` for a step that the plan does not have: a fault that never strikes proves nothing. */
function momentOf({ text, name, argument, when }: Fault, { steps, shifts }: Reach): Moment {
  const halfway = shifts.find(({ weight }) => weight >= 50)?.id;
  if (atSteps.has(name)) {
    const step = argument || (when === "before" ? "start" : halfway);
    if (step !== undefined && steps.includes(step)) return { step, side: "before" };
    throw new UserError("usage/invalid", `--fault ${text}: this release has no step "${argument}"`, `its steps are ${steps.join(", ")}`);
  }
  if (when === "before") return { step: "start", side: "after" };
  return { step: (name === "green-leaks" ? halfway : shifts[0]?.id) ?? "start", side: "after" };
}

type Disturb = (world: RehearsedWorld, fault: Fault, reach: Reach) => Disturbance;

const untouched: Disturb = (world) => ({ world, strike: () => {} });

const disturbances: Record<FaultName, Disturb> = {
  "build-fails": untouched,
  "test-fails": untouched,
  "never-healthy": misbehave(() => ({ healthy: false })),
  "green-errors": misbehave(({ argument }) => ({
    failureRate: argument.endsWith("%") ? Number(argument.slice(0, -1)) / 100 : Number(argument),
  })),
  "green-slow": misbehave(({ argument }) => ({ delay: Number(argument) })),
  "green-leaks": misbehave(() => ({ failureRate: 0.3, delay: 400 })),
  "green-crashes": misbehave(() => ({ crashes: true })),
  "port-taken": misbehave(() => ({ takesPort: true })),
  "instance-dies": (world, _fault, { killInstance }) => ({ world, strike: killInstance }),
  "plane-dies": (world, _fault, { killPlane }) => ({ world, strike: killPlane }),
  "controller-dies": (world, _fault, { killController }) => ({ world, strike: killController }),
  "asks-rollback": (world, _fault, { askRollback }) => ({ world, strike: askRollback }),
  "no-traffic": (world) => ({ world, strike: () => world.traffic.send(0, [{ method: "GET", path: "/", share: 1 }]) }),
  "blind-gate": (world) => {
    let blind = false;
    const read: RehearsedWorld["meter"]["read"] = async (window) => {
      if (blind) throw new Error("no numbers arrive (blind-gate)");
      return world.meter.read(window);
    };
    return {
      world: { ...world, meter: { ...world.meter, read } },
      strike: () => {
        blind = true;
      },
    };
  },
  "alarm-fires": (world) => {
    let firing: { readonly is: "firing"; readonly since: Instant } | undefined;
    const alarms: RehearsedWorld["meter"]["alarms"] = async (names) =>
      names.map((name) => ({ name, because: "alarm-fires", ...(firing ?? { is: "ok", since: instant(0) }) }));
    return {
      world: { ...world, meter: { ...world.meter, alarms } },
      strike: () => {
        firing = { is: "firing", since: world.clock.now() };
      },
    };
  },
  "disk-full": (world) => {
    let full = false;
    const append: Ledger["append"] = async (expected, draft) => {
      const result = await world.ledger.append(expected, draft);
      return result.is === "appended" && full ? { ...result, room: "reserve" } : result;
    };
    return {
      world: { ...world, ledger: { ...world.ledger, append } },
      strike: () => {
        full = true;
      },
    };
  },
};

/** Puts a saboteur before the candidate's start command. What strikes before the first shift is there from the first request on. */
function misbehave(how: (fault: Fault) => Partial<Mischief>): Disturb {
  return (world, fault, { state, candidate }) => {
    const file = path.join(state, "faults", `${fault.name}-${process.pid}.json`);
    const bad = { ...harmless, ...how(fault) };
    order(file, fault.when === "before" ? bad : harmless);
    const saboteur = moduleBeside(import.meta.url, "./saboteur").pathname;
    const through = [process.execPath, saboteur, file];
    const start: RehearsedWorld["fleet"]["start"] = (slot, artifact, count) =>
      world.fleet.start(slot, slot === candidate ? { ...artifact, through } : artifact, count);
    return { world: { ...world, fleet: { ...world.fleet, start } }, strike: () => order(file, bad) };
  };
}
