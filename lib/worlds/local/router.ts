import type { Slot } from "../../base/outcome.ts";
import type { Router } from "../../ports/router.ts";
import { done } from "../../ports/step-result.ts";
import type { HeldPlane } from "./plane/holder.ts";

/** Splits traffic in the data plane. A shift is live before it is answered: the next request follows it. */
export function localRouter({ call, addresses }: Pick<HeldPlane, "call" | "addresses">, candidate: Slot): Router {
  return {
    weight: async () => (await call("weights", null))[candidate],
    async shift(weight) {
      await call("give", { slot: candidate, share: weight });
      return done;
    },
    test: async (slot) => addresses[slot],
  };
}
