import { codePipeline } from "./codepipeline.ts";
import { handle } from "./handle.ts";

const pipelines = codePipeline();

/** What Lambda calls. Not console.log: the runtime would write its own words before the line, and CloudWatch would not read the metric. */
export const handler = (event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> =>
  handle(event, {
    pipelines,
    write: (line) => process.stdout.write(`${line}\n`),
    now: () => new Date(),
    remaining: () => context.getRemainingTimeInMillis(),
  });
