import { readFileSync } from "node:fs";
import { factsOf, type Region, regions } from "../../lib/aws/regions.ts";

/** A stack that stands, by what it told of itself. */
export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** An output of a stack. */
export interface Told {
  readonly stack: Stack;
  readonly output: string;
  readonly value: string;
}

/** Names the file of the outputs; the pipelines' integration stage sets it too (assets/buildspecs/integration.yml). */
export const variable = "STACK_OUTPUTS";

/** The stacks of the file that the environment names, or why there are none to look at. */
export function givenStacks(environment: NodeJS.ProcessEnv): { readonly stacks: readonly Stack[] } | { readonly none: string } {
  const file = environment[variable];
  if (file === undefined || file === "")
    return { none: `${variable} names no file: give the map that sluice deploy wrote, or what pulumi stack output --json prints` };
  const stacks = stacksIn(JSON.parse(readFileSync(file, "utf8")));
  if (stacks.length === 0) throw new Error(`${file} has no outputs of a stack`);
  return { stacks };
}

/**
 * Reads the map that `sluice deploy` writes; the outputs of bin/tap.ts, which are under `stacks`; the same under the name of a Pulumi stack, as
 * a pipeline hands it on; and plain outputs by stack, as CloudFormation gives them.
 */
export function stacksIn(given: unknown): readonly Stack[] {
  if (!isRecord(given)) throw new Error("outputs are an object by the name of the stack");
  if (Array.isArray(given.stacks)) return given.stacks.map(mapped);
  return Object.entries(given).flatMap(([name, inner]) => {
    if (!isRecord(inner) || Object.keys(inner).length === 0) return [];
    return Object.values(inner).some(isRecord) ? stacksIn(inner) : [{ name, region: regionOf(name), outputs: texts(inner) }];
  });
}

function mapped(given: unknown): Stack {
  if (!isRecord(given) || typeof given.name !== "string" || typeof given.region !== "string" || !isRecord(given.outputs))
    throw new Error("a stack of an environment map has name, region and outputs");
  return { name: given.name, region: given.region, outputs: texts(given.outputs) };
}

const isRecord = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === "object" && given !== null && !Array.isArray(given);

/** Numbers too are outputs: a port, a weight. */
const texts = (outputs: Readonly<Record<string, unknown>>): Stack["outputs"] =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)]));

const codes: ReadonlyMap<string, Region> = new Map(regions.map((region) => [factsOf(region).code, region]));

/** Names of stacks carry the code of their region before their part (ADR 0007). */
function regionOf(name: string): Region {
  const region = name.split("-").flatMap((word) => codes.get(word) ?? []);
  const last = region.at(-1);
  if (last === undefined) throw new Error(`the name of the stack ${name} has no code of a region in it, such as use1`);
  return last;
}

/** The outputs of all stacks whose names are of a form. */
export function told(stacks: readonly Stack[], form: RegExp): readonly Told[] {
  return stacks.flatMap((stack) =>
    Object.entries(stack.outputs).flatMap(([output, value]) => (form.test(output) ? [{ stack, output, value }] : [])),
  );
}

/** An output of a stack, or of its neighbours in the region. */
export function near(stacks: readonly Stack[], { name, region }: Stack, output: string): string | undefined {
  const [own, others] = [stacks.filter((stack) => stack.name === name), stacks.filter((stack) => stack.region === region)];
  return [...own, ...others].flatMap(({ outputs }) => outputs[output] ?? [])[0];
}
