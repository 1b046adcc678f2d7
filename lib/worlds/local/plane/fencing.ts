import type { Handlers } from "../control.ts";
import type { StateFile } from "./state.ts";
import type { Changes, FencedAnswer, PlaneVerbs } from "./verbs.ts";

/**
 * Lets only the newest holder of the environment's lock change the plane. A controller that was stopped in the middle of a call for longer
 * than its lease shows an old fence when it wakes, and changes nothing. The highest fence is on disk before anything is done with it.
 */
export function fencing(state: StateFile, changes: Handlers<Changes>): Handlers<Pick<PlaneVerbs, keyof Changes | "claim" | "abandon">> {
  const isOld = async (fence: number): Promise<boolean> => {
    if (fence > state.now.fence) await state.change({ fence });
    // A newer one may have come while this one was written.
    return fence < state.now.fence;
  };
  const fenced = <Input, Output>(change: (input: Input) => Promise<Output> | Output) => {
    return async ({ fence, input }: { readonly fence: number; readonly input: Input }): Promise<FencedAnswer<Output>> =>
      (await isOld(fence)) ? { is: "refused", newest: state.now.fence } : { is: "accepted", output: await change(input) };
  };
  const claimed = fenced(() => null);
  return {
    start: fenced(changes.start),
    stop: fenced(changes.stop),
    run: fenced(changes.run),
    give: fenced(changes.give),
    end: fenced(changes.end),
    claim: ({ fence }) => claimed({ fence, input: null }),
    abandon: changes.end,
  };
}
