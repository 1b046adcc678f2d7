import type { Step } from "../plan.ts";
import { type Hand, nothingToUndo } from "./hand.ts";

/**
 * Changes the schema of the data before the candidate starts, once in a release. There is no way back: the live version goes on using the data,
 * so the change adds only (expand), and a later release takes away what nobody uses any more (contract).
 */
export const migrate = ({ command, within }: Extract<Step, { kind: "migrate" }>): Hand => ({
  act: ({ world, plan: { release, candidate }, noted }) =>
    world.job.run({ id: release, command, within, artifact: candidate.artifact, slot: candidate.slot }, noted),
  undo: nothingToUndo,
});
