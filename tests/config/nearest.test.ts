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
  expect(nearest(word, ["weights", "bake", "baked", "finalBake", "keepWarm"])).toBe(meant);
});
