import { type Clock, type Duration, type Instant, instant } from "../../base/time.ts";

/** A clock that stands still until it is wound. Waiting winds it. */
export interface HandClock extends Clock {
  /** Moves the time on, telling everybody who listens about each tick on the way. */
  advance(span: number): void;
  onTick(listener: (now: Instant) => void): void;
}

/** The finest step of simulated time in milliseconds; things happen only on whole ticks. */
export const tick = 100;

export function handClock(start = 1_000_000_000_000): HandClock {
  let now = start;
  const listeners: ((now: Instant) => void)[] = [];
  const advance = (span: number) => {
    const end = now + span;
    for (let next = (Math.floor(now / tick) + 1) * tick; next <= end; next += tick) {
      now = next;
      for (const listener of listeners) listener(instant(now));
    }
    now = end;
  };
  return {
    now: () => instant(now),
    wait: async (span: Duration) => advance(span),
    advance,
    onTick: (listener) => listeners.push(listener),
  };
}
