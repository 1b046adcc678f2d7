import { attributeOf, sourceOf } from "./attributes.ts";
import { fromPart, fromPulumi } from "./back.ts";
import { entries } from "./catalog/catalog.ts";
import type { Entry, EntryPart, Ride, Tree } from "./entry.ts";
import type { Graph, Node } from "./graph.ts";
import { marked } from "./marks.ts";
import { joined, type Piece } from "./text.ts";

/** A resource of a Pulumi program in CloudFormation's words. */
export interface ReadResource {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly properties: unknown;
  /** Logical ids that come first though no property refers to them, as `stack/id` where they stand elsewhere. */
  readonly after: readonly string[];
  readonly keep: "destroy" | "retain" | "snapshot";
  readonly source: string | undefined;
}

/** A program as the catalog reads it. */
export interface Reading {
  readonly resources: readonly ReadResource[];
  /** Pulumi types that the catalog does not have. */
  readonly unknown: readonly string[];
  /** Arguments that the catalog does not read, with the resource that has them. */
  readonly unread: readonly string[];
}

interface Role {
  readonly entry: Entry;
  readonly part?: EntryPart;
}

type Rider = Entry & { readonly rides: Ride };
const riders = entries.filter((entry): entry is Rider => entry.rides !== undefined);

const roles = new Map<string, Role>();
for (const entry of entries) if (!entry.rides && !roles.has(entry.token)) roles.set(entry.token, { entry });
for (const entry of entries) for (const part of entry.parts ?? []) if (!roles.has(part.token)) roles.set(part.token, { entry, part });

/** The role of a node: a part where what it belongs to says so, as a record that proves a certificate; else a resource of its own. */
function roleOf(node: Node, graph: Graph): { readonly role: Role; readonly owner?: Node } | undefined {
  for (const entry of entries)
    for (const part of entry.parts ?? []) {
      if (part.token !== node.type) continue;
      const owner = ownerOf(node, part, graph);
      if (owner?.type === entry.token) return { role: { entry, part }, owner };
    }
  const role = roles.get(node.type);
  return role && role.part === undefined ? { role } : undefined;
}

function ownerOf(node: Node, { owner }: EntryPart, graph: Graph): Node | undefined {
  const [first] = marked(String(node.inputs[owner]));
  return typeof first === "object" ? graph.resources[first.index] : undefined;
}

/** Where a resource stands, and its logical id. */
export type Locate = (node: Node) => { readonly stack: string; readonly id: string };

/** What CloudFormation has no resources for: providers, what stands in for a function of its own, and what lies in a bucket. */
const unsaid = /^(pulumi:|random:|aws:s3\/bucketObjectv2:)/;

/** Reads a captured program through the catalog. What the catalog does not have is listed and left out. */
export function read(graph: Graph, locate: Locate): Reading {
  const found = new Map<Node, { readonly entry: Entry; readonly place: ReturnType<Locate>; properties: Tree }>();
  const owners = new Map<Node, Node>();
  const [unknown, unread]: [Set<string>, string[]] = [new Set(), []];
  const nodes = graph.resources.filter(({ custom, type }) => custom && !unsaid.test(type));
  const parts: { readonly node: Node; readonly owner: Node; readonly entry: Entry; readonly part: EntryPart }[] = [];
  for (const node of nodes) {
    const known = roleOf(node, graph);
    if (!known) unknown.add(node.type);
    else if (known.owner && known.role.part) parts.push({ node, owner: known.owner, entry: known.role.entry, part: known.role.part });
    else {
      const said = fromPulumi(known.role.entry, withoutRiders(node));
      unread.push(...said.unread.map((path) => `${node.name}: ${path} of ${node.type}`));
      found.set(node, { entry: known.role.entry, place: locate(node), properties: said.properties });
    }
  }
  for (const { node, owner, entry, part } of parts) {
    const said = fromPart(entry, part, { ...node.inputs });
    unread.push(...said.unread.map((path) => `${node.name}: ${path} of ${node.type}`));
    const target = found.get(owner);
    if (target) target.properties = merged(target.properties, said.properties);
    owners.set(node, owner);
  }
  for (const { entry, properties } of found.values()) entry.code?.finish?.(properties);
  const resources = [...found].flatMap(([node, { entry, place, properties }]): readonly ReadResource[] => {
    const resolved = resolve(properties, { at: place.stack, graph, found });
    const after = afterOf(node, place.stack, graph, found, owners);
    const main = { ...place, type: entry.type, properties: resolved, after, keep: keepOf(node), source: node.source };
    return [main, ...ridersOn(node).map((rider) => readRider(main, rider))];
  });
  return { resources, unknown: [...unknown].sort(), unread };
}

