/** A rate that is kept until it is stopped or all is sent. */
export interface Loop {
  stop(): void;
  /** Resolves when the last request was started, or after `stop`. */
  readonly ended: Promise<void>;
}

/**
 * Calls `fire` for request i at start + i / rate (rate in requests a second), however long earlier ones take, and hands over when it was due.
 * A timer is a millisecond or more late, so each tick fires everything that is due by then and the rate stays exact.
 *
 * Latencies count from the due time: a request that waited behind a stalled one would otherwise hide that wait ("coordinated omission";
 * Gil Tene, README of wrk2, https://github.com/giltene/wrk2).
 */
export function openLoop(rate: number, fire: (due: number) => void, count = Number.POSITIVE_INFINITY): Loop {
  const start = performance.now();
  const dueAt = (index: number) => start + (index * 1_000) / rate;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  let finish = () => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tick = () => {
    for (const now = performance.now(); next < count && dueAt(next) <= now; next++) fire(dueAt(next));
    if (next >= count) return finish();
    timer = setTimeout(tick, Math.max(1, dueAt(next) - performance.now()));
  };
  tick();
  return {
    ended,
    stop() {
      clearTimeout(timer);
      finish();
    },
  };
}
