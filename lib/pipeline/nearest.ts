/** The names most like a wanted one, best first: those that contain it, then by the number of letters to change. */
export function nearest(wanted: string, names: readonly string[], count = 5): string[] {
  const lower = wanted.toLowerCase();
  const scored = names.map((name) => ({ name, score: name.toLowerCase().includes(lower) ? 0 : changes(lower, name.toLowerCase()) }));
  return scored
    .filter(({ score }) => score <= Math.max(3, wanted.length))
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function changes(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
