import type { PlanView, StackView } from "../actions/plan.ts";
import type { Paint } from "./paint.ts";
import { aligned } from "./tables.ts";

/** Everything of a plan as a tree: stacks, their blocks, and in them each resource with its name in AWS. */
export function planTree(plan: PlanView, paint: Paint): readonly string[] {
  return [...plan.stacks.flatMap((stack) => [...stackTree(stack, paint), ""]), totals(plan, paint)];
}

function stackTree({ name, account, region, outputs, blocks }: StackView, paint: Paint): readonly string[] {
  const count = blocks.reduce((sum, { resources }) => sum + resources.length, 0);
  const rows = blocks.flatMap((block, at) => {
    const last = at === blocks.length - 1;
    const head = [`${last ? "└" : "├"}─ ${paint("strong", block.name)}`, "", ""];
    return [
      head,
      ...block.resources.map(({ id, type, name }) => [`${last ? " " : "│"}    ${id.slice(block.name.length)}`, paint("quiet", type), name]),
    ];
  });
  return [`${paint("strong", name)}  ${account} ${region}  ${paint("quiet", `${count} resources, ${outputs} outputs`)}`, ...aligned(rows)];
}

/** A line for each resource, for searching and sorting. */
export function planTable({ stacks }: PlanView): readonly string[] {
  const rows = stacks.flatMap((stack) =>
    stack.blocks.flatMap((block) => block.resources.map(({ id, type, name }) => [stack.name, stack.region, id, type, name])),
  );
  return aligned([["stack", "region", "resource", "type", "name"], ...rows]);
}

function totals({ environment, stacks }: PlanView, paint: Paint): string {
  const resources = stacks.flatMap(({ blocks }) => blocks.flatMap((block) => block.resources));
  const types = new Set(resources.map(({ type }) => type)).size;
  return paint("quiet", `${environment}: ${resources.length} resources of ${types} types in ${stacks.length} stacks`);
}
