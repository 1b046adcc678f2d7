import { expect, it } from "vitest";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import { catalog } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { Document, isTree } from "../../../lib/engines/pulumi/codecs.ts";
import { Own } from "../../../lib/engines/pulumi/entry.ts";
import { toPulumi } from "../../../lib/engines/pulumi/forward.ts";
import type { Graph, Node } from "../../../lib/engines/pulumi/graph.ts";
import { read } from "../../../lib/engines/pulumi/read.ts";
import { ordered } from "./canonical.ts";
import { twins } from "./twins/all.ts";
import { unproven } from "./twins/conversions.ts";
import type { Twin } from "./twins/twin.ts";

const graphs = new Map<Twin, Promise<Graph>>();

/** What the hand-written program of a twin asks for. */
function graphOf(twin: Twin): Promise<Graph> {
  const found =
    graphs.get(twin) ??
    capture({ project: "twin", stack: "test", config: { "aws:region": "eu-west-1" } }, () => {
      twin.make();
      return undefined;
    });
  graphs.set(twin, found);
  return found;
}

it.each(twins)("X02 a program of the provider's documentation reads as the $type of CloudFormation's", async (twin) => {
  const { type, on, is } = twin;
  const graph = await graphOf(twin);
  const { resources: all, unknown, unread } = read(graph, ({ name }) => ({ stack: "test", id: name }));
  const resources = [...all];
  expect([unknown, unread]).toEqual([[], []]);
  if (on) expect(resources.shift()?.type).toBe(on);
  expect(resources.map((one) => [one.type, ordered(one.properties)])).toEqual([[type, ordered(is)]]);
});

/** Both as trees of plain data: what stands for an output is one word, and a document is what it holds. */
function plain(value: unknown): unknown {
  if (value instanceof Document) return plain(value.tree);
  if (value instanceof Own) return "an output";
  if (typeof value === "string" && value.includes("⟦")) return "an output";
  if (typeof value === "string") return /^[[{]"|^\[\{|^[[{][\]}]/.test(value) ? plain(JSON.parse(value)) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (isTree(value) && "Fn::Base64" in value) return Buffer.from(String(value["Fn::Base64"])).toString("base64");
  return isTree(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)])) : value;
}

it.each(twins.filter(({ on, other }) => on === undefined && other === undefined))(
  "X02 the $type of CloudFormation's documentation is told to Pulumi as its provider's documentation says",
  async (twin) => {
    const { type, is } = twin;
    const { resources } = await graphOf(twin);
    const entry = catalog[type];
    const made = toPulumi(entry, is);
    // What a resource is told beside its properties no template says.
    const beside = [...(entry.keep?.arguments ?? []), ...(entry.code?.arguments ?? [])];
    for (const token of new Set(made.map((one) => one.token))) {
      const told = made.filter((one) => one.token === token).map(({ args }) => plain(args));
      const hand = resources.filter((one) => one.type === token).map(({ inputs }) => without(beside, inputs));
      expect(told).toMatchObject(hand.map(plain));
    }
    expect(resources.filter(({ custom, type: token }) => custom && !made.some((one) => one.token === token))).toEqual([]);
  },
);

const without = (names: readonly string[], inputs: Node["inputs"]) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));

it("every type of the catalog has a twin, since both directions of an entry can be wrong together", () => {
  expect(Object.keys(catalog).filter((type) => !twins.some((twin) => twin.type === type))).toEqual([]);
});

it("every conversion of the catalog has a twin: each other name, other form and list of one", () => {
  expect(unproven(twins)).toEqual([]);
});
