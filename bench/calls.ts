/** Calls of a client of AWS's SDK, as they come and go. */
import type { Client } from "../tests/worlds/aws/unreliable.ts";

/** One call, by this process's clock in milliseconds. */
export interface Called {
  readonly command: string;
  readonly from: number;
  /** When it was answered. */
  readonly at: number;
}

/** Writes down what a client is asked for, once it was answered. */
export function watching(client: Client, called: Called[]): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const from = performance.now();
        // The stack's own, handed through.
        const answer = await next(args as never);
        called.push({ command: commandName, from, at: performance.now() });
        return answer as Awaited<{ output: never; response: undefined }>;
      },
    { step: "initialize", name: "count", priority: "high" },
  );
}

/** From the last reading before all traffic was given back to the answer of the call that gave it. */
export function returned(all: readonly Called[]) {
  const shift = all.findLast(({ command }) => command === "ModifyRuleCommand" || command === "ChangeResourceRecordSetsCommand");
  const read = all.findLast(({ command, at }) => command === "GetMetricDataCommand" && at < (shift?.from ?? 0));
  const [from, to] = [read?.at ?? Number.NaN, shift?.at ?? Number.NaN];
  const between = all.filter((one) => one.from >= from && one.at <= to);
  const waited = between.reduce((sum, one) => sum + one.at - one.from, 0);
  return { span: to - from, calls: between.length, own: to - from - waited };
}
