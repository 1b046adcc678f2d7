import type { Holder } from "../../ports/ledger.ts";

/** The execution of a durable function that a holder of the ledger is, or undefined for one that is a process. */
export const executionOf = ({ started }: Holder): string | undefined => (started.includes("/durable-execution/") ? started : undefined);
