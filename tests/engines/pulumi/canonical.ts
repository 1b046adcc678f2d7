import { isDeepStrictEqual } from "node:util";
import { attributeOf, sourceOf } from "../../../lib/engines/pulumi/attributes.ts";
import { catalog } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { isLeaf, isTree } from "../../../lib/engines/pulumi/codecs.ts";
import { type Match, matched } from "../../../lib/engines/pulumi/match.ts";
import { joined, type Piece, pieces } from "../../../lib/engines/pulumi/text.ts";
import { references } from "../../../lib/plan/as-template.ts";
import type { Plan, Resource, Stack } from "../../../lib/plan/template.ts";

/** A resource in the one spelling in which a plan and what was read of a program can be compared. */
export interface Canonical {
  readonly type: string;
  readonly properties: unknown;
  readonly after: readonly string[];
  readonly keep: string;
}

/** Every resource of a plan by `stack/id`. */
export function canonicalPlan(plan: Plan): ReadonlyMap<string, Canonical> {
  return new Map(
    plan.stacks.flatMap((stack) =>
      stack.resources.map((resource) => {
        const referred = new Set([...references(resource.properties)].flatMap((id) => [id, ...ipv6Of(stack, id)]));
        const after = (resource.after ?? []).map(({ id }) => id).filter((id) => !referred.has(id));
        const said = withoutImplied(spelled(resource.properties, stack, plan), matched(catalog[resource.type]).main);
        const properties = ordered(without(lost(resource), said));
        return [
          `${stack.name}/${resource.id}`,
          { type: resource.type, properties, after: [...new Set(after)].sort(), keep: resource.keep ?? "destroy" },
        ] as const;
      }),
    ),
  );
}

const lost = ({ type }: Resource): readonly string[] => Object.keys(catalog[type].lost ?? {});
const without = (names: readonly string[], value: unknown): unknown =>
  isTree(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) : value;

/** What the catalog implies may be said or not. */
function withoutImplied(value: unknown, { pairs }: Match): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutImplied(one, { pairs, none: {}, unmatched: [] }));
  if (!isTree(value) || isLeaf(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const pair = pairs.find(({ property }) => property === name);
      const implied = pair?.implied === undefined || !pair.codec ? pair?.implied : pair.codec.back(pair.implied);
      if (implied !== undefined && isDeepStrictEqual(one, implied)) return [];
      return [[name, pair?.members ? withoutImplied(one, pair.members()) : one]];
    }),
  );
}

/** Members by name, and lists of tags, attributes and other named things, whose order means nothing, by their key. */
export function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(ordered);
    const trees = items.filter(isTree);
    const key = ["Key", "Name"].find(
      (name) => items.length > 0 && trees.length === items.length && trees.every((one) => name in one && "Value" in one),
    );
    return key === undefined ? items : trees.sort((one, other) => String(one[key]).localeCompare(String(other[key]), "en"));
  }
  if (!isTree(value)) return value;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, one]) => [name, ordered(one)]));
}

/** Leaves in one spelling: an attribute that is the same as `Ref` is `Ref`, a read of another stack is what it reads, text is joined. */
function spelled(value: unknown, stack: Stack, plan: Plan): unknown {
  if (Array.isArray(value)) return value.map((one) => spelled(one, stack, plan));
  if (!isTree(value)) return value;
  const text = piecesOf(value, stack, plan);
  if (text) return joined(text);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spelled(one, stack, plan)]));
}

function piecesOf(value: Readonly<Record<string, unknown>>, stack: Stack, plan: Plan): readonly Piece[] | undefined {
  if (typeof value.Ref === "string") return [piece({ id: value.Ref }, stack)];
  const attribute = value["Fn::GetAtt"];
  if (Array.isArray(attribute)) return [piece({ id: String(attribute[0]), attribute: String(attribute[1]) }, stack)];
  const selected = value["Fn::Select"];
  if (Array.isArray(selected)) return addresses(String(selected[0]), selected[1], stack);
  if ("Fn::Sub" in value) return substituted(value["Fn::Sub"], stack, plan);
  const read = value["Fn::GetStackOutput"];
  return isTree(read) ? elsewhere(String(read.StackName), String(read.OutputName), plan) : undefined;
}

/** What gives a network its addresses, which in Pulumi knows them first; a block in them as it stands while nobody knows them. */
function addresses(index: string, of: unknown, stack: Stack): readonly Piece[] {
  const [vpc = ""] = references(of);
  const whole = ipv6Of(stack, vpc).map((id): Piece => ({ id, attribute: "ipv6CidrBlock" }));
  return isTree(of) && "Fn::Cidr" in of ? [...whole, `[${index}]`] : whole;
}

const ipv6Of = ({ resources }: Stack, vpc: string): readonly string[] =>
  resources.filter(({ type, properties }) => type === "AWS::EC2::VPCCidrBlock" && references(properties).has(vpc)).map(({ id }) => id);

function substituted(given: unknown, stack: Stack, plan: Plan): readonly Piece[] {
  const [text, values]: unknown[] = Array.isArray(given) ? given : [given];
  const own = isTree(values) ? values : {};
  return pieces(String(text)).flatMap((part) => {
    if (typeof part === "string") return [part];
    const inner = own[part.id];
    if (inner === undefined) return [piece(part, stack)];
    return isTree(inner) ? (piecesOf(inner, stack, plan) ?? []) : [String(inner)];
  });
}

function elsewhere(name: string, output: string, plan: Plan): readonly Piece[] {
  const stack = plan.stacks.find((one) => one.name === name);
  const found = stack?.outputs.find((one) => one.name === output);
  if (!stack || !found) throw new Error(`${name} has no output ${output}`);
  const parts = isTree(found.value) ? (piecesOf(found.value, stack, plan) ?? []) : [String(found.value)];
  return parts.map((part) => (typeof part === "string" || part.id.includes("/") ? part : { ...part, id: `${name}/${part.id}` }));
}

function piece({ id, attribute }: Exclude<Piece, string>, stack: Stack): Piece {
  const entry = catalog[stack.resources.find((one) => one.id === id)?.type ?? "AWS::EC2::VPC"];
  if (attribute === undefined) return { id };
  const source = sourceOf(entry, attribute);
  const same = "output" in source && source.appended === undefined ? attributeOf(entry, source.output) : attribute;
  return same === undefined ? { id } : { id, attribute: same ?? attribute };
}
