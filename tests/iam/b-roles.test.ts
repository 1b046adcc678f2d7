import { describe } from "vitest";
import { elsewhere, neverOf } from "./b/never.ts";
import { otherAccount, worlds } from "./b/places.ts";
import { tablesOf } from "./b/tables.ts";
import { proveRoles } from "./prove-roles.ts";

for (const world of worlds)
  describe(`B14: system B's ${world.name}`, () => {
    proveRoles({
      ...world,
      otherAccount,
      tables: tablesOf(world),
      neverOf: neverOf(world),
      elsewhere,
      nameOf: ({ arn }) => arn.replace(world.roleArn(""), ""),
    });
  });
