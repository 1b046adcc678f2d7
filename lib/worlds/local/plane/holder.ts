import { UserError } from "../../../base/errors.ts";
import type { Call } from "../control.ts";
import type { Plane } from "../plane-process.ts";
import type { Changes, FencedAnswer, HolderVerbs, PlaneVerbs } from "./verbs.ts";

/** A plane as the holder of the environment's lock sees it. */
export interface HeldPlane extends Pick<Plane, "url" | "addresses"> {
  readonly call: Call<HolderVerbs>;
}

/** Calls a plane as the holder of the environment's lock. Rejects with `release/held`, and changes nothing, once a newer holder has called. */
export function asHolder(call: Call<PlaneVerbs>, fence: () => number): Call<HolderVerbs> {
  const change = async <Name extends keyof Changes>(name: Name, input: Changes[Name]["in"]): Promise<Changes[Name]["out"]> => {
    const shown = fence();
    return accepted(shown, await call<Name>(name, { fence: shown, input }));
  };
  const verbs: { readonly [Name in keyof HolderVerbs]: (input: HolderVerbs[Name]["in"]) => Promise<HolderVerbs[Name]["out"]> } = {
    start: (input) => change("start", input),
    stop: (input) => change("stop", input),
    run: (input) => change("run", input),
    give: (input) => change("give", input),
    end: (input) => change("end", input),
    ports: (input) => call("ports", input),
    status: (input) => call("status", input),
    weights: (input) => call("weights", input),
    read: (input) => call("read", input),
    processes: (input) => call("processes", input),
  };
  return (name, input) => verbs[name](input);
}

/** Tells a plane who is in charge from now on. Rejects with `release/held` when a newer holder has called. */
export async function claimPlane(call: Call<PlaneVerbs>, fence: number): Promise<void> {
  accepted(fence, await call("claim", { fence }));
}

function accepted<Output>(fence: number, answer: FencedAnswer<Output>): Output {
  if (answer.is === "accepted") return answer.output;
  throw new UserError(
    "release/held",
    `the lock was lost: another controller took it at position ${answer.newest} of the ledger, this one at ${fence}`,
    "see what it does with: sluice status",
  );
}
