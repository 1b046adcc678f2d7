/** Milliseconds. Written by people as `250ms`, `2s`, `5m`, `1h`. */
export type Duration = number & { readonly unit: "ms" };

/** Milliseconds since 1970-01-01 UTC. */
export type Instant = number & { readonly since: "1970" };

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A length of time in milliseconds. Throws on what is negative or not finite: that is our bug, users' text goes through `parseDuration`. */
export function duration(milliseconds: number): Duration {
  if (!(milliseconds >= 0 && Number.isFinite(milliseconds))) throw new RangeError(`not a duration: ${milliseconds}`);
  return milliseconds as Duration;
}

/** Reads `250ms`, `2s`, `5m` or `1h`; undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (!found?.[1] || !found[2]) return undefined;
  return duration(Number(found[1]) * units[found[2] as keyof typeof units]);
}

/** A length of time as `parseDuration` reads it, in the largest unit that leaves no fraction. */
export function writeDuration(span: number): string {
  const [unit, size] = Object.entries(units).findLast(([, one]) => span >= one && span % one === 0) ?? ["ms", 1];
  return `${span / size}${unit}`;
}

/** How far the clock of this machine may be from that of the world whose times it compares with its own. */
export const mostApart: Duration = duration(30_000);

/** The shortest way to say a duration to a person: `250 ms`, `4.2 s`, `3 min 5 s`. */
export function showDuration(span: number): string {
  if (span < 1_000) return `${Math.round(span)} ms`;
  if (span < 60_000) return `${Number((span / 1_000).toFixed(1))} s`;
  const seconds = Math.round(span / 1_000);
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

/** Takes milliseconds since 1970-01-01 UTC for a point in time. Unchecked: they come from a clock or from our own records. */
export function instant(milliseconds: number): Instant {
  return milliseconds as Instant;
}

/** Where "now" comes from, and how to wait. Handed in everywhere, so that tests wind it by hand. */
export interface Clock {
  now(): Instant;
  /** Resolves after the span, or at once when the signal aborts. */
  wait(span: Duration, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  wait: (span, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, span);
      signal?.addEventListener("abort", done, { once: true });
    }),
};
