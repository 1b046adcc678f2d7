import { between, pluck, values } from "./codecs.ts";
import type { AnyField, AnyFields, AnyMove, Codec, Entry, EntryPart, Refused } from "./entry.ts";
import { elementOf, isList, schema, withoutMark } from "./schema.ts";

/** A step of a path; `list` where the argument is a list that stands for its only element. */
export interface Step {
  readonly name: string;
  readonly list: boolean;
}

/** A property and where Pulumi has it. */
export interface Pair {
  readonly property: string;
  /** Empty where its members live beside it. */
  readonly path: readonly Step[];
  readonly codec?: Codec | undefined;
  readonly spread?: readonly string[] | undefined;
  readonly implied?: unknown;
  readonly keyed?: readonly Key[];
  /** The pairs of the members; a function, as shapes may hold themselves. */
  readonly members?: () => Match;
  /** Whether it is a list in CloudFormation, and in Pulumi. */
  readonly lists?: readonly [cloudFormation: boolean, pulumi: boolean];
}

interface Key {
  readonly key: string;
  readonly path: readonly Step[];
  readonly codec: Codec | undefined;
}

/** How the properties of one shape go over into the arguments of one resource. */
export interface Match {
  readonly pairs: readonly Pair[];
  /** Properties that Pulumi cannot say, with the reason. */
  readonly none: Readonly<Record<string, string>>;
  /** Properties without a counterpart. */
  readonly unmatched: readonly string[];
}

interface Matched {
  readonly main: Match;
  readonly parts: readonly Match[];
}

const known = new Map<Entry, Matched>();

/** Pairs every property of a type with its argument: first what the entry says, then by name. Throws for an entry that fits not. */
export function matched(entry: Entry): Matched {
  const before = known.get(entry);
  if (before) return before;
  const parts = (entry.parts ?? []).map((part) => partMatch(entry, part));
  const elsewhere = [
    ...parts.flatMap(({ pairs }, at) => (entry.parts?.[at]?.each === undefined ? pairs.map(({ property }) => property) : [])),
    ...(entry.parts ?? []).flatMap(({ each }) => (each === undefined ? [] : [each])),
    ...(entry.code?.handles ?? []),
    ...Object.keys(entry.lost ?? {}),
  ];
  const main = match({ ...sides(entry.type, entry.token, entry), type: entry.type, taken: elsewhere });
  const result = { main, parts };
  known.set(entry, result);
  return result;
}

const sides = (shape: string, target: string, { fields = {}, none = {} }: { readonly fields?: AnyFields; readonly none?: Refused }) => ({
  shape,
  target,
  fields,
  none,
});

const nothing: Match = { pairs: [], none: {}, unmatched: [] };

function partMatch({ type }: Entry, part: EntryPart): Match {
  const { token, each, element, none = {} } = part;
  if (each === undefined) return match({ ...sides(type, token, part), type });
  const shape = elementOf(schema.cloudFormation[type]?.[each] ?? "");
  return typeof element === "object" ? match({ shape, target: token, fields: element, none, type, taken: [] }) : nothing;
}

interface Sides {
  readonly shape: string;
  readonly target: string;
  readonly fields: AnyFields;
  readonly none: Refused;
  readonly type: string;
  /** Properties that something else says; without it nothing is matched by name. */
  readonly taken?: readonly string[];
}

function match({ shape, target, fields, none, type, taken }: Sides): Match {
  const properties = schema.cloudFormation[shape] ?? {};
  const strange = [...Object.keys(fields), ...Object.keys(none)].filter((name) => !(name in properties));
  if (strange.length > 0) throw new Error(`${shape} has no ${strange.join(", ")}`);
  const stated = Object.entries(fields).map(([property, field]) => statedPair(property, properties[property] ?? "", field, target, type));
  if (taken === undefined) return { pairs: stated, none, unmatched: [] };
  const used = new Set(
    stated.flatMap(({ path, keyed = [] }) => [path, ...keyed.map((key) => key.path)].flatMap(([first]) => first?.name ?? [])),
  );
  const byName: Pair[] = [];
  const unmatched: string[] = [];
  for (const [property, kind] of Object.entries(properties)) {
    if (property in fields || property in none || taken.includes(property)) continue;
    const free = Object.keys(schema.inputs[target] ?? {}).filter((name) => !used.has(name));
    const name = sameName(property, free, type);
    const pair = name === undefined ? undefined : paired({ property, kind, path: [name], target, type, move: {} });
    if (pair === undefined || name === undefined) unmatched.push(property);
    else {
      byName.push(pair);
      used.add(name);
    }
  }
  return { pairs: [...stated, ...byName], none, unmatched };
}

