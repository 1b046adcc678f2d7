import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Graph, Node } from "./graph.ts";
import { isolated } from "./isolated.ts";
import { type MonitorOptions, watch } from "./monitor.ts";
import { refuseRegionless } from "./regions.ts";
import { lineOfMaking, lineOfProgram } from "./sources.ts";

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
 * Throws what the program throws, once for all that fails after it, and a `UserError` where a provider of AWS has no region.
 */
export async function capture(
  { key = randomBytes(16).toString("hex"), config = {}, organization = "organization", ...options }: CaptureOptions,
  program: Program,
): Promise<Graph> {
  const { monitor, graph, errors } = watch({ ...options, key });
  const asked: Asked[] = [];
  const lines = new Map<string, string>();
  return await isolated(async (isElsewhere) => {
    // What fails while Pulumi settles outputs surfaces here alone, as it does for Pulumi's own language host, and in the place where it began.
    const late = (error: unknown): void => {
      if (isElsewhere()) return;
      const said = error instanceof Error ? error.message : String(error);
      const line = error instanceof Error ? lineOfProgram(error.stack ?? "") : undefined;
      if (line !== undefined) lines.set(said, line);
      errors.push(said);
    };
    process.on("unhandledRejection", late);
    try {
      pulumi.runtime.setMockOptions(monitor, options.project, options.stack, true, organization);
      pulumi.runtime.setAllConfig({ ...config });
      const failed = await run(program, asked);
      await pulumi.runtime.disconnect();
      await new Promise((resolve) => setImmediate(resolve));
      if (failed) throw failed.error;
    } finally {
      process.off("unhandledRejection", late);
    }
    if (errors.length > 0) throw new Error(told(errors, missing(asked, graph), lines));
    const resources = withSources(graph.resources, asked);
    refuseRegionless(resources, config);
    return { ...graph, resources };
  });
}

/** Each error once. One of a resource that was never begun, as nothing is missing, is told with its line. */
function told(errors: readonly string[], lost: readonly string[], lines: ReadonlyMap<string, string>): string {
  const said = [...new Set(errors)].map((one) => (lost.length === 0 && lines.has(one) ? `${one}, at ${lines.get(one)}` : one));
  return [...said, ...lost].join("\n");
}

function withSources(resources: readonly Node[], asked: readonly Asked[]): readonly Node[] {
  const lines = new Map(asked.map(({ place, source }) => [place, source]));
  return resources.map((node) => ({ ...node, source: lines.get(placeOf(node)) }));
}

/** What the program made, be it registered or not. */
interface Asked extends Pick<Node, "type" | "name" | "source"> {
  readonly place: string;
}

/** What tells it from others of its type and name, which have other parents: the end of its URN. */
const placeOf = ({ urn }: Node): string => urn.split("::").slice(2).join("::");

/** The resources that came to nothing: an error tells the property alone. The first is at fault, and others may only have waited for it. */
function missing(asked: readonly Asked[], { resources }: Graph): string[] {
  const made = new Set(resources.map(placeOf));
  const lost = asked.filter(({ place }) => !made.has(place));
  const shown = lost.slice(0, 5).map(({ type, name }) => `${name} (${type})`);
  const more = lost.length > shown.length ? ` and ${lost.length - shown.length} more` : "";
  return lost.length === 0 ? [] : [`not registered: ${shown.join(", ")}${more}`];
}

/** A program that fails must not fail the stack's own promise, which would surface again for every output. */
async function run(program: Program, asked: Asked[]): Promise<{ readonly error: unknown } | undefined> {
  let failed: { readonly error: unknown } | undefined;
  const types = new WeakMap<pulumi.Resource, string>();
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts: { parent } }) => {
      const above = parent && types.get(parent);
      const path = above === undefined ? type : `${above}$${type}`;
      types.set(resource, path);
      asked.push({ type, name, place: `${path}::${name}`, source: lineOfMaking() });
      return undefined;
    });
    try {
      return { ...(await program()) };
    } catch (error) {
      failed = { error };
      return {};
    }
  });
  return failed;
}
