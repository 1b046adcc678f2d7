import { UserError } from "../base/errors.ts";
import { type Duration, duration } from "../base/time.ts";

/** A turn that failed for a reason of AWS's own is tried again this often, after twice the time each. */
const mostAttempts = 6;

/** How long after its failure number `attempt`, counted from 1, a turn is tried again: 2 s, 4 s, 8 s, …; undefined after the last. */
export const pauseAfter = (attempt: number): Duration | undefined => (attempt < mostAttempts ? duration(1_000 * 2 ** attempt) : undefined);

/** What the world refused or did not answer, which may be otherwise in a moment. */
export const mayPass = (error: unknown): error is UserError => error instanceof UserError && error.code === "engine/failed";
