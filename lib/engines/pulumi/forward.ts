import type { Options } from "../../plan/template.ts";
import { isLeaf, isTree, listOf, treesOf } from "./codecs.ts";
import type { Codec, Entry, EntryPart, Token, Tree } from "./entry.ts";
import { type Match, matched, type Pair, type Step } from "./match.ts";

/** A Pulumi resource that a plan's resource becomes; its arguments may hold leaves, and outputs of the resources before it (`Own`). */
export interface Made {
  readonly token: Token;
  /** Empty for the main one. */
  readonly suffix: string;
  readonly args: Tree;
  /** Arguments that somebody else changes after the first deploy. */
  readonly ignores: readonly string[];
}

/** What a plan says of a resource beside its properties, and Pulumi by arguments. */
type Mechanics = Pick<Options, "keep" | "refresh">;

/**
 * The Pulumi resources that say the same, the main one first. Throws with the path for a property that Pulumi cannot say; nothing is dropped.
 */
export function toPulumi(entry: Entry, properties: object, { keep = "destroy", refresh }: Mechanics = {}): readonly [Made, ...Made[]] {
  if (refresh && !entry.refresh) throw new Error(`Pulumi refreshes no instances of a ${entry.type}`);
  const { main, parts } = matched(entry);
  const rest: Tree = { ...properties };
  const args: Tree = {};
  entry.code?.forward(rest, args);
  const all = { ...rest };
  for (const property of [...(entry.code?.handles ?? []), ...Object.keys(entry.lost ?? {})]) delete rest[property];
  const made = (entry.parts ?? []).flatMap((part, at) => makePart(entry, part, parts[at], all, rest));
  const defaults = Object.fromEntries(Object.entries(entry.defaults ?? {}).map(([name, { value }]) => [name, value]));
  return [
    {
      token: entry.token,
      suffix: "",
      ignores: [],
      args: {
        ...defaults,
        ...entry.keep?.of(keep, { ...properties }),
        ...(refresh && entry.refresh?.of(refresh)),
        ...args,
        ...forward(rest, main, entry.type),
      },
    },
    ...made,
  ];
}

/** Takes what the part says out of `rest`, which is what the main resource has left to say. */
function makePart({ type }: Entry, part: EntryPart, found: Match | undefined, all: Tree, rest: Tree): readonly Made[] {
  const { token, each, element, when, ignores = [] } = part;
  const suffix = part.suffix ?? token.split(":").at(-1) ?? "";
  if (each !== undefined) {
    delete rest[each];
    const items = all[each] === undefined ? [] : listOf(all[each]);
    return items.map((item, at) => {
      const args =
        typeof element === "string" || !isTree(item) || !found ? { [String(element)]: item } : forward(item, found, `${type}.${each}`);
      return { token, suffix: `${suffix}${at}`, ignores, args: { ...part.with, ...args } };
    });
  }
  const taken = take(rest, found?.pairs.map(({ property }) => property) ?? []);
  const cause = when === undefined ? undefined : all[when];
  if (when === undefined ? Object.keys(taken).length === 0 : cause === undefined) return [];
  const made = part.from && isTree(cause) ? part.from(cause) : {};
  return [{ token, suffix, ignores, args: { ...part.with, ...made, ...(found && forward(taken, found, type)) } }];
}

/** Properties by name, gone from where they were. */
function take(from: Tree, names: readonly string[]): Tree {
  const taken = Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
  for (const name of names) delete from[name];
  return taken;
}

function forward(value: Tree, found: Match, where: string): Tree {
  const args: Tree = {};
  for (const [property, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const pair = found.pairs.find((one) => one.property === property);
    if (!pair) {
      const why = found.none[property];
      throw new Error(`${where}.${property} has no counterpart in Pulumi${why === undefined ? "" : `: ${why}`}`);
    }
    forwardPair(pair, item, args, `${where}.${property}`);
  }
  for (const { property, path, implied } of found.pairs)
    if (implied !== undefined && value[property] === undefined) put(args, path, implied);
  return args;
}

function forwardPair(pair: Pair, item: unknown, args: Tree, where: string): void {
  const { keyed, members, lists, path, codec } = pair;
  if (keyed) forwardKeyed(keyed, item, args, where);
  else if (!members || !lists || isLeaf(item)) put(args, path, codec ? converted(codec, item, where) : item);
  else {
    const [, there] = lists;
    const items = treesOf(item).map((one) => forward(one, members(), where));
    if (!there && items.length > 1) throw new Error(`${where}: Pulumi takes one element and the plan has ${items.length}`);
    if (path.length === 0) Object.assign(args, items[0]);
    else put(args, path, there ? items : items[0]);
  }
}

function forwardKeyed(keyed: NonNullable<Pair["keyed"]>, item: unknown, args: Tree, where: string): void {
  for (const { Key, Value } of treesOf(item)) {
    const found = keyed.find(({ key }) => key === Key);
    if (!found) throw new Error(`${where}: the attribute ${String(Key)} has no counterpart in Pulumi`);
    put(args, found.path, found.codec ? converted(found.codec, Value, `${where}.${String(Key)}`) : Value);
  }
}

/** Throws with the path for what Pulumi has no form of. */
function converted(codec: Codec, value: unknown, where: string): unknown {
  try {
    return codec.forward(value);
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Several properties may meet in one argument: a health check and its matcher. */
function put(args: Tree, path: readonly Step[], value: unknown): void {
  let at = args;
  for (const { name, list } of path.slice(0, -1)) at = entered(at, name, list);
  const last = path.at(-1)?.name ?? "";
  const there = at[last];
  at[last] = isTree(there) && isTree(value) ? { ...there, ...value } : value;
}

function entered(at: Tree, name: string, list: boolean): Tree {
  const there = list && Array.isArray(at[name]) ? at[name][0] : at[name];
  if (isTree(there)) return there;
  const made: Tree = {};
  at[name] = list ? [made] : made;
  return made;
}
