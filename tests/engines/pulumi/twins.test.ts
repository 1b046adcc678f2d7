import { expect, it } from "vitest";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import { catalog } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import { read } from "../../../lib/engines/pulumi/read.ts";
import { ordered } from "./canonical.ts";
import { delivery } from "./twins/delivery.ts";
import { ground } from "./twins/ground.ts";
import { network } from "./twins/network.ts";
import { services } from "./twins/services.ts";
import type { Twin } from "./twins/twin.ts";
import { watch } from "./twins/watch.ts";

const twins: readonly Twin[] = [...network, ...ground, ...services, ...delivery, ...watch];

it.each(twins)("X02 a program of the provider's documentation reads as the $type of CloudFormation's", async ({ type, on, make, is }) => {
  const graph = await capture({ project: "twin", stack: "test" }, () => {
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
