import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import type { Graph } from "../../../lib/engines/pulumi/graph.ts";
import { renderPlan } from "../../../lib/engines/pulumi/program.ts";
import { type Locate, type Reading, read } from "../../../lib/engines/pulumi/read.ts";
import type { Plan } from "../../../lib/plan/template.ts";

export const exampleOf = async (folder: string) => (await loadConfig(path.join(import.meta.dirname, "../../../examples", folder))).config;

/** A plan as the program that the Pulumi engine makes of it. */
export const captured = (plan: Plan): Promise<Graph> =>
  capture({ project: "test", stack: plan.environment, key: "test" }, () => renderPlan(plan).outputs);

/** The same program, also read back through the catalog. */
interface ReadBack extends Reading {
  readonly graph: Graph;
}

export async function readBack(plan: Plan): Promise<ReadBack> {
  const places = new Map(plan.stacks.flatMap(({ name, resources }) => resources.map(({ id }) => [`${name}-${id}`, { stack: name, id }])));
  const locate: Locate = (node) => {
    const place = places.get(node.name);
    if (!place) throw new Error(`${node.name} is no resource of the plan`);
    return place;
  };
  const graph = await captured(plan);
  return { ...read(graph, locate), graph };
}
