import { expect, it } from "vitest";
import { nearest } from "../../lib/config/nearest.ts";

it.each([
  ["wieghts", "weights"],
  ["bakke", "bake"],
  ["BAKE", "bake"],
  ["final-bake", "finalBake"],
  ["bakedd", "baked"],
  ["owner", undefined],
  ["x", undefined],
])("%s probably means %s", (word, meant) => {
  expect(nearest(word, ["weights", "bake", "baked", "finalBake", "keepWarm"])[0]).toBe(meant);
});

it("the nearest come first, and no more than are wanted", () => {
  expect(nearest("v1.2.1", ["main", "v1.0.0", "v1.2.0", "v1.2.3", "v2.0.0"], 2)).toEqual(["v1.2.0", "v1.2.3"]);
});
