import { otherSlot, weight } from "../base/outcome.ts";
import type { Duration } from "../base/time.ts";
import type { Placement, ReleasePlan } from "./plan.ts";

/** The pace at which a driver moves the callers, and how long it keeps the old version after that. */
interface Pace {
  readonly weights: readonly number[];
  readonly every: Duration;
  readonly keeps: Duration;
  readonly approval: boolean;
}

type Given = Omit<ReleasePlan, "steps" | "candidate" | "spread"> & {
  readonly candidate: Omit<Placement, "slot">;
  readonly rollout: Pace;
  readonly by: string;
  /** What is released where. */
  readonly of: { readonly service: string; readonly region: string };
};

/** Computes the steps of a release that a driver carries out: it moves the callers in its own steps, and ends the old version. */
export function planDriven({ rollout: { weights, every, keeps, approval }, by, of: { service, region }, ...rest }: Given): ReleasePlan {
  const { live } = rest;
  const candidate = { ...rest.candidate, slot: otherSlot(live.slot) };
  return {
    ...rest,
    candidate,
    spread: { service, rollback: "all", waves: [{ region, live, candidate }] },
    steps: [
      ...(approval ? [{ id: "approval", kind: "approval" } as const] : []),
      { id: "deploy", kind: "deploy", by, weights: weights.map(weight), every },
      { id: "settle", kind: "settle", by, span: keeps },
    ],
  };
}
