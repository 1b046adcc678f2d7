import type { Cell } from "../ports/meter.ts";

/** How much worse the candidate may be under the alternatives that the test mixes. */
const ratios = [1.5, 2, 3, 5, 10, 30] as const;

/**
 * Evidence that the candidate fails more often than the live version: an e-value, 1 for none, to be read at any time.
 *
 * Under "both fail alike", each failure in a cell falls on the candidate with the candidate's share p of the cell's requests,
 * whatever the common failure rate is. For an alternative "the candidate fails r times as often" that share is rp / (rp + 1 - p).
 * The e-value is the likelihood ratio of the two, averaged over several r. With a fixed number of failures the candidate's part is
 * hypergeometric, which is less spread than the binomial used here, and the ratio is convex in it, so its mean stays ≤ 1
 * (Hoeffding, "Probability inequalities for sums of bounded random variables", JASA 58, 1963, theorem 4). The product over cells is
 * therefore a supermartingale, and the chance that it ever reaches 1/a is ≤ a, however often one looks
 * (Ville, "Étude critique de la notion de collectif", 1939; Ramdas et al., "Game-theoretic statistics and safe anytime-valid
 * inference", Statistical Science 38, 2023).
 */
export function evidenceAgainst(candidate: readonly Cell[], live: readonly Cell[]): number {
  const logs = ratios.map(() => 0);
  const liveAt = new Map(live.map((cell) => [cell.at, cell]));
  for (const cell of candidate) {
    const beside = liveAt.get(cell.at);
    // A cell in which only one of the two had requests says nothing about their difference.
    if (!beside || cell.requests === 0 || beside.requests === 0 || cell.failed + beside.failed === 0) continue;
    const share = cell.requests / (cell.requests + beside.requests);
    for (const [index, ratio] of ratios.entries()) {
      const worse = (ratio * share) / (ratio * share + 1 - share);
      logs[index] = (logs[index] ?? 0) + cell.failed * Math.log(worse / share) + beside.failed * Math.log((1 - worse) / (1 - share));
    }
  }
  return logs.reduce((sum, log) => sum + Math.exp(log), 0) / ratios.length;
}

/** Joins cells into longer ones, so that short cells with requests of one slot only still count beside their neighbours. */
export function coarser(cells: readonly Cell[], span: number): readonly Cell[] {
  const joined = new Map<number, { at: Cell["at"]; requests: number; failed: number }>();
  for (const cell of cells) {
    const start = Math.floor(cell.at / span) * span;
    const whole = joined.get(start) ?? { at: start as Cell["at"], requests: 0, failed: 0 };
    whole.requests += cell.requests;
    whole.failed += cell.failed;
    joined.set(start, whole);
  }
  return [...joined.values()];
}
