import type { StackOutput } from "../aws/value.ts";
import type { Plan, Stack } from "./template.ts";

/** Every read of another stack's output in a value, however deep. */
export function stackOutputs(value: unknown): readonly StackOutput[] {
  const found: StackOutput[] = [];
  collect(value, found);
  return found;
}

function collect(value: unknown, found: StackOutput[]): void {
  if (typeof value !== "object" || value === null) return;
  if (isStackOutput(value)) found.push(value);
  else for (const inner of Object.values(value)) collect(inner, found);
}

/** Whether a value is what another stack offers. */
export function isStackOutput(value: unknown): value is StackOutput {
  return typeof value === "object" && value !== null && "Fn::GetStackOutput" in value;
}

/** What a stack reads of others, by its resources and by its own outputs; one that is read twice comes twice. */
export function readsOf({ resources, outputs }: Stack): readonly StackOutput[] {
  return stackOutputs([resources.map(({ properties }) => properties), outputs]);
}

/** The stack that a read is of, or undefined where the plan has none. */
export function stackRead(plan: Plan, { "Fn::GetStackOutput": { StackName, Region } }: StackOutput): Stack | undefined {
  return plan.stacks.find(({ name, region }) => name === StackName && region === Region);
}
