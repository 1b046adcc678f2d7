import { UserError } from "../base/errors.ts";
import { type Duration, duration, showDuration } from "../base/time.ts";

/** A turn that failed for a reason of AWS's own is tried again this often, after twice the time each. */
const mostAttempts = 6;

/** How long after its failure number `attempt`, counted from 1, a turn is tried again: 2 s, 4 s, 8 s, …; undefined after the last. */
export const pauseAfter = (attempt: number): Duration | undefined => (attempt < mostAttempts ? duration(1_000 * 2 ** attempt) : undefined);

/** What the world refused or did not answer, which may be otherwise in a moment. */
export const mayPass = (error: unknown): error is UserError => error instanceof UserError && error.code === "engine/failed";

/** A turn that failed and is tried again. */
export interface Later {
  readonly is: "failed";
  readonly in: Duration;
}

/** Tells that a turn is tried again, and when. Throws its error where it failed for a reason of ours, or for the last time. */
export function againAfter(error: unknown, attempt: number, note: (text: string) => void): Later {
  const pause = mayPass(error) ? pauseAfter(attempt) : undefined;
  if (pause === undefined || !mayPass(error)) throw error;
  note(`${error.message}; tried again in ${showDuration(pause)}`);
  return { is: "failed", in: pause };
}
