import { distance } from "../config/nearest.ts";

/** The names most like a wanted one, best first: those that contain it, then by the number of letters to change. */
export function nearest(wanted: string, names: readonly string[], count = 5): string[] {
  const lower = wanted.toLowerCase();
  const scored = names.map((name) => ({ name, score: name.toLowerCase().includes(lower) ? 0 : distance(lower, name.toLowerCase()) }));
  return scored
    .filter(({ score }) => score <= Math.max(3, wanted.length))
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ name }) => name);
}
