import { type Weight, weight } from "../../base/outcome.ts";
import { duration } from "../../base/time.ts";
import { done, type Result } from "../../ports/step-result.ts";
import type { World } from "../../ports/world.ts";
import type { ReleasePlan } from "../plan.ts";
import type { Hand } from "./hand.ts";

const none = weight(0);

/** The weight that must hold before a shift to `target`. */
function before(plan: ReleasePlan, target: Weight): Weight {
  const weights = plan.steps.flatMap((step) => (step.kind === "shift" ? [step.weight] : []));
  return weights[weights.indexOf(target) - 1] ?? none;
}

/**
 * Since the candidate was started, in a wait for approval or in a bake, automatic scaling may have given the live version more copies. Callers come
 * once as many of the candidate are well.
 */
async function asManyAsLive({ fleet }: World, { live, candidate }: ReleasePlan): Promise<Result> {
  if (!fleet.scaling) return done;
  const [before, after] = await Promise.all([fleet.status(live.slot), fleet.status(candidate.slot)]);
  const well = after.instances.filter(({ health }) => health === "healthy").length;
  return well < before.wanted ? fleet.start(candidate.slot, candidate.artifact, Math.max(before.wanted, after.wanted)) : done;
}

/** Moves the candidate's share to the given weight. All traffic goes back at once when it is undone. */
export function shiftTo(target: Weight): Hand {
  return {
    async act({ world, plan, noted, startedAt }) {
      const underWay = await world.router.underWay?.(target, noted);
      if (underWay) return underWay;
      const now = await world.router.weight();
      const expected = before(plan, target);
      if (now !== target && now !== expected) {
        const because = `the candidate's weight is ${now} %, and the release left it at ${expected} %`;
        if (world.clock.now() - startedAt < (world.settles ?? 0)) return { is: "pending", lookAgainIn: duration(1_000), because };
        return { is: "failed", because: `${because}: somebody else moved it` };
      }
      const grown = now === target ? done : await asManyAsLive(world, plan);
      if (grown.is !== "done") return grown;
      // Also where it says the target already: only the router knows whether callers follow it yet.
      return world.router.shift(target, noted);
    },
    // Without looking first: a shift that is not live yet would come after a look that still saw 0.
    undo: ({ world, noted }) => world.router.shift(none, noted),
  };
}
