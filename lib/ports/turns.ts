import type { RequestKind } from "./traffic.ts";

/**
 * Takes turns among kinds of request by their shares, as evenly as possible and always in the same order (smooth weighted round robin, as
 * nginx does it). Kinds with share 0 never have a turn.
 */
export function takeTurns(kinds: readonly RequestKind[]): () => RequestKind {
  const turns = kinds.filter(({ share }) => share > 0).map((kind) => ({ kind, credit: 0 }));
  if (turns.length === 0) throw new RangeError("no kind of request has a share");
  const all = turns.reduce((sum, { kind }) => sum + kind.share, 0);
  return () => {
    for (const turn of turns) turn.credit += turn.kind.share;
    const chosen = turns.reduce((best, turn) => (turn.credit > best.credit ? turn : best));
    chosen.credit -= all;
    return chosen.kind;
  };
}
