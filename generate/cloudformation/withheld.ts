import { entries } from "../../lib/engines/pulumi/catalog/catalog.ts";
import { type Match, matched } from "../../lib/engines/pulumi/match.ts";
import { schema } from "../../lib/engines/pulumi/schema.ts";
import { withheld as byChoice } from "./types.ts";

/**
 * Properties that plans do without, by shape: those that another property says as well, and all that the Pulumi catalog cannot carry, so that
 * using one does not compile. A shape that several properties hold loses only what none of them can carry.
 */
export function withheld(): Readonly<Record<string, readonly string[]>> {
  const all = new Map<string, readonly string[]>(Object.entries(byChoice));
  for (const [shape, carried] of carriedShapes()) {
    const left = Object.keys(schema.cloudFormation[shape] ?? {}).filter((name) => !carried.has(name));
    const name = shape.replace(/^AWS::/, "").replace("::", "_");
    if (left.length > 0) all.set(name, [...new Set([...(all.get(name) ?? []), ...left])].sort());
  }
  return Object.fromEntries(all);
}

/** What the catalog carries of every shape that it reaches. */
function carriedShapes(): ReadonlyMap<string, ReadonlySet<string>> {
  const carried = new Map<string, Set<string>>();
  const add = (shape: string, names: readonly string[]): void => {
    carried.set(shape, new Set([...(carried.get(shape) ?? []), ...names]));
  };
  const visit = (shape: string, { pairs }: Match, within: readonly string[] = []): void => {
    add(
      shape,
      pairs.map(({ property }) => property),
    );
    for (const { property, members } of pairs) {
      const inner = shapeOf(schema.cloudFormation[shape]?.[property] ?? "");
      if (members && schema.cloudFormation[inner] && !within.includes(inner)) visit(inner, members(), [...within, inner]);
    }
  };
  for (const entry of entries) {
    const { main, parts } = matched(entry);
    for (const [shape, names] of Object.entries(entry.code?.inside ?? {})) add(shape, names);
    add(entry.type, [...(entry.code?.handles ?? []), ...Object.keys(entry.lost ?? {})]);
    visit(entry.type, main);
    entry.parts?.forEach(({ each, when }, at) => {
      add(
        entry.type,
        [each, when].filter((name) => name !== undefined),
      );
      const part = parts[at];
      const shape = each === undefined ? entry.type : shapeOf(schema.cloudFormation[entry.type]?.[each] ?? "");
      if (part && schema.cloudFormation[shape]) visit(shape, part);
    });
  }
  return carried;
}

const shapeOf = (kind: string): string => kind.replace(/!$/, "").replaceAll(/\[\]|\{\}/g, "");
