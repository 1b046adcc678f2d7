import { type Clock, type Instant, instant } from "../../base/time.ts";

/** A clock that stands still until it is wound. Waiting winds it; several who wait at once wait through the same time. */
export interface HandClock extends Clock {
  /** Moves the time on, telling everybody who listens about each tick on the way. */
  advance(span: number): void;
  onTick(listener: (now: Instant) => void): void;
}

/** The finest step of simulated time in milliseconds; requests come only on whole ticks. */
export const tick = 100;

/** When simulated time begins. */
export const dawn = instant(1_000_000_000_000);

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Begins at `dawn`. */
export function handClock(): HandClock {
  let now: number = dawn;
  let winding = false;
  const listeners: ((now: Instant) => void)[] = [];
  const sleepers = new Set<Sleeper>();
  const advance = (span: number) => {
    const end = now + span;
    for (let next = (Math.floor(now / tick) + 1) * tick; next <= end; next += tick) {
      now = next;
      for (const listener of listeners) listener(instant(now));
    }
    now = end;
    for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.wake();
  };
  /** Comes only when nothing else can run: then all that is left to do is to wait. */
  const wind = () => {
    winding = false;
    if (sleepers.size === 0) return;
    advance(Math.max(0, Math.min(...[...sleepers].map(({ until }) => until)) - now));
    windLater();
  };
  const windLater = () => {
    if (!winding && sleepers.size > 0) setImmediate(wind);
    winding = sleepers.size > 0;
  };
  return {
    now: () => instant(now),
    wait: (span, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { until: now + span, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake, { once: true });
        windLater();
      }),
    advance,
    onTick: (listener) => listeners.push(listener),
  };
}
