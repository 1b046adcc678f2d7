import { UserError } from "../base/errors.ts";
import { type Clock, duration, type Instant } from "../base/time.ts";
import type { Ledger } from "../ports/ledger.ts";
import { executionOf } from "../worlds/aws/execution-of.ts";
import type { Execution } from "../worlds/aws/release-function.ts";
import { isGoneHere } from "../worlds/local/ledger.ts";
import { installed } from "./installed.ts";

/** How often whoever watches asks whether an execution still runs. */
const lookEvery = duration(30_000);

/** Asks AWS how far an execution is. */
export type Look = (execution: string) => Promise<Execution>;

/**
 * Which holders are gone: of a process here this machine says it, of an execution Lambda, twice a minute at most. Where nobody may ask it, or can,
 * its lease decides.
 */
export function goneSeen(clock: Clock, look: Look = lookAtLambda): Ledger["isGone"] {
  let last: { readonly execution: string; readonly at: Instant; readonly gone: Promise<boolean> } | undefined;
  return (holder) => {
    const execution = executionOf(holder);
    if (execution === undefined) return isGoneHere(holder);
    if (last?.execution !== execution || clock.now() - last.at >= lookEvery)
      last = { execution, at: clock.now(), gone: hasEnded(look, execution) };
    return last.gone;
  };
}

async function hasEnded(look: Look, execution: string): Promise<boolean> {
  try {
    return (await look(execution)).is !== "running";
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const lookAtLambda: Look = (execution) =>
  installed("asking Lambda", ["@aws-sdk/client-lambda"], async () => {
    const { lookAtExecution } = await import("../worlds/aws/release-function.ts");
    return await lookAtExecution(execution);
  });
