import { expect, it } from "vitest";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import { catalog } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { read } from "../../../lib/engines/pulumi/read.ts";
import { ordered } from "./canonical.ts";
import { twins } from "./twins/all.ts";
import { unproven } from "./twins/conversions.ts";

it.each(twins)("X02 a program of the provider's documentation reads as the $type of CloudFormation's", async ({ type, on, make, is }) => {
  const graph = await capture({ project: "twin", stack: "test", config: { "aws:region": "eu-west-1" } }, () => {
    make();
    return undefined;
  });
  const { resources: all, unknown, unread } = read(graph, ({ name }) => ({ stack: "test", id: name }));
  const resources = [...all];
  expect([unknown, unread]).toEqual([[], []]);
  if (on) expect(resources.shift()?.type).toBe(on);
  expect(resources.map((one) => [one.type, ordered(one.properties)])).toEqual([[type, ordered(is)]]);
});

it("every type of the catalog has a twin, since both directions of an entry can be wrong together", () => {
  expect(Object.keys(catalog).filter((type) => !twins.some((twin) => twin.type === type))).toEqual([]);
});

it("every conversion of the catalog has a twin: each other name, other form and list of one", () => {
  expect(unproven(twins)).toEqual([]);
});
