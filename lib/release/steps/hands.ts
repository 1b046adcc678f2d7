import type { Step } from "../plan.ts";
import { drain } from "./drain.ts";
import { deploy, settle } from "./drive.ts";
import type { Hand } from "./hand.ts";
import { nothingToUndo } from "./hand.ts";
import { migrate } from "./migrate.ts";
import { probe } from "./probe.ts";
import { retire } from "./retire.ts";
import { selfTest } from "./self-test.ts";
import { shiftTo } from "./shift.ts";
import { start } from "./start.ts";

/** Time, gates or people end these; there is nothing to do with one's hands. */
const watching: Hand = { act: async () => ({ is: "done" }), undo: nothingToUndo };

/** The hand for a step; what time, gates or people end has one that does nothing. */
export function handFor(step: Step): Hand {
  switch (step.kind) {
    case "migrate":
      return migrate(step);
    case "start":
      return start;
    case "probe":
      return probe;
    case "self-test":
      return selfTest;
    case "shift":
      return shiftTo(step.weight);
    case "drain":
      return drain;
    case "retire":
      return retire;
    case "deploy":
      return deploy;
    case "settle":
      return settle;
    case "approval":
    case "bake":
    case "keep-warm":
      return watching;
  }
}
