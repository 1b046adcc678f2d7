import type { Value } from "../../aws/value.ts";
import { ledger } from "../blocks/ledger.ts";
import type { Draft } from "../stack.ts";
import { ref } from "../template.ts";

/** The record of an environment's releases, as what writes to it from inside AWS knows it. */
export interface ReleaseRecord {
  readonly table: Value<string>;
  readonly keyArn: Value<string>;
}

/**
 * The record of what moved an environment to its other region, which stands there: whoever loses the primary region loses its ledger with it
 * (A12, ADR 0020).
 */
export function recoveries(stack: Draft): void {
  const { table } = ledger(stack.block("Recoveries"));
  stack.output("RecoveryTable", ref(table), "The table of the ledger of failovers, failbacks and drills");
}

/** The ledger in a stack of its own, the first up and the last down; what comes back is for what keeps it from inside AWS, where something does. */
export function record(stack: Draft): ReleaseRecord {
  const made = ledger(stack.block("Releases"));
  const table = stack.output("LedgerTable", ref(made.table), "The table of the releases' ledger");
  const keyArn = stack.output("LedgerKeyArn", made.keyArn, "The key of the ledger");
  return { table, keyArn };
}
