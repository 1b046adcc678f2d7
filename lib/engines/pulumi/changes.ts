import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Plan } from "../../plan/template.ts";
import type { Change, StackChanges } from "../../ports/engine.ts";
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
    changes.set(id, {
      id,
      of,
      will: will === "destroy" && step.old?.retainOnDelete ? "release" : will,
      properties: [...new Set(step.diffs)].sort(),
    });
  }
  return [...found].map(([stack, changes]) => ({
    stack,
    changes: [...changes.values()].sort((one, other) => one.id.localeCompare(other.id, "en")),
    outputs: [],
  }));
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
