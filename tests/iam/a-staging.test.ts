import { describe, expect, it } from "vitest";
import { config, ireland, otherAccount, provider, state, strangeTokens, token } from "./a/places.ts";
import { proveTrust } from "./prove-roles.ts";
import type { MadeRole } from "./roles.ts";
import { type World, worldOf } from "./world.ts";

const staging = worldOf(config, "staging", { account: "111111111111", region: "eu-west-1", short: "euw1" });
const nameOf = ({ arn }: MadeRole): string => arn.replace(/.*:role\/catalog-(staging|production)-/, "");

/** With the same words for the same things of both environments: what AWS names itself, it names otherwise in each. */
function said({ keys, account, name }: World, statement: unknown): unknown {
  const text = Object.entries(keys).reduce((left, [purpose, arn]) => left.replaceAll(arn, `the key ${purpose}`), JSON.stringify(statement));
  const ours = text
    .replaceAll(state.key, "the key of the state")
    .replaceAll(account, "the account")
    .replaceAll(new RegExp(`catalog([-/])${name}`, "g"), "catalog$1environment")
    .replaceAll(`"${name}"`, '"environment"')
    .replaceAll(`:environment:${name}`, ":environment:environment")
    .replaceAll(/(secret:[\w/-]+)-[0-9a-f]{6}/g, "$1")
    .replaceAll(/(\/app\/[\w-]+)(\/[0-9a-f]{16})+/g, "$1");
  return JSON.parse(ours);
}

const statementsOf = (world: World, { policies }: MadeRole): readonly unknown[] =>
  policies.flatMap(({ Statement }) => Statement.map((one) => said(world, one)));

const theirs = (role: MadeRole): MadeRole => {
  const found = ireland.roles.find((one) => nameOf(one) === nameOf(role));
  if (!found) throw new Error(`production has no role ${nameOf(role)}`);
  return found;
};

// What production's roles may is proven call by call (tests/iam/a-roles.test.ts).
describe("B14: system A's staging, in one region", () => {
  it("has production's roles, without those of what only two regions need", () => {
    const away = ["backup", "files-replication"].map((thing) => `euw1-${thing}`);
    const others = ireland.roles.map(nameOf).filter((name) => name.startsWith("euw1-") && !away.includes(name));
    expect(staging.roles.map(nameOf).sort()).toEqual(others.sort());
  });

  it.each(staging.roles.filter((one) => !nameOf(one).endsWith("github-deploy")))(
    "C04: $arn may what production's may, and no more",
    (role) => {
      const copies = nameOf(role) === "euw1-rotation" ? ["SealsTheirCopies"] : [];
      const same = statementsOf(ireland, theirs(role)).filter((one) => !copies.includes(String(Reflect.get(Object(one), "Sid"))));
      expect(statementsOf(staging, role)).toEqual(same);
      expect(role.managed).toEqual(theirs(role).managed);
    },
  );

  it.each(staging.roles)("C04: $arn is taken on by whom production's is", (role) => {
    expect(said(staging, role.trust)).toEqual(said(ireland, theirs(role).trust));
  });

  it("A03: what deploys it is taken on by jobs of the environment staging, and not by those of production", () => {
    const own = provider.replace(ireland.account, staging.account);
    const right = token("repo:acme/catalog:environment:staging");
    const strange = strangeTokens.filter((one) => JSON.stringify(one) !== JSON.stringify(right));
    const wrong = [...strange, token("repo:acme/catalog:environment:production")];
    const system = { ...staging, otherAccount, tables: {}, nameOf, neverOf: () => [], elsewhere: () => [] };
    proveTrust(system, staging.roles, staging.role("github-deploy"), {
      takenOnBy: own,
      tokens: { right, wrong },
      must: [],
    });
  });
});
