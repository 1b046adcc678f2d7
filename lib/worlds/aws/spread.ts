/** The shares of which latencies are asked for each minute, ascending. They hold those that gates can name. */
export const shares: readonly number[] = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

/** How many values there were, and below which of them each of `shares` lay. */
export interface Spread {
  readonly count: number;
  readonly values: readonly number[];
}

/**
 * The value below which a share of all values of several spreads lies, or undefined without any. What lies between two known shares counts as
 * the upper one, so a latency is never told smaller than it was; over a single spread a known share is exact.
 */
export function mixed(spreads: readonly Spread[], share: number): number | undefined {
  const steps = spreads.flatMap(({ count, values }) =>
    shares.map((upTo, at) => ({ value: values[at] ?? 0, mass: count * (upTo - (shares[at - 1] ?? 0)) })),
  );
  const total = steps.reduce((sum, { mass }) => sum + mass, 0);
  if (total === 0) return undefined;
  const sorted = steps.sort((a, b) => a.value - b.value);
  let seen = 0;
  for (const { value, mass } of sorted) {
    seen += mass;
    // Sums of shares are off by a few bits.
    if (seen >= share * total - 1e-9 * total) return value;
  }
  return sorted.at(-1)?.value;
}
