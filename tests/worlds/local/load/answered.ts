import path from "node:path";
import { type Answerer, quantile } from "../../../../lib/worlds/local/load/book.ts";
import { readOutcomes } from "../../../../lib/worlds/local/load/outcomes.ts";

/** What the generator wrote down about one answerer. `quantile` is in milliseconds, of requests that were answered. */
export async function answered(folder: string, by: Answerer) {
  const { requests, failed, latencies } = (await readOutcomes(path.join(folder, "outcomes.jsonl"))).slots[by];
  return { requests, failed, quantile: (share: number) => quantile(latencies, share) };
}
