import type { Slot, Weight } from "../../../base/outcome.ts";
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

/** What a plane can be told. Every call renews its lease. */
export type PlaneVerbs = {
  readonly ports: { readonly in: null; readonly out: Ports };
  readonly status: { readonly in: { slot: Slot }; readonly out: FleetStatus };
  readonly start: { readonly in: { slot: Slot; artifact: Artifact; count: number }; readonly out: Result };
  readonly stop: { readonly in: { slot: Slot }; readonly out: Result };
  readonly weights: { readonly in: null; readonly out: Weights };
  /** Gives the slot this share and the other slot the rest. */
  readonly give: { readonly in: { slot: Slot; share: Weight }; readonly out: null };
  readonly read: { readonly in: Window; readonly out: Counts };
  readonly processes: { readonly in: null; readonly out: readonly RunningCopy[] };
  /** Ends everything; the answer comes before the end. */
  readonly end: { readonly in: null; readonly out: null };
};
