import { otherSlot, type Slot, weight } from "../../base/outcome.ts";
import { type Duration, duration, type Instant } from "../../base/time.ts";
import type { MeterGroup } from "../../ports/meter.ts";
import type { Router } from "../../ports/router.ts";
import type { HandClock } from "./clock.ts";

/** The base URL that reaches one group only, or the router itself. */
export const addressOf = (who: MeterGroup | "router") => `http://${who}.test`;

/** What splits the requests: it lives on when the routers that set its weights do not. */
export interface Splitter {
  /** A slot's share that is live now. */
  share(slot: Slot): number;
  /** Sets a slot's share, which is live after the splitter's delay. True once it is. */
  set(slot: Slot, share: number): boolean;
  /** Who gets the next request: exact to one in a hundred. */
  pick(): Slot;
}

interface SplitterWorld {
  readonly clock: HandClock;
  /** Who has all requests at first. */
  readonly live: Slot;
  /** How long a new weight takes to be live. */
  readonly delay: Duration;
  /** Called when a weight was set in truth. */
  readonly changed: (slot: Slot, share: number) => void;
}

/** All requests to the live slot, until a weight is set and its delay over. */
export function splitter({ clock, live, delay, changed }: SplitterWorld): Splitter {
  let green = live === "green" ? 100 : 0;
  let coming: { readonly green: number; readonly at: Instant } | undefined;
  let credit = 0;
  const current = () => {
    if (coming && coming.at <= clock.now()) {
      green = coming.green;
      coming = undefined;
    }
    return green;
  };
  const share = (slot: Slot) => (slot === "green" ? current() : 100 - current());
  return {
    share,
    set(slot, next) {
      const nextGreen = slot === "green" ? next : 100 - next;
      if ((coming?.green ?? current()) !== nextGreen) {
        coming = { green: nextGreen, at: (clock.now() + delay) as Instant };
        changed(slot, next);
      }
      current();
      return coming === undefined;
    },
    pick() {
      credit += current();
      if (credit < 100) return "blue";
      credit -= 100;
      return "green";
    },
  };
}

/** Sets the splitter's shares by the candidate's weight; `pending` while the delay lasts. */
export function simulatedRouter(split: Splitter, candidate: Slot): Router {
  return {
    weight: async () => weight(split.share(candidate)),
    async shift(next) {
      if (split.set(candidate, next)) return { is: "done" };
      return { is: "pending", lookAgainIn: duration(100), because: `${otherSlot(candidate)} still gets more than it should` };
    },
    test: async (slot) => addressOf(slot),
  };
}
