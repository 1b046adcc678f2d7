/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly ok: boolean;
}

/** The value in the middle; of an even number of values the upper one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** As a Markdown table, so that the README can hold it as it is. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, target, ok }) => `| ${what} | ${measured} | ${target} | ${ok ? "yes" : "**no**"} |`);
  return ["| what | measured | target | met |", "|---|---|---|---|", ...lines].join("\n");
}
