/** What a check saw: everything that is wrong, or why there was nothing to look at. */
export type Found = { readonly is: "checked"; readonly problems: readonly string[] } | { readonly is: "skipped"; readonly because: string };

/** Something to look at, and what a problem calls it. */
interface Thing {
  readonly called: string;
}

/**
 * Looks at each thing by itself, so that every problem is told. What AWS refuses to say, such as of something that is not there, is a problem
 * like any other.
 */
export async function eachOf<T extends Thing>(
  things: readonly T[],
  none: string,
  look: (thing: T) => Promise<readonly string[]>,
): Promise<Found> {
  if (things.length === 0) return { is: "skipped", because: none };
  const all = await Promise.all(
    things.map(async (thing) => {
      const problems = await look(thing).catch((error: unknown) => [refusal(error)]);
      return problems.map((problem) => `${thing.called}: ${problem}`);
    }),
  );
  return { is: "checked", problems: all.flat() };
}

const refusal = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** A problem where something does not hold. */
export const unless = (holds: boolean | undefined, problem: string): readonly string[] => (holds === true ? [] : [problem]);
