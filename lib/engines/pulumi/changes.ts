import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { isTaken } from "../../plan/physical-name.ts";
import type { Plan } from "../../plan/template.ts";
import type { Change, StackChanges } from "../../ports/engine.ts";
import { argumentsOf } from "./arguments.ts";
import { catalog } from "./catalog/catalog.ts";
import { plannedBy } from "./planned.ts";

type Step = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** What a step of a preview would come to. The two halves of a replacement are one. */
const wills: Readonly<Record<string, Change["will"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  delete: "destroy",
  import: "import",
};

/** What the events of a preview say that an update would do, stack by stack. What is no longer in the plan is told with its own name. */
export function changesIn(plan: Plan, events: readonly EngineEvent[]): readonly StackChanges[] {
  const planned = plannedBy(plan);
  const found = new Map(plan.stacks.map(({ name }) => [name, new Map<string, Change>()]));
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    const will = step && wills[step.op];
    if (!step || !will || !isNative(step)) continue;
    const { stack, id, of } = planned(step.urn) ?? gone(step, plan);
    const changes = found.get(stack) ?? new Map<string, Change>();
    found.set(stack, changes);
    // The half of a replacement that deletes tells no differences.
    const properties = [...new Set([...(step.diffs ?? []), ...(changes.get(id)?.properties ?? [])])].sort();
    changes.set(id, { id, of, will: told(plan, { stack, id, will, properties }, step), properties });
  }
  return [...found].map(([stack, changes]) => ({
    stack,
    changes: [...changes.values()].sort((one, other) => one.id.localeCompare(other.id, "en")),
    outputs: [],
  }));
}

type Wanted = Pick<Change, "id" | "will" | "properties"> & { readonly stack: string };

function told(plan: Plan, { stack, id, will, properties }: Wanted, { old }: Step): Change["will"] {
  if (will === "destroy" && old?.retainOnDelete) return "release";
  const planned = plan.stacks.find(({ name }) => name === stack)?.resources.find((one) => one.id === id);
  const differs = (property: string): boolean =>
    planned !== undefined && argumentsOf(catalog[planned.type], property).some((one) => properties.includes(one));
  return will === "replace" && planned && isTaken(planned, differs) ? "collide" : will;
}

const isNative = ({ type }: Step): boolean => !type.startsWith("sluice:") && !type.startsWith("pulumi:");

/** The stack whose name a resource begins with; of several the longest. */
function gone({ urn, type }: Step, { stacks, environment }: Plan) {
  const name = urn.split("::").at(-1) ?? "";
  const [stack] = stacks
    .map((one) => one.name)
    .filter((one) => name.startsWith(`${one}-`))
    .sort((one, other) => other.length - one.length);
  return stack === undefined ? { stack: environment, id: name, of: type } : { stack, id: name.slice(stack.length + 1), of: type };
}
