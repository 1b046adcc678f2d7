import type { Slot, Weight } from "../../../base/outcome.ts";
import type { Duration } from "../../../base/time.ts";
import type { Artifact } from "../../../ports/artifact.ts";
import type { FleetStatus, InstanceHealth } from "../../../ports/fleet.ts";
import type { Window } from "../../../ports/meter.ts";
import type { Result } from "../../../ports/step-result.ts";
import type { Ports } from "./balancer.ts";
import type { Counts } from "./cells.ts";
import type { Weights } from "./pick.ts";

/** One copy that runs now. */
export interface RunningCopy {
  readonly slot: Slot;
  readonly id: string;
  readonly pid: number;
  readonly port: number;
  readonly health: InstanceHealth;
  readonly log: string;
}

/** What changes a plane. */
export type Changes = {
  readonly start: { readonly in: { slot: Slot; artifact: Artifact; count: number }; readonly out: Result };
  readonly stop: { readonly in: { slot: Slot }; readonly out: Result };
  /** Runs a command of an artifact once for its id. */
  readonly run: { readonly in: { id: string; command: string; artifact: Artifact; within: Duration }; readonly out: Result };
  /** Gives the slot this share and the other slot the rest. */
  readonly give: { readonly in: { slot: Slot; share: Weight }; readonly out: null };
  /** Ends everything; the answer comes before the end. */
  readonly end: { readonly in: null; readonly out: null };
};

/** `refused`: a newer holder has spoken to the plane, and nothing was changed. */
export type FencedAnswer<Output> =
  | { readonly is: "accepted"; readonly output: Output }
  | { readonly is: "refused"; readonly newest: number };

/** A change by the holder of the environment's lock. `fence` is the ledger position at which that holder last took or renewed it. */
type Fenced = {
  readonly [Name in keyof Changes]: {
    readonly in: { readonly fence: number; readonly input: Changes[Name]["in"] };
    readonly out: FencedAnswer<Changes[Name]["out"]>;
  };
};

/** What changes nothing. */
export type Reads = {
  readonly ports: { readonly in: null; readonly out: Ports };
  readonly status: { readonly in: { slot: Slot }; readonly out: FleetStatus };
  readonly weights: { readonly in: null; readonly out: Weights };
  readonly read: { readonly in: Window; readonly out: Counts };
  readonly processes: { readonly in: null; readonly out: readonly RunningCopy[] };
};

/** What a plane can be told. Every call renews its lease. */
export type PlaneVerbs = Reads &
  Fenced & {
    /** Shows the fence of a new holder, so that calls of the one before are refused from now on. */
    readonly claim: { readonly in: { fence: number }; readonly out: FencedAnswer<null> };
    /** Ends everything for somebody who found nobody in charge; the answer comes before the end. */
    readonly abandon: { readonly in: null; readonly out: null };
  };

/** What the holder of the lock can tell a plane: its fence goes with it unseen. */
export type HolderVerbs = Reads & Changes;
