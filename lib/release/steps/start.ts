import type { Hand } from "./hand.ts";

/** Makes the candidate run beside the live version, without traffic. */
export const start: Hand = {
  act: ({ world, plan: { candidate } }) => world.fleet.start(candidate.slot, candidate.artifact, candidate.count),
  undo: ({ world, plan: { candidate } }) => world.fleet.stop(candidate.slot),
};
