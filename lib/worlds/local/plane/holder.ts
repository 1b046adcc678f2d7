import { UserError } from "../../../base/errors.ts";
import type { Call } from "../control.ts";
import type { Changes, FencedAnswer, FencedChange, PlaneVerbs } from "./verbs.ts";

const names: Readonly<Record<keyof Changes, true>> = { start: true, stop: true, give: true, end: true };

/** Calls a plane as the holder of the environment's lock. Rejects with `release/held`, and changes nothing, once a newer holder has called. */
export function asHolder(call: Call<PlaneVerbs>, fence: () => number): Call<PlaneVerbs> {
  return async (name, input) => {
    if (!Object.hasOwn(names, name)) return call(name, input);
    // The caller's types hold name and input together, which a union of all changes cannot say of two variables.
    const order = { fence: fence(), name, input } as FencedChange;
    // What the plane answers to a change is what that change is answered with.
    return accepted(order.fence, await call("fenced", order)) as PlaneVerbs[typeof name]["out"];
  };
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
