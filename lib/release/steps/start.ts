import type { Hand } from "./hand.ts";

/** Makes the candidate run beside the live version, without traffic. Undone by stopping it. */
export const start: Hand = {
  act: ({ world, plan: { candidate } }) => world.fleet.start(candidate.slot, candidate.artifact, candidate.count),
  undo: ({ world, plan: { candidate } }) => world.fleet.stop(candidate.slot),
};
