import { UserError } from "../../base/errors.ts";
import { type Call, Unreachable } from "./control.ts";
import type { PlaneVerbs } from "./plane/verbs.ts";
import { type Plane, restartPlane } from "./plane-process.ts";

/** A plane that is brought back when it dies, until it is let go. */
export interface HealingPlane extends Pick<Plane, "call" | "addresses" | "url"> {
  /** The plane as it is now. */
  readonly now: Plane;
  /** From now on a dead plane stays dead: calls fail with `plane/lost`. */
  letGo(): void;
}

/**
 * Calls a plane, and when it is dead starts it again from its state on disk and calls it once more. What it ran comes back with the same
 * ports, weights and numbers, so whoever calls sees only that it took longer. `restarted` is told once for each restart.
 */
export function healing(folder: string, first: Plane, restarted: (plane: Plane) => void): HealingPlane {
  let plane = first;
  let restarting: Promise<Plane> | undefined;
  let wanted = true;
  const bringBack = async (): Promise<Plane> => {
    if (!wanted) throw new UserError("plane/lost", "the data plane was stopped", "start again with: sluice rehearse");
    plane = await restartPlane(folder);
    restarted(plane);
    return plane;
  };
  const call: Call<PlaneVerbs> = async (name, input) => {
    try {
      return await plane.call(name, input);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      restarting ??= bringBack().finally(() => {
        restarting = undefined;
      });
      return (await restarting).call(name, input);
    }
  };
  return {
    call,
    addresses: plane.addresses,
    url: plane.url,
    get now() {
      return plane;
    },
    letGo() {
      wanted = false;
    },
  };
}
