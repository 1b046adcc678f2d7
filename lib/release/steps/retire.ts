import { done } from "../../ports/step-result.ts";
import type { Hand } from "./hand.ts";

/**
 * Stops the old version, and lets the new one scale. Undone by starting the very same artifact again, with as many copies as the candidate has
 * by now: the same callers come back.
 */
export const retire: Hand = {
  async act({ world: { fleet }, plan: { live, candidate } }) {
    const stopped = await fleet.stop(live.slot);
    return stopped.is === "done" ? ((await fleet.scaling?.free(candidate.slot)) ?? done) : stopped;
  },
  async undo({ world: { fleet }, plan: { live, candidate } }) {
    const { wanted } = await fleet.status(candidate.slot);
    return fleet.start(live.slot, live.artifact, Math.max(live.count, wanted));
  },
};
