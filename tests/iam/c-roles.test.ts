import { describe } from "vitest";
import { homeTables } from "./c/home-tables.ts";
import { elsewhere, neverOf } from "./c/never.ts";
import { otherAccount, stages, tools } from "./c/places.ts";
import { stageTables } from "./c/stage-tables.ts";
import { proveRoles } from "./prove-roles.ts";
import type { World } from "./world.ts";

const common = (world: World) => ({ ...world, otherAccount, neverOf: neverOf(world), elsewhere });

describe("C04: system C's tools", () => {
  proveRoles({ ...common(tools), tables: homeTables, nameOf: ({ arn }) => arn.replace(/^.*role\/catalog-tools-/, "") });
});

for (const stage of stages)
  describe(`C04: system C's ${stage.name}`, () => {
    proveRoles({
      ...common(stage),
      tables: stageTables(stage),
      provenElsewhere: ["stage-deploy"],
      nameOf: ({ arn }) => arn.replace(stage.roleArn(""), ""),
    });
  });
