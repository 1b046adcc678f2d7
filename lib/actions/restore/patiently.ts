import type { Clock } from "../../base/time.ts";
import { againAfter } from "../../release/patience.ts";

/** Asks AWS while somebody waits for hours: what it throttles or does not answer is asked again, some times in a row. */
export async function patiently<T>(work: () => Promise<T>, clock: Clock, note: (text: string) => void): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      await clock.wait(againAfter(error, failures, note).in);
    }
  }
}
