import type { Fleet } from "../../ports/fleet.ts";
import type { Plane } from "./plane-process.ts";

/** Runs versions as processes of the data plane. */
export function localFleet({ call }: Pick<Plane, "call">): Fleet {
  return {
    status: (slot) => call("status", { slot }),
    start: (slot, artifact, count) => call("start", { slot, artifact, count }),
    stop: (slot) => call("stop", { slot }),
  };
}
