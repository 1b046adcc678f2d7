import { readsOf, stackRead } from "../../plan/stack-outputs.ts";
import type { Plan, Stack } from "../../plan/template.ts";

/** The stacks of the plan that must be there first: those whose outputs a stack reads, and the ledger, which is the first up and the last down. */
export function neededStacks(stack: Stack, plan: Plan): readonly Stack[] {
  const read = readsOf(stack).map((leaf) => {
    const found = stackRead(plan, leaf);
    const { StackName, Region, OutputName } = leaf["Fn::GetStackOutput"];
    if (!found) throw new Error(`${stack.name} reads ${OutputName} of ${StackName} in ${Region}, which is no stack of the plan`);
    return found;
  });
  const ledgers = stack.part === "ledger" ? [] : plan.stacks.filter(({ part }) => part === "ledger");
  return [...new Set([...ledgers, ...read])];
}
