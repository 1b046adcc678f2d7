import { isDeepStrictEqual } from "node:util";
import { isStackOutput, stackRead } from "../plan/stack-outputs.ts";
import type { Plan, Stack } from "../plan/template.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";

/** An environment as it is planned, and what the last deploy of it told. */
export interface Deployed {
  readonly plan: Plan;
  readonly map: EnvironmentMap;
}

/** What a value of a plan became: what stands there, or what an output tells of it. Undefined where none does, as of what is not deployed yet. */
export function becameOf({ plan, map }: Deployed, stack: Stack, value: unknown): string | undefined {
  if (typeof value !== "object") return value === undefined ? undefined : String(value);
  if (isStackOutput(value)) {
    const other = stackRead(plan, value);
    return other && toldOf(map, other, value["Fn::GetStackOutput"].OutputName);
  }
  const told = stack.outputs.find((output) => isDeepStrictEqual(output.value, value));
  return told && toldOf(map, stack, told.name);
}

const toldOf = ({ stacks }: EnvironmentMap, { name }: Stack, output: string): string | undefined =>
  stacks.find((one) => one.name === name)?.outputs[output];
