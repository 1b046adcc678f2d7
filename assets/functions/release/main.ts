import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { releaseHost, versionOf } from "./host.ts";
import { opening } from "./open.ts";

/** A turn is a step and a wait, or a step that is tried again: a third of what an execution may have, for what is tried again. */
const mostTurns = 1_000;

/** What Lambda calls. One event a line, as `--json` prints them. */
export const handler = withDurableExecution(
  releaseHost({
    open: opening(),
    mostTurns,
    functionOf: versionOf,
    tell: (event) => void process.stdout.write(`${JSON.stringify({ ...event, at: Date.now() })}\n`),
  }),
);