function statedPair(property: string, kind: string, field: AnyField, target: string, type: string): Pair {
  if (typeof field === "object" && "keyed" in field) {
    const keyed = Object.entries(field.keyed).map(([key, path]): Key => {
      const { steps, kind: there } = follow(target, path.split("."));
      const codec = between("string", there);
      if (codec === undefined) throw new Error(`${type}: the text of ${key} does not fit ${target}.${path}, a ${there}`);
      return { key, path: steps, codec: codec === "same" ? undefined : codec };
    });
    return { property, path: [], keyed };
  }
  const move = typeof field === "string" ? { to: field } : field;
  const pair = paired({ property, kind, path: move.to === "." ? [] : move.to.split("."), target, type, move });
  if (!pair) throw new Error(`${type}: ${property}, a ${kind}, does not fit ${target}.${move.to}`);
  return pair;
}

interface Pairing {
  readonly property: string;
  readonly kind: string;
  readonly path: readonly string[];
  readonly target: string;
  readonly type: string;
  readonly move: Partial<AnyMove>;
}

function paired({ property, kind, path, target, type, move }: Pairing): Pair | undefined {
  const { steps, kind: there } = follow(target, path);
  const base = { property, path: steps, ...(move.implied && { implied: move.implied.value }) };
  const codec = move.as ?? (move.values && values(move.values)) ?? (move.pluck === undefined ? undefined : pluck(move.pluck));
  if (codec) return { ...base, codec };
  const [shape, shapeThere] = [elementOf(kind), path.length === 0 ? target : elementOf(there)];
  if (schema.cloudFormation[shape] && schema.inputs[shapeThere]) {
    const members = once(() => match({ shape, target: shapeThere, fields: move.in ?? {}, none: move.none ?? {}, type, taken: [] }));
    return { ...base, spread: move.spread, lists: [isList(kind), path.length > 0 && isList(there)], members };
  }
  const conversion = between(withoutMark(kind), there);
  if (conversion === undefined) return undefined;
  return { ...base, codec: conversion === "same" ? undefined : conversion };
}

/** The kind at the end of a path; lists on the way are entered, the last one is left to the caller. */
function follow(target: string, path: readonly string[]): { readonly steps: readonly Step[]; readonly kind: string } {
  let [shape, kind] = [target, target];
  const steps = path.map((name, at) => {
    kind = schema.inputs[shape]?.[name] ?? "";
    if (kind === "") throw new Error(`${target} has no ${path.join(".")}`);
    shape = elementOf(kind);
    return { name, list: at < path.length - 1 && isList(kind) };
  });
  return { steps, kind };
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const singular = (name: string): string =>
  name
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch)es$/, "$1")
    .replace(/([^s])s$/, "$1");

/** `CidrBlock` → `cidrBlock`, `Branch` → `branches`, and for an AWS::Logs::LogGroup `LogGroupName` → `name`. */
function sameName(property: string, names: readonly string[], type: string): string | undefined {
  const wanted = folded(property);
  const self = folded(type.split("::")[2] ?? "");
  const prefixes = [self, self.replace(/^db/, ""), self.replace(/^.*(group)$/, "$1")].filter((one) => one !== "" && wanted.startsWith(one));
  const rest = prefixes
    .map((prefix) => wanted.slice(prefix.length))
    .filter((word) => /^(name|description|id|identifier|class)$/.test(word));
  const shorter = [...rest, ...(wanted.startsWith("db") ? [wanted.slice(2)] : [])];
  return (
    names.find((name) => folded(name) === wanted) ??
    names.find((name) => singular(folded(name)) === singular(wanted)) ??
    names.find((name) => shorter.includes(folded(name)))
  );
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
