import path from "node:path";
import { expect, it } from "vitest";
import { openTarget } from "../../lib/actions/target.ts";

const folder = path.join(import.meta.dirname, "../../examples/a-multi-region-containers");
const regionsOf = async (region?: string) => (await openTarget({ folder, environment: "production", ...(region && { region }) })).only;

it("A03 with the first region goes what is in none of the environment's regions: the workflow deploys by region, and nobody else would", async () => {
  expect(await regionsOf("eu-west-1")).toEqual({ regions: ["eu-west-1", "us-east-1"] });
  expect(await regionsOf("us-west-2")).toEqual({ regions: ["us-west-2"] });
  expect(await regionsOf("us-east-1")).toEqual({ regions: ["us-east-1"] });
  expect(await regionsOf()).toEqual({});
});

it("A17 a region in which the environment has nothing is refused with those that it has", async () => {
  await expect(regionsOf("sa-east-1")).rejects.toThrow(/sa-east-1/);
});
