/** A test as vitest's JSON reporter tells of it, as far as it matters here. */
export interface Told {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

export interface Report {
  /** By file, with why the file itself could not be run, which is else empty. */
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly Told[] }[];
}

/** A run of tests: how its process ended, and what it reported before, if it came so far. */
export interface Ran {
  readonly status: number | null;
  readonly report?: Report;
}

/** `by` is the test that failed, or why nothing can be said. */
export type Verdict = { readonly outcome: "caught" | "broken"; readonly by: string } | { readonly outcome: "missed" };

/** All tests of a run. */
export const testsOf = ({ testResults }: Report): readonly Told[] => testResults.flatMap(({ assertionResults }) => assertionResults);

const reasonsOf = ({ testResults }: Report): readonly string[] => testResults.flatMap(({ message }) => (message === "" ? [] : [message]));

const isTimeout = (message: string): boolean => /\b(Test|Hook) timed out in \d+ms/.test(message);

/**
 * Whether tests noticed a mutation. A plan that is refused before any test runs is noticed too. That no test failed says nothing by itself: one
 * that ran out of time on a busy machine noticed nothing, and where a worker was lost its tests are neither failed nor passed. Only a run
 * that ended well has missed the mutation.
 */
export function judge({ status, report }: Ran): Verdict {
  if (!report) return { outcome: "broken", by: `vitest reported nothing and ended with ${status}` };
  const failed = testsOf(report).filter((test) => test.status === "failed");
  const noticed = failed.find(({ failureMessages }) => !failureMessages.every(isTimeout));
  if (noticed) return { outcome: "caught", by: noticed.fullName };
  const reasons = reasonsOf(report);
  const [refused] = reasons;
  if (refused !== undefined && reasons.every((reason) => reason.includes("is not sound"))) return { outcome: "caught", by: refused };
  const [late] = failed;
  if (late) return { outcome: "broken", by: `out of time: ${late.fullName}` };
  if (refused !== undefined) return { outcome: "broken", by: refused };
  if (status !== 0) return { outcome: "broken", by: `no test failed, yet vitest ended with ${status}` };
  if (!testsOf(report).some((test) => test.status === "passed")) return { outcome: "broken", by: "no test ran" };
  return { outcome: "missed" };
}
