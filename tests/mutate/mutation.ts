/** A line of what builds a system, deleted or weakened. A test of its row must fail for it. */
export interface Mutation {
  readonly row: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
}

/** What is done to one file: row, text, and what stands there instead; without that it is deleted. */
export type Change = readonly [row: string, from: string, to?: string];

export function changes(byFile: Readonly<Record<string, readonly Change[]>>): readonly Mutation[] {
  return Object.entries(byFile).flatMap(([file, list]) => list.map(([row, from, to = ""]) => ({ row, file, from, to })));
}
