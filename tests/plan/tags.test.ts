import { expect, it } from "vitest";
import { systems } from "../judges/systems.ts";
import { untagged } from "./untagged.ts";

it.each(systems)("C14 everything of $name that can carry tags says whose it is, but for the rule that holds the weights", ({ plan }) => {
  expect(untagged(plan)).toEqual([]);
});
