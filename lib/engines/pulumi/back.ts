import { isDeepStrictEqual } from "node:util";
import { isTree, listOf } from "./codecs.ts";
import type { Entry, EntryPart, Tree } from "./entry.ts";
import { type Match, matched, type Pair, type Step } from "./match.ts";

/** What a Pulumi resource says in CloudFormation's words, and the arguments that nothing read. */
export interface Read {
  readonly properties: Tree;
  readonly unread: readonly string[];
}

/** The properties that the main resource's arguments say. What only repeats a default of the catalog is left out. */
export function fromPulumi(entry: Entry, args: Tree): Read {
  const mechanics = new Set([...(entry.keep?.arguments ?? []), ...(entry.refresh?.arguments ?? [])]);
  const repeats = (name: string): boolean => name in (entry.defaults ?? {}) && isDeepStrictEqual(args[name], entry.defaults?.[name]?.value);
  const said = Object.fromEntries(Object.entries(args).filter(([name]) => !mechanics.has(name) && !repeats(name)));
  const { properties, unread } = read(said, matched(entry).main);
  entry.code?.back(args, properties);
  return { properties, unread: unread.filter((path) => !entry.code?.arguments.includes(path)) };
}

/** The properties that a part's arguments say, to be merged into its owner's. */
export function fromPart(entry: Entry, part: EntryPart, args: Tree): Read {
  if (part.from) return { properties: {}, unread: [] };
  const found = matched(entry).parts[entry.parts?.indexOf(part) ?? -1];
  const said = Object.fromEntries(Object.entries(args).filter(([name]) => !(name in part.with)));
  if (part.each === undefined) return found ? read(said, found) : { properties: {}, unread: Object.keys(said) };
  if (typeof part.element === "string") return { properties: { [part.each]: [args[part.element]] }, unread: [] };
  const { properties, unread } = read(said, found ?? { pairs: [], none: {}, unmatched: [] });
  return { properties: { [part.each]: [properties] }, unread };
}

function read(args: Tree, found: Match): Read {
  const unread = new Set<string>();
  const properties = back(args, found, "", unread);
  return { properties, unread: [...unread] };
}

function back(args: Tree, found: Match, where: string, unread: Set<string>): Tree {
  const properties: Tree = {};
  // Where a resource is says its stack.
  const seen = new Set(["region"]);
  for (const pair of found.pairs) {
    for (const path of [pair.path, ...(pair.keyed ?? []).map((key) => key.path)]) if (path[0]) seen.add(path[0].name);
    const value = backPair(pair, args, where, seen, unread);
    if (value !== undefined) properties[pair.property] = value;
  }
  for (const [name, value] of Object.entries(args)) if (!seen.has(name) && value !== undefined) unread.add(where + name);
  // A member that one pair passed over may be another's: healthCheck.path beside healthCheck.matcher.
  for (const { path, keyed = [] } of found.pairs)
    for (const steps of [path, ...keyed.map((key) => key.path)]) unread.delete(where + steps.map(({ name }) => name).join("."));
  return properties;
}

function backPair(pair: Pair, args: Tree, where: string, seen: Set<string>, unread: Set<string>): unknown {
  if (pair.keyed) return backKeyed(pair.keyed, args);
  if (pair.path.length === 0) return backBeside(pair, args, where, seen);
  const value = get(args, pair.path);
  if (value === undefined || (pair.implied !== undefined && isDeepStrictEqual(value, pair.implied))) return undefined;
  if (!pair.members || !pair.lists) return pair.codec ? pair.codec.back(value) : value;
  if (typeof value !== "object") return value;
  const members = pair.members();
  const label = `${where}${pair.path.map(({ name }) => name).join(".")}.`;
  const items = listOf(value)
    .filter(isTree)
    .flatMap((one) => spread(one, pair.spread))
    .map((one) => {
      const inner = back(one, members, label, unread);
      return Object.keys(inner).length > 0 || Object.keys(one).length === 0 ? inner : undefined;
    });
  return pair.lists[0] ? items.map((one) => one ?? {}) : items[0];
}

function backKeyed(keyed: NonNullable<Pair["keyed"]>, args: Tree): unknown {
  const found = keyed.flatMap(({ key, path, codec }) => {
    const value = get(args, path);
    return value === undefined ? [] : [{ Key: key, Value: codec ? codec.back(value) : String(value) }];
  });
  return found.length > 0 ? found : undefined;
}

/** Members that live beside the property: those that belong to it are read here. */
function backBeside(pair: Pair, args: Tree, where: string, seen: Set<string>): unknown {
  if (!pair.members) return undefined;
  const passed = new Set<string>();
  const inner = back(args, pair.members(), where, passed);
  for (const name of Object.keys(args)) if (!passed.has(where + name)) seen.add(name);
  if (Object.keys(inner).length === 0) return undefined;
  return pair.lists?.[0] ? [inner] : inner;
}

/** `{ cidrBlocks: [a, b] }` → `{ cidrBlocks: [a] }`, `{ cidrBlocks: [b] }`. */
function spread(one: Tree, names: readonly string[] = []): readonly Tree[] {
  const several = names.flatMap((name) => (one[name] === undefined ? [] : listOf(one[name]).map((value) => [name, [value]] as const)));
  if (several.length < 2) return [one];
  const rest = Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name)));
  return several.map(([name, value]) => ({ ...rest, [name]: value }));
}

function get(args: Tree, path: readonly Step[]): unknown {
  let at: unknown = args;
  for (const { name, list } of path) {
    if (!isTree(at)) return undefined;
    const there: unknown = at[name];
    at = list && Array.isArray(there) ? there[0] : there;
  }
  return at ?? undefined;
}
