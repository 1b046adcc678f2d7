import type { Clock } from "../../base/time.ts";
import { mayPass, pauseAfter } from "../patience.ts";

/** What the meter says. What could not be had once may be had a moment later; a meter that never gives any is blind. */
export async function readable<T>(clock: Clock, ask: () => Promise<T>, attempt = 1): Promise<T | { readonly unreadable: string }> {
  try {
    return await ask();
  } catch (error) {
    const pause = mayPass(error) ? pauseAfter(attempt) : undefined;
    if (pause === undefined) return { unreadable: error instanceof Error ? error.message : String(error) };
    await clock.wait(pause);
    return readable(clock, ask, attempt + 1);
  }
}
