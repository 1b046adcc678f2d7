import type { Answer } from "./probe.ts";
import type { Result } from "./step-result.ts";

/** Where the callers of an environment of two regions are led. */
export interface Entry {
  /** The region that they are led to now. */
  region(): Promise<string>;
  /** Leads them to this region. Safe to repeat; undone by leading them back. */
  lead(region: string): Promise<Result>;
  /** Asks as a caller would. It tells that somebody answers, not which region does. */
  ask(): Promise<Answer>;
}
