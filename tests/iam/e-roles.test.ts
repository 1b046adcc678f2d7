import { describe } from "vitest";
import { homeTables } from "./e/home-tables.ts";
import { elsewhere, neverOf } from "./e/never.ts";
import { otherAccount, stages, tools } from "./e/places.ts";
import { stageTables } from "./e/stage-tables.ts";
import { proveRoles } from "./prove-roles.ts";
import type { RoleTable } from "./roles.ts";
import type { World } from "./world.ts";

const prove = (world: World, tables: Readonly<Record<string, RoleTable>>): void =>
  proveRoles({
    ...world,
    otherAccount,
    tables,
    neverOf: neverOf(world),
    elsewhere,
    nameOf: ({ arn }) => arn.replace(world.roleArn(""), ""),
  });

describe("E09: system E's tools", () => prove(tools, homeTables));
for (const stage of stages) describe(`E09: system E's ${stage.name}`, () => prove(stage, stageTables(stage)));
