import { type Weight, weight } from "../base/outcome.ts";
import type { Instant } from "../base/time.ts";
import type { Fact } from "./facts.ts";
import type { ReleasePlan, Step } from "./plan.ts";
import { waveNow } from "./waves.ts";

/** The candidate's share, and since when it holds. */
export interface Traffic {
  readonly weight: Weight;
  readonly since: Instant;
}

/** A release as far as its traffic goes. */
interface Moving {
  readonly sealed: { readonly plan: ReleasePlan };
  readonly steps: readonly {
    readonly step: Step;
    readonly is: "waiting" | "running" | "done" | "undone";
    readonly notedAt?: Instant;
    readonly endedAt?: Instant;
  }[];
  /** The share to which a driver moved the candidate; undefined before it moved anything. */
  readonly moved: Traffic | undefined;
}

type Stepped = Moving["steps"][number];

/** The shift that holds now, in the wave that the release is in. */
export function lastShift(release: Pick<Moving, "sealed" | "steps">, wave = waveNow(release)): Stepped | undefined {
  return release.steps.findLast(({ step, is }) => step.kind === "shift" && step.wave === wave && is === "done");
}

/**
 * The share that holds now: by the last shift, in the wave that the release is in or in another, or as a driver moved it. Callers follow a router
 * that keeps notes since the last one, which it writes when nobody gets the old weight any more (DNS), long before the last of them has moved.
 */
export function trafficOf(release: Moving, wave = waveNow(release)): Traffic | undefined {
  const last = lastShift(release, wave);
  return last?.step.kind === "shift" && last.endedAt !== undefined
    ? { weight: last.step.weight, since: last.notedAt ?? last.endedAt }
    : release.moved;
}

/** The share to which a driver moved the candidate, 0 where none did. */
export const movedShare = ({ moved }: Pick<Moving, "moved">): number => moved?.weight ?? 0;

/**
 * The release after what a fact says of its driver: how far it has moved the callers, that it has moved all, or taken them back. Its move opens a
 * new window, as a shift does: what the gates said of the last one is over.
 */
export function afterMove<Kind extends Moving & { readonly verdict: unknown }>(release: Kind, fact: Fact): Kind {
  const share = shareIn(release, fact);
  if (share === undefined || share === movedShare(release)) return release;
  return { ...release, moved: { weight: share, since: fact.at }, verdict: undefined };
}

function shareIn({ sealed }: Moving, fact: Fact): Weight | undefined {
  if (fact.kind === "noted") return fact.body.weight;
  const deploys = sealed.plan.steps.some(({ id, kind }) => id === fact.step && kind === "deploy");
  if (!deploys || (fact.kind !== "done" && fact.kind !== "undone")) return undefined;
  return weight(fact.kind === "done" ? 100 : 0);
}
