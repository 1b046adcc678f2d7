import type { Pool } from "undici";
import { type Slot, slots, type Weight } from "../../../base/outcome.ts";

/** One running copy, as the balancer sees it. */
export interface Target {
  readonly slot: Slot;
  readonly host: string;
  readonly port: number;
  readonly pool: Pool;
  inFlight: number;
  /** What its health check said last. */
  healthy: boolean;
  /** No new requests; it goes away once the last one has ended. */
  draining: boolean;
  /** It refused a connection: until this time (of `performance.now()`) others are preferred. */
  ejectedUntil: number;
}

/** Shares of requests in %, together 100. */
export type Weights = Readonly<Record<Slot, Weight>>;

/** Smooth weighted round-robin: over any 100 requests each slot gets its weight, spread evenly. */
export function slotWheel(): { next(weights: Weights): Slot; reset(): void } {
  const credit: Record<Slot, number> = { blue: 0, green: 0 };
  return {
    next(weights) {
      for (const slot of slots) credit[slot] += weights[slot];
      const chosen: Slot = credit.green > credit.blue ? "green" : "blue";
      credit[chosen] -= weights.blue + weights.green;
      return chosen;
    },
    reset() {
      credit.blue = 0;
      credit.green = 0;
    },
  };
}

/**
 * The copy with the fewest requests under way, taking turns where that is equal. Copies that were tried already or just
 * refused a connection come last; unhealthy ones never.
 */
export function pickTarget(targets: readonly Target[], turn: number, tried: readonly Target[], now: number): Target | undefined {
  let best: Target | undefined;
  let bestRank = 0;
  for (let step = 0; step < targets.length; step++) {
    const target = targets[(turn + step) % targets.length];
    if (!target?.healthy || target.draining) continue;
    const rank = (tried.includes(target) ? 2 : 0) + (target.ejectedUntil > now ? 1 : 0);
    if (best && (rank > bestRank || (rank === bestRank && target.inFlight >= best.inFlight))) continue;
    best = target;
    bestRank = rank;
  }
  return best;
}
