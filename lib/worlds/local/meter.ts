import type { Meter, Reading } from "../../ports/meter.ts";
import { cellLength, type GroupCounts } from "./plane/cells.ts";
import { quantileOf } from "./plane/histogram.ts";
import type { HeldPlane } from "./plane/holder.ts";

const reading = ({ requests, failed, latencies, cells }: GroupCounts): Reading => ({
  requests,
  failed,
  cells,
  quantile: (share) => quantileOf(latencies, share),
});

/**
 * Reads what the balancer counted, in cells of 100 ms. A reading holds the whole cells inside the window, so up to one
 * cell at each end is left out. A request counts when its answer ends. This machine has no alarms.
 */
export function localMeter({ call }: Pick<HeldPlane, "call">): Meter {
  return {
    delay: cellLength,
    alarms: async (names) => names.map((name) => ({ name, is: "gone" })),
    async read(window) {
      const counts = await call("read", window);
      return { blue: reading(counts.blue), green: reading(counts.green), "known-bad": reading(counts["known-bad"]) };
    },
  };
}
