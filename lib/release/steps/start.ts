import { done } from "../../ports/step-result.ts";
import type { Hand } from "./hand.ts";

/**
 * Makes the candidate run beside the live version, without traffic. From then on the live version keeps its copies, however few callers the shifts
 * leave it. Undone by stopping the candidate, after which the live version scales as before.
 */
export const start: Hand = {
  async act({ world: { fleet }, plan: { live, candidate } }) {
    const started = await fleet.start(candidate.slot, candidate.artifact, candidate.count);
    return started.is === "done" ? ((await fleet.scaling?.hold(live.slot)) ?? done) : started;
  },
  async undo({ world: { fleet }, plan: { live, candidate } }) {
    const stopped = await fleet.stop(candidate.slot);
    return stopped.is === "done" ? ((await fleet.scaling?.free(live.slot)) ?? done) : stopped;
  },
};
