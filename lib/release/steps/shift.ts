import { type Weight, weight } from "../../base/outcome.ts";
import type { ReleasePlan } from "../plan.ts";
import type { Hand } from "./hand.ts";

const none = weight(0);

/** The weight that must hold before a shift to `target`. */
function before(plan: ReleasePlan, target: Weight): Weight {
  const weights = plan.steps.flatMap((step) => (step.kind === "shift" ? [step.weight] : []));
  return weights[weights.indexOf(target) - 1] ?? none;
}

/** Moves the candidate's share to the given weight. All traffic goes back at once when it is undone. */
export function shiftTo(target: Weight): Hand {
  return {
    async act({ world, plan, noted }) {
      const now = await world.router.weight();
      const expected = before(plan, target);
      if (now !== target && now !== expected) {
        return {
          is: "failed",
          because: `the candidate's weight is ${now} %, and the release left it at ${expected} %: somebody else moved it`,
        };
      }
      // Also where it says the target already: only the router knows whether callers follow it yet.
      return world.router.shift(target, noted);
    },
    // Without looking first: a shift that is not live yet would come after a look that still saw 0.
    undo: ({ world, noted }) => world.router.shift(none, noted),
  };
}
