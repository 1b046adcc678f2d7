import { catalog } from "../../../../lib/engines/pulumi/catalog/catalog.ts";
import { isTree, listOf } from "../../../../lib/engines/pulumi/codecs.ts";
import type { Entry, EntryPart } from "../../../../lib/engines/pulumi/entry.ts";
import { type Match, matched, type Pair } from "../../../../lib/engines/pulumi/match.ts";
import type { Twin } from "./twin.ts";

/** The conversions of the catalog that no twin has, by path: all that is not the same name and the same form in both. */
export function unproven(twins: readonly Twin[]): readonly string[] {
  return Object.values(catalog).flatMap((entry) => {
    const said = twins.filter(({ type }) => type === entry.type).map(({ is }) => is);
    const { main, parts } = matched(entry);
    const ofParts = (entry.parts ?? []).flatMap((part, at) => inPart(entry, part, parts[at], said));
    return [...within(main, said, entry.type, new Set()), ...ofParts];
  });
}

function inPart({ type }: Entry, { each }: EntryPart, found: Match | undefined, said: readonly unknown[]): readonly string[] {
  if (each === undefined) return found ? within(found, said, type, new Set()) : [];
  const items = membersOf(said, each);
  const where = `${type}.${each}`;
  return [...(items.length === 0 ? [where] : []), ...(found ? within(found, items, where, new Set()) : [])];
}

/** `passed` are the properties on the way, since shapes may hold themselves. */
function within({ pairs }: Match, said: readonly unknown[], where: string, passed: ReadonlySet<string>): readonly string[] {
  return pairs.flatMap((pair) => {
    const path = `${where}.${pair.property}`;
    const items = membersOf(said, pair.property);
    if (pair.keyed)
      return pair.keyed.filter(({ key }) => !items.some((one) => isTree(one) && one.Key === key)).map(({ key }) => `${path} ${key}`);
    const own = converts(pair) && items.length === 0 ? [path] : [];
    if (!pair.members || passed.has(pair.property)) return own;
    return [...own, ...within(pair.members(), items, path, new Set([...passed, pair.property]))];
  });
}

const membersOf = (said: readonly unknown[], name: string): readonly unknown[] =>
  said.flatMap((one) => (isTree(one) && one[name] !== undefined ? listOf(one[name]) : []));

/** Tags are one conversion for all types. */
function converts({ property, path, codec, lists }: Pair): boolean {
  if (codec) return property !== "Tags";
  const [one, ...others] = path;
  return others.length > 0 || one === undefined || folded(one.name) !== folded(property) || (lists !== undefined && lists[0] !== lists[1]);
}

/** Lists have plural names in Pulumi. */
const folded = (name: string): string => name.toLowerCase().replace(/s$/, "");
