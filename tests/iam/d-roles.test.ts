import { describe } from "vitest";
import { elsewhere, neverOf } from "./d/never.ts";
import { account, d, otherAccount, roleArn } from "./d/places.ts";
import { tables } from "./d/tables.ts";
import { proveRoles } from "./prove-roles.ts";

describe("D03: system D's production", () => {
  proveRoles({ resolved: d, account, otherAccount, tables, neverOf, elsewhere, nameOf: ({ arn }) => arn.replace(roleArn(""), "") });
});
