import type { Fleet } from "../../ports/fleet.ts";
import type { HeldPlane } from "./plane/holder.ts";

/** Runs versions as processes of the data plane. */
export function localFleet({ call }: Pick<HeldPlane, "call">): Fleet {
  return {
    status: (slot) => call("status", { slot }),
    start: (slot, artifact, count) => call("start", { slot, artifact, count }),
    stop: (slot) => call("stop", { slot }),
  };
}
