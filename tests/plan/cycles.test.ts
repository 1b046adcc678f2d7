import { expect, it } from "vitest";
import { cycleIn } from "../../lib/plan/cycles.ts";

const inGraph = (graph: Readonly<Record<string, readonly string[]>>) => cycleIn(Object.keys(graph), (node) => graph[node] ?? []);

it("a way that comes back is told from where it begins to where it ends", () => {
  expect(inGraph({ Start: ["A"], A: ["B"], B: ["C"], C: ["A"] })).toEqual(["A", "B", "C", "A"]);
  expect(inGraph({ A: ["A"] })).toEqual(["A", "A"]);
});

it("two ways to one node are no cycle", () => {
  expect(inGraph({ A: ["B", "C"], B: ["D"], C: ["D"], D: [] })).toBeUndefined();
  expect(inGraph({})).toBeUndefined();
});

it("a node that leads out of the graph ends there", () => {
  expect(inGraph({ A: ["elsewhere"] })).toBeUndefined();
});

it("many ways to the same nodes are walked once", () => {
  const layers = 40;
  let looked = 0;
  const nodes = Array.from({ length: layers * 2 }, (_, at) => String(at));
  const next = (node: string): readonly string[] => {
    looked += 1;
    const layer = Math.floor(Number(node) / 2) + 1;
    return layer < layers ? [String(layer * 2), String(layer * 2 + 1)] : [];
  };
  expect(cycleIn(nodes, next)).toBeUndefined();
  expect(looked).toBe(nodes.length);
});
