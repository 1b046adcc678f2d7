import type { Codec } from "./entry.ts";
import { elementOf, isList, isMap, schema } from "./schema.ts";

/** A JSON string in Pulumi, whose tree may hold leaves that AWS fills in. */
export class Document {
  readonly tree: unknown;
  constructor(tree: unknown) {
    this.tree = tree;
  }
}

/** Whether it is plain data with members; an instance of a class, such as a `Document` or an output, is handed through whole. */
export const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;

/** Whether a value is one of the leaves that AWS fills in. */
export function isLeaf(value: unknown): boolean {
  if (!isTree(value)) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === "Ref" || key.startsWith("Fn::"));
}

/** Whether a captured value stands for an output: `⟦12.arn⟧`, perhaps within text. */
export const isMark = (value: unknown): boolean => typeof value === "string" && value.includes("⟦");

const scalar = (forward: (value: unknown) => unknown, back: (value: unknown) => unknown): Codec => ({
  forward: (value) => (isLeaf(value) ? value : forward(value)),
  back: (value) => (isMark(value) ? value : back(value)),
});

const isTrue = (value: unknown): boolean => value === true || value === "true";

const textToNumber = scalar(Number, String);
const numberToText = scalar(String, Number);
const flagToText = scalar(String, (value) => (value === "" ? undefined : isTrue(value)));
const textToFlag = scalar(isTrue, String);

const json: Codec = {
  forward: (value) => (isLeaf(value) || typeof value === "string" ? value : new Document(value)),
  back: (value) => parsed(value),
};

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A list of one on one side, alone on the other. */
const onlyOne: Codec = { forward: (value) => (isLeaf(value) ? value : single(value)), back: (value) => [value] };
const wrapped: Codec = { forward: (value) => [value], back: single };

function single(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length > 1) throw new Error(`Pulumi takes one element and the plan has ${value.length}; write one resource for each`);
  return value[0];
}

/** Elements of what Pulumi may hold as a list or alone. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The elements that have members; leaves among them are left out. */
export const treesOf = (value: unknown): readonly Record<string, unknown>[] => listOf(value).filter(isTree);

/** `[{ Key, Value }]` ↔ `{ key: value }`. */
export const pairs = (key: string): Codec => ({
  forward: (value) => Object.fromEntries(treesOf(value).map((one) => [String(one[key]), one.Value])),
  back: (value) => (isTree(value) ? Object.entries(value).map(([name, one]) => ({ [key]: name, Value: one })) : value),
});

/** A list of objects in CloudFormation, a list of one of their members in Pulumi. Throws where others would be lost. */
export const pluck = (member: string): Codec => ({
  forward: (value) =>
    treesOf(value).map((one) => {
      const lost = Object.keys(one).filter((name) => name !== member);
      if (lost.length > 0) throw new Error(`Pulumi has only ${member} here, and not ${lost.join(", ")}`);
      return one[member];
    }),
  back: (value) => listOf(value).map((one) => ({ [member]: one })),
});

/** One Pulumi value for each CloudFormation value. Throws for a value that the table does not have; on the way back it stays as it is. */
export const values = (table: Readonly<Record<string, unknown>>): Codec =>
  scalar(
    (value) => {
      const key = String(value);
      if (!Object.hasOwn(table, key)) throw new Error(`"${key}" is none of ${Object.keys(table).join(", ")}`);
      return table[key];
    },
    (value) => flag(Object.keys(table).find((key) => table[key] === value) ?? value),
  );

/** A flag is a flag in CloudFormation too, though tables are written in text. */
const flag = (value: unknown): unknown => (value === "true" ? true : value === "false" ? false : value);

/** Members in PascalCase in CloudFormation, a JSON string with members in camelCase in Pulumi. */
const camelDocument = (kind: string): Codec => ({
  forward: (value) => (isLeaf(value) ? value : new Document(renamed(value, kind, (name) => name.charAt(0).toLowerCase() + name.slice(1)))),
  back: (value) => (typeof value === "string" && /^[[{]/.test(value) ? restored(JSON.parse(value), kind) : value),
});

function renamed(value: unknown, kind: string, name: (key: string) => string): unknown {
  if (isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, elementOf(kind), name));
  const shape = schema.cloudFormation[elementOf(kind)];
  if (!shape || isMap(kind) || !isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [name(key), renamed(one, shape[key] ?? "string", name)]));
}

function restored(value: unknown, kind: string): unknown {
  if (Array.isArray(value)) return value.map((one) => restored(one, elementOf(kind)));
  const shape = schema.cloudFormation[elementOf(kind)];
  if (!shape || isMap(kind) || !isTree(value)) return value;
  const names = new Map(Object.keys(shape).map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const name = names.get(key.toLowerCase()) ?? key;
      return [name, restored(one, shape[name] ?? "string")];
    }),
  );
}

/** The conversion that two kinds ask for by themselves: none at all (`same`), or `undefined` where the two do not fit. */
export function between(cloudFormation: string, pulumi: string): Codec | "same" | undefined {
  if (cloudFormation === pulumi) return "same";
  const shape = schema.cloudFormation[elementOf(cloudFormation)];
  if (pulumi === "string{}") return intoMap(cloudFormation, shape);
  if (cloudFormation === "json") return pulumi === "string" ? json : undefined;
  if (shape) return pulumi === "string" ? camelDocument(cloudFormation) : undefined;
  return simple[`${cloudFormation} ${pulumi}`];
}

function intoMap(cloudFormation: string, shape: Readonly<Record<string, string>> | undefined): Codec | "same" | undefined {
  if (cloudFormation === "tag[]") return pairs("Key");
  if (cloudFormation === "json") return "same";
  const key = shape && isList(cloudFormation) && "Value" in shape ? ["Name", "Key"].find((name) => name in shape) : undefined;
  return key === undefined ? undefined : pairs(key);
}

const simple: Readonly<Record<string, Codec>> = {
  "string number": textToNumber,
  "number string": numberToText,
  "boolean string": flagToText,
  "string boolean": textToFlag,
  "string string[]": wrapped,
  "string[] string": onlyOne,
};
