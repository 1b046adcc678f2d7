import type { Hand } from "./hand.ts";

/** Stops the old version. Undone by starting the very same artifact again. */
export const retire: Hand = {
  act: ({ world, plan: { live } }) => world.fleet.stop(live.slot),
  undo: ({ world, plan: { live } }) => world.fleet.start(live.slot, live.artifact, live.count),
};
