import type { StackOutput } from "../../aws/value.ts";
import type { Plan, Stack } from "../../plan/template.ts";
import { isStackOutput } from "./include.ts";

/** The stacks of the plan whose outputs a stack reads: they must be there first. */
export function neededStacks(stack: Stack, plan: Plan): readonly Stack[] {
  return [
    ...new Set(
      stackOutputs([stack.resources.map(({ properties }) => properties), stack.outputs]).map((leaf) => producer(leaf, stack, plan)),
    ),
  ];
}

function producer({ "Fn::GetStackOutput": { StackName, Region, OutputName } }: StackOutput, consumer: Stack, plan: Plan): Stack {
  const found = plan.stacks.find(({ name, region }) => name === StackName && region === Region);
  if (!found) throw new Error(`${consumer.name} reads ${OutputName} of ${StackName} in ${Region}, which is no stack of the plan`);
  return found;
}

function stackOutputs(value: unknown): StackOutput[] {
  if (isStackOutput(value)) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stackOutputs) : [];
}