/** What rides on a node, which is told all that the rider tells it. */
function ridersOn({ type, inputs }: Node): readonly Rider[] {
  return riders.filter(({ token, rides }) => token === type && Object.entries(rides.told).every(([name, value]) => inputs[name] === value));
}

function withoutRiders(node: Node): Tree {
  const told = new Set(ridersOn(node).flatMap(({ rides }) => Object.keys(rides.told)));
  return Object.fromEntries(Object.entries(node.inputs).filter(([name]) => !told.has(name)));
}

function readRider(carrier: ReadResource, { type, rides: { on, suffix, keep } }: Rider): ReadResource {
  return { ...carrier, id: carrier.id + suffix, type, properties: { [on]: joined([{ id: carrier.id }]) }, after: [], keep };
}

function keepOf({ retainOnDelete, inputs }: Node): ReadResource["keep"] {
  if (retainOnDelete) return "retain";
  return inputs.finalSnapshotIdentifier === undefined ? "destroy" : "snapshot";
}

function merged(into: Tree, more: Tree): Tree {
  const both = Object.entries(more).map(([name, value]) => {
    const there = into[name];
    return [name, Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value];
  });
  return { ...into, ...Object.fromEntries(both) };
}

type Known = ReadonlyMap<Node, { readonly entry: Entry; readonly place: ReturnType<Locate> }>;

/** What it waits for besides what its own properties refer to. Waiting for a part is waiting for the resource that the part belongs to. */
function afterOf(node: Node, stack: string, graph: Graph, found: Known, owners: ReadonlyMap<Node, Node>): readonly string[] {
  const byUrn = new Map(graph.resources.map((one) => [one.urn, one]));
  const referred = new Set(Object.values(node.propertyDependencies).flat());
  const own = new Set([node, ...[...owners].flatMap(([part, owner]) => (owner === node ? [part] : []))]);
  const targets = (urns: readonly string[]) =>
    urns.flatMap((urn) => {
      const there = byUrn.get(urn);
      const target = there && (owners.get(there) ?? there);
      return target && !own.has(target) && found.has(target) ? [target] : [];
    });
  const implied = new Set(targets([...referred]));
  const said = new Set(targets(node.dependencies.filter((urn) => !referred.has(urn))));
  return [...said]
    .filter((target) => !implied.has(target))
    .flatMap((target) => {
      const place = found.get(target)?.place;
      return place ? [place.stack === stack ? place.id : `${place.stack}/${place.id}`] : [];
    })
    .sort();
}

interface Within {
  readonly at: string;
  readonly graph: Graph;
  readonly found: Known;
}

/** Marks become `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
function resolve(value: unknown, within: Within): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, within));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(one, within)]));
  return typeof value === "string" && value.includes("⟦") ? joined(piecesOf(value, within)) : value;
}

function piecesOf(text: string, within: Within): readonly Piece[] {
  const found: Piece[] = [];
  let appended = "";
  for (const part of marked(text)) {
    if (typeof part === "string") found.push(appended !== "" && part.startsWith(appended) ? part.slice(appended.length) : part);
    else found.push(...pieceOf(part, within));
    appended = typeof part === "string" ? "" : appendedTo(part, within);
  }
  return found;
}

/** The text that CloudFormation's attribute ends in, which the program had to append. */
function appendedTo({ index, output }: { readonly index: number; readonly output: string }, { graph, found }: Within): string {
  const target = graph.resources[index];
  const entry = target && found.get(target)?.entry;
  const attribute = entry && attributeOf(entry, output);
  if (!entry || typeof attribute !== "string") return "";
  const source = sourceOf(entry, attribute);
  return "output" in source ? (source.appended ?? "") : "";
}

function pieceOf({ index, output }: { readonly index: number; readonly output: string }, within: Within): readonly Piece[] {
  const target = within.graph.resources[index];
  const known = target && within.found.get(target);
  if (!target || !known) return [`\${${target?.name ?? index}.${output}}`];
  const { stack, id } = known.place;
  const name = stack === within.at ? id : `${stack}/${id}`;
  const attribute = attributeOf(known.entry, output);
  if (attribute === undefined) return [{ id: name }];
  const rider = attribute === null && ridersOn(target).find((one) => attributeOf(one, output) !== null);
  if (rider) {
    const told = attributeOf(rider, output);
    return [{ id: name + rider.rides.suffix, ...(typeof told === "string" && { attribute: told }) }];
  }
  // Not an attribute in CloudFormation: perhaps it was only handed in.
  const given = target.inputs[output];
  if (attribute === null && typeof given === "string") return piecesOf(given, { ...within, at: stack });
  return [{ id: name, attribute: attribute ?? output }];
}
