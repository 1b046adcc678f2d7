/** AWS's pages hold 20 to 1,000: these are so small that whoever reads the first one alone is found out. */
const small = 2;

/** A page of a list, and what asks for the next one: a text that means nothing to others, none on the last page. */
export function pageOf<T>(
  all: readonly T[],
  token: string | undefined,
  size = small,
): { readonly page: T[]; readonly next: string | undefined } {
  const from = token === undefined ? 0 : Number(token.replace("after ", ""));
  const to = from + size;
  return { page: all.slice(from, to), next: to < all.length ? `after ${to}` : undefined };
}

/** Refuses more than a call takes, as AWS does. */
export function atMost(most: number, given: readonly unknown[], refused: (message: string) => Error): void {
  if (given.length > most) throw refused(`at most ${most}, and not ${given.length}`);
}
