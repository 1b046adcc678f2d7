import { expect, it } from "vitest";
import { nearest } from "../../lib/config/nearest.ts";

it.each([
  ["wieghts", "weights"],
  ["bakes", "bake"],
  ["BAKE", "bake"],
  ["final-bake", "finalBake"],
  ["owner", undefined],
  ["x", undefined],
])("%s probably means %s", (word, meant) => {
  expect(nearest(word, ["weights", "bake", "finalBake", "keepWarm"])).toBe(meant);
});
