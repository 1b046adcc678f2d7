import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Graph } from "./graph.ts";
import { isolated } from "./isolated.ts";
import { type MonitorOptions, watch } from "./monitor.ts";

interface CaptureOptions extends Omit<MonitorOptions, "key"> {
  readonly key?: string;
  /** The stack's configuration, `shop:phase` and the like. */
  readonly config?: Readonly<Record<string, string>>;
  readonly organization?: string;
}

/** What a program exports; a class instance such as a component is none. */
type Program = () => Promise<object | undefined> | object | undefined;

/**
 * Runs a Pulumi program in this process and yields what it asks for, without the CLI, an account or a network. Captures may run at the same time.
 * Throws what the program throws, and once for all that fails after it.
 */
export async function capture(
  { key = randomBytes(16).toString("hex"), config = {}, organization = "organization", ...options }: CaptureOptions,
  program: Program,
): Promise<Graph> {
  const { monitor, graph, errors } = watch({ ...options, key });
  return await isolated(async () => {
    // What fails while Pulumi settles outputs surfaces here alone, as it does for Pulumi's own language host.
    const late = (error: unknown): void => void errors.push(error instanceof Error ? error.message : String(error));
    process.on("unhandledRejection", late);
    try {
      pulumi.runtime.setMockOptions(monitor, options.project, options.stack, true, organization);
      pulumi.runtime.setAllConfig({ ...config });
      const failed = await run(program);
      await pulumi.runtime.disconnect();
      await new Promise((resolve) => setImmediate(resolve));
      if (failed) throw failed.error;
    } finally {
      process.off("unhandledRejection", late);
    }
    if (errors.length > 0) throw new Error([...new Set(errors)].join("\n"));
    return graph;
  });
}

/** A program that fails must not fail the stack's own promise, which would surface again for every output. */
async function run(program: Program): Promise<{ readonly error: unknown } | undefined> {
  let failed: { readonly error: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return { ...(await program()) };
    } catch (error) {
      failed = { error };
      return {};
    }
  });
  return failed;
}
