import type { Handlers } from "../control.ts";
import type { StateFile } from "./state.ts";
import type { Changes, FencedAnswer, FencedChange, PlaneVerbs } from "./verbs.ts";

/**
 * Lets only the newest holder of the environment's lock change the plane. A controller that was stopped in the middle of a call for longer
 * than its lease shows an old fence when it wakes, and changes nothing. The highest fence is on disk before anything is done with it.
 */
export function fencing(state: StateFile, changes: Handlers<Changes>): Handlers<Changes & Pick<PlaneVerbs, "claim" | "fenced">> {
  const isOld = async (fence: number): Promise<boolean> => {
    if (fence > state.now.fence) await state.change({ fence });
    // A newer one may have come while this one was written.
    return fence < state.now.fence;
  };
  const open = <Input, Output>(change: (input: Input) => Output) => {
    return (input: Input): Output => {
      if (state.now.fence >= 0) throw new Error(`a holder with the fence ${state.now.fence} is in charge, and this call shows none`);
      return change(input);
    };
  };
  return {
    start: open(changes.start),
    stop: open(changes.stop),
    give: open(changes.give),
    // Who ends a plane without a fence found nobody in charge of it.
    end: changes.end,
    claim: async ({ fence }): Promise<FencedAnswer<null>> =>
      (await isOld(fence)) ? { is: "refused", newest: state.now.fence } : { is: "accepted", output: null },
    fenced: async (order) =>
      (await isOld(order.fence)) ? { is: "refused", newest: state.now.fence } : { is: "accepted", output: await carryOut(changes, order) },
  };
}

function carryOut(changes: Handlers<Changes>, order: FencedChange): Promise<Changes[keyof Changes]["out"]> | Changes[keyof Changes]["out"] {
  switch (order.name) {
    case "start":
      return changes.start(order.input);
    case "stop":
      return changes.stop(order.input);
    case "give":
      return changes.give(order.input);
    case "end":
      return changes.end(order.input);
  }
}
