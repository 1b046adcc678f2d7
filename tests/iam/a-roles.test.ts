import { describe, expect, it } from "vitest";
import { elsewhere, neverOf } from "./a/never.ts";
import { both, ireland, otherAccount, provider, strangeTokens, token } from "./a/places.ts";
import { tables } from "./a/tables.ts";
import { proveRoles, proveTrust, type System } from "./prove-roles.ts";

const deploys = ["euw1-github-deploy", "usw2-github-deploy"];

const system: System = {
  ...ireland,
  otherAccount,
  tables,
  // What they may is not single calls: tests/iam/deploys.test.ts.
  provenElsewhere: deploys,
  neverOf,
  elsewhere,
  nameOf: ({ arn }) => arn.replace(/.*:role\/catalog-production-/, ""),
};

describe("B14: system A's production, in all its regions", () => proveRoles(system));

describe("A03: the roles that GitHub's workflow deploys with", () => {
  it.each(both)("A03: that of $region is taken on by jobs of the environment production, and by nobody else", (world) => {
    proveTrust(system, ireland.roles, world.role("github-deploy"), {
      takenOnBy: provider,
      tokens: {
        right: token("repo:acme/catalog:environment:production"),
        wrong: [...strangeTokens, token("repo:acme/catalog:pull_request")],
      },
      must: [],
    });
  });

  it("A03: there is one for each region", () => {
    const names = ireland.roles.map(system.nameOf).filter((name) => name.endsWith("github-deploy"));
    expect(names.sort()).toEqual(deploys);
  });
});
