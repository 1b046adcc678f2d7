import { done } from "../../ports/step-result.ts";
import type { Hand } from "./hand.ts";

/** Stops the old version, and lets the new one scale. Undone by starting the very same artifact again. */
export const retire: Hand = {
  async act({ world: { fleet }, plan: { live, candidate } }) {
    const stopped = await fleet.stop(live.slot);
    return stopped.is === "done" ? ((await fleet.scaling?.free(candidate.slot)) ?? done) : stopped;
  },
  undo: ({ world, plan: { live } }) => world.fleet.start(live.slot, live.artifact, live.count),
};
