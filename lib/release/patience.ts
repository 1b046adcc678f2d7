import { UserError } from "../base/errors.ts";
import { type Duration, duration, showDuration } from "../base/time.ts";

/** What a turn is about: who goes back has callers on a version that is bad. */
export type Course = "going on" | "going back";

/** How often a turn that failed for a reason of AWS's own is tried, after twice the time each up to a minute. */
const mostAttempts: Readonly<Record<Course, number>> = { "going on": 6, "going back": 120 };

const longestPause = 60_000;

/** How long after its failure number `attempt`, counted from 1, a turn is tried again: 2 s, 4 s, 8 s, …; undefined after the last. */
export const pauseAfter = (attempt: number, course: Course = "going on"): Duration | undefined =>
  attempt < mostAttempts[course] ? duration(Math.min(longestPause, 1_000 * 2 ** attempt)) : undefined;

/** What the world refused or did not answer, which may be otherwise in a moment. */
export const mayPass = (error: unknown): error is UserError => error instanceof UserError && error.code === "engine/failed";

/**
 * Credentials end in the middle of a release, or the clock of its machine is wrong, and nobody but a person can mend that: while it goes back that is
 * waited for.
 */
const mayBeMended = (error: unknown): error is UserError =>
  error instanceof UserError && (error.code === "engine/no-credentials" || error.code === "world/clock");

/** A turn that failed and is tried again. */
export interface Later {
  readonly is: "failed";
  readonly in: Duration;
}

/** Tells that a turn is tried again, and when. Throws its error where it failed for a reason of ours, or for the last time. */
export function againAfter(error: unknown, attempt: number, note: (text: string) => void, course: Course = "going on"): Later {
  const isAwaited = course === "going back" && mayBeMended(error);
  const pause = isAwaited || mayPass(error) ? pauseAfter(attempt, course) : undefined;
  if (pause === undefined || !(error instanceof UserError)) throw error;
  note(`${error.message}; ${isAwaited ? `${error.fix}; ` : ""}tried again in ${showDuration(pause)}`);
  return { is: "failed", in: pause };
}
