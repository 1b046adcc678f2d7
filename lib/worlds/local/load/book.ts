import type { Slot } from "../../../base/outcome.ts";
import { bucketOf, quantileOf } from "../plane/histogram.ts";

/** Who answered, by the header that the data plane sets; `none` also where nobody did. */
export type Answerer = Slot | "none";
const answerers: readonly Answerer[] = ["blue", "green", "none"];

/** How one request ended. */
export interface Ending {
  readonly answerer: Answerer;
  /** From the time when the request was due to the end of its answer, in milliseconds; absent without an answer. */
  readonly latency?: number;
  /** What went wrong, such as `502` or `ECONNREFUSED`; absent if nothing did. */
  readonly failure?: string;
}

/** Counts of one answerer. `latencies` maps a bucket of `bucketOf` to how many were in it. */
interface Page {
  requests: number;
  failed: number;
  latencies: Record<number, number>;
}

/** What the callers saw in some span of time. Survives JSON. */
export interface Book {
  requests: number;
  failed: number;
  failures: Record<string, number>;
  slots: Record<Answerer, Page>;
}

const emptyPage = (): Page => ({ requests: 0, failed: 0, latencies: {} });

/** A fresh one each time: books are written into. */
export const emptyBook = (): Book => ({
  requests: 0,
  failed: 0,
  failures: {},
  slots: { blue: emptyPage(), green: emptyPage(), none: emptyPage() },
});

/** Kinds of failure beyond these are counted together. */
const mostKinds = 12;

/** Counts one ending, in place. */
export function record(book: Book, { answerer, latency, failure }: Ending): void {
  const page = book.slots[answerer];
  book.requests++;
  page.requests++;
  if (latency !== undefined) add(page.latencies, bucketOf(latency), 1);
  if (failure === undefined) return;
  book.failed++;
  page.failed++;
  addFailures(book.failures, failure, 1);
}

/** Adds all of one book to another. */
export function merge(into: Book, from: Book): void {
  into.requests += from.requests;
  into.failed += from.failed;
  for (const [kind, count] of Object.entries(from.failures)) addFailures(into.failures, kind, count);
  for (const answerer of answerers) {
    const [to, page] = [into.slots[answerer], from.slots[answerer]];
    to.requests += page.requests;
    to.failed += page.failed;
    for (const [bucket, count] of Object.entries(page.latencies)) add(to.latencies, Number(bucket), count);
  }
}

/** Milliseconds below which the given share (0 to 1) of answers stayed; undefined without answers. */
export function quantile(latencies: Readonly<Record<number, number>>, share: number): number | undefined {
  return quantileOf(
    Object.entries(latencies).map(([bucket, count]) => [Number(bucket), count]),
    share,
  );
}

function addFailures(failures: Record<string, number>, kind: string, count: number): void {
  const known = Object.hasOwn(failures, kind) || Object.keys(failures).length < mostKinds;
  add(failures, known ? kind : "other", count);
}

function add<Key extends string | number>(counts: Record<Key, number>, key: Key, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}
