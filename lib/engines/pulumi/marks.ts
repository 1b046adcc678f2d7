import { elementOf, isList, isMap, schema } from "./schema.ts";

/**
 * What a captured resource answers: for every output, also one that was given, a mark `⟦number of the resource.output⟧` in a bracket that nobody
 * uses, so that what refers to it can be found in any text. An output that the program computes with reads the mark.
 */
export function marksOf(type: string, index: number): Record<string, unknown> {
  return Object.fromEntries(answers(schema.outputs[type] ?? {}, index, "", 0));
}

/** The mark that a captured resource has for its id. */
export const idMark = (index: number): string => `⟦${index}.id⟧`;

/** The parts of a text with marks: literals, and the resource and output that a mark stands for. */
export type Marked = string | { readonly index: number; readonly output: string };

/** Takes a text with marks apart; one without is a literal alone. */
export function marked(text: string): readonly Marked[] {
  return text
    .split(/(⟦\d+\.[^⟧]+⟧)/)
    .filter((part) => part !== "")
    .map((part) => {
      const [, index, output = ""] = /^⟦(\d+)\.([^⟧]+)⟧$/.exec(part) ?? [];
      return index === undefined ? part : { index: Number(index), output };
    });
}

/** A value with names in place of numbers, which change when anything is made before: `⟦shop-production-euw1-base-NetworkVpc.id⟧`. */
export function named(value: unknown, resources: readonly { readonly name: string }[]): unknown {
  if (typeof value === "string")
    return value.replaceAll(/⟦(\d+)\./g, (whole, index) => (resources[index] ? `⟦${resources[index].name}.` : whole));
  if (Array.isArray(value)) return value.map((one) => named(one, resources));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, named(one, resources)]));
}

function answers(shape: Readonly<Record<string, string>>, index: number, path: string, depth: number): (readonly [string, unknown])[] {
  return Object.entries(shape).flatMap(([name, kind]) => {
    const value = answer(kind, index, path + name, depth);
    return value === undefined ? [] : [[name, value] as const];
  });
}

function answer(kind: string, index: number, path: string, depth: number): unknown {
  const at = isList(kind) ? `${path}.0` : path;
  const shape = schema.outputs[elementOf(kind)];
  if (isMap(kind)) return {};
  // Programs branch on flags, which no text can stand for; and shapes may hold themselves.
  if (elementOf(kind) === "boolean" || (shape && depth > 2)) return undefined;
  const one = shape ? Object.fromEntries(answers(shape, index, `${at}.`, depth + 1)) : `⟦${index}.${at}⟧`;
  return isList(kind) ? [one] : one;
}
