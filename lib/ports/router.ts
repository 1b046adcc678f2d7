import type { Slot, Weight } from "../base/outcome.ts";
import type { Pending, Result } from "./step-result.ts";

/** Splits traffic between the live and the candidate version. Which slot is the candidate is given when the world is opened. */
export interface Router {
  /** The candidate's share now. */
  weight(): Promise<Weight>;
  /**
   * Sets the candidate's share. Safe to repeat; done once the split is live. Undone by a shift to 0, from any share: all traffic back at
   * once. `noted`: the last note that a shift asked to keep.
   */
  shift(weight: Weight, noted?: string): Promise<Result>;
  /**
   * How far a shift is that noted this, with the least that has to be asked; undefined where that does not tell: then it is looked at and shifted
   * as ever. Absent where a shift is live at once.
   */
  underWay?(weight: Weight, noted: string | undefined): Promise<Pending | undefined>;
  /** Base URL that reaches one slot only, or the address where everything is known to be bad: it answers 500, slowly when asked to. */
  test(slot: Slot | "known-bad"): Promise<string>;
  /**
   * The command with which a person gives a slot all traffic, and changes nothing else of what splits it. Absent where nobody else than a release,
   * or than AWS itself, moves it.
   */
  byHand?(slot: Slot): Promise<string>;
}
