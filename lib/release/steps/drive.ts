import type { Driver, Order } from "../../ports/driver.ts";
import { type Hand, nothingToUndo, type Work } from "./hand.ts";

/** Has the driver move the callers, in its own steps. What somebody else deploys meanwhile is in the way, and left alone. */
export const deploy: Hand = {
  async act(work) {
    const result = await driverOf(work).deploy(orderOf(work));
    return result.is === "busy" ? { is: "failed", because: result.because, outcome: "blocked" } : result;
  },
  undo: async (work) => driverOf(work).back(orderOf(work)),
};

/** Waits until the driver has ended the old version. What it leaves behind is undone with the deployment. */
export const settle: Hand = {
  act: async (work) => driverOf(work).settle(orderOf(work)),
  undo: nothingToUndo,
};

function driverOf({ world: { driver } }: Work): Driver {
  if (driver) return driver;
  throw new Error("this world has no driver, and its release was planned for one");
}

const orderOf = ({ plan: { release, live, candidate }, plannedAt, noted }: Work): Order => ({
  release,
  live,
  candidate,
  since: plannedAt,
  noted,
});
