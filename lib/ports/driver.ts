import type { Slot } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";
import type { Artifact } from "./artifact.ts";
import type { Result } from "./step-result.ts";

/** One version in one slot. */
interface Placed {
  readonly slot: Slot;
  readonly artifact: Artifact;
}

/** What a driver is to replace by what. Its release tells it from everybody else's. */
export interface Order {
  readonly release: string;
  readonly live: Placed;
  readonly candidate: Placed;
  /** Nothing that was done for it is older. */
  readonly since: Instant;
  /** The last note that a verb asked to keep. */
  readonly noted?: string | undefined;
}

/** Somebody else's deployment is under way, or something else is live by now than an order was planned over: nothing of it is touched. */
export interface Busy {
  readonly is: "busy";
  readonly because: string;
  /** The command with which a person ends it, so that who had callers before has them again. Absent where none does. */
  readonly end?: string;
}

/** What is in the way of an order that nobody began: AWS tells what is live, and a pipeline may have deployed while a person was waited for. */
export function inTheWay({ live }: Pick<Order, "live">, now: Omit<Running, "count"> | Busy): Busy | undefined {
  if (now.is === "busy") return now;
  if (now.slot === live.slot && now.digest === live.artifact.digest) return undefined;
  const because = `${now.version} is live in ${now.slot} by now, and the release was planned over ${live.artifact.version} in ${live.slot}`;
  return { is: "busy", because };
}

/** What all callers get. */
export interface Running {
  readonly is: "running";
  readonly slot: Slot;
  readonly digest: string;
  readonly version: string;
  readonly count: number;
}

/**
 * A service that holds the weights itself: it is told a version, moves the callers in its own steps and turns back by its own alarms. Every verb
 * looks before it acts and may be repeated, also by who knows no note: an order is carried out once. A verb that waits notes how far it is.
 */
export interface Driver {
  /** What people know it by. */
  readonly name: string;
  /** What runs while nothing is deployed. */
  live(): Promise<Running | Busy>;
  /**
   * Gives the candidate all callers, where what is live is what the order says. Done once it has them, while the live version still runs; failed
   * once the driver has given up and turns back. Undone by `back`.
   */
  deploy(order: Order): Promise<Result | Busy>;
  /** Waits until the live version is gone; failed when the driver turned back before that. Undone with the deployment, by `back`. */
  settle(order: Order): Promise<Result>;
  /**
   * Gives the live version all callers again, from wherever the order is. Done once it has them, or when nothing was deployed for the
   * order. What it took back is another release's to bring.
   */
  back(order: Order): Promise<Result>;
}
