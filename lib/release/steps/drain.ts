import { duration } from "../../base/time.ts";
import { type Hand, nothingToUndo } from "./hand.ts";

/** How long open requests of the old version may take. Longer ones, such as web sockets, go on until it is stopped. */
const patience = duration(30_000);

/** Waits until the old version has no request under way. */
export const drain: Hand = {
  async act({ world, plan: { live }, startedAt }) {
    const { inFlight } = await world.fleet.status(live.slot);
    if (inFlight === 0 || world.clock.now() - startedAt >= patience) return { is: "done" };
    return { is: "pending", lookAgainIn: duration(100), because: `${inFlight} requests under way in ${live.slot}` };
  },
  undo: nothingToUndo,
};
