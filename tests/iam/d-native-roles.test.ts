import { describe } from "vitest";
import { native, nativeTables } from "./d/native-tables.ts";
import { elsewhere, neverOf } from "./d/never.ts";
import { account, otherAccount, roleArn } from "./d/places.ts";
import { proveRoles } from "./prove-roles.ts";

describe("D03: system D's production, shifted by ECS", () => {
  proveRoles({
    resolved: native,
    account,
    otherAccount,
    tables: nativeTables,
    neverOf,
    elsewhere,
    nameOf: ({ arn }) => arn.replace(roleArn(""), ""),
  });
});
