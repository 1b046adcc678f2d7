import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

type Given = Readonly<Record<string, unknown>>;

const link = { transitGateway: "tgw-0a1b2c3d4e5f60718" };
const migration = { source: { environment: "development", host: "dev.example.com", cidr: "10.50.0.0/16" } };

/** What is wrong with two environments of which one moves to the other, with the fix. */
function wrongIn(development: Given, production: Given): readonly (readonly [path: string, fix: string])[] {
  const both = { regions: ["us-east-1"], zone: "new" };
  const checked = checkConfig({
    project: "orders",
    engine: "pulumi",
    services: { shop: { health: "/health", compute: { kind: "ec2" } } },
    database: { engine: "mysql", version: "8.4" },
    environments: {
      development: { ...both, account: "111122223333", domain: "dev.orders.example.com", cidr: "10.50.0.0/16", ...development },
      production: { ...both, account: "444455556666", domain: "orders.example.com", cidr: "10.60.0.0/16", migration, ...production },
    },
    rollout: { weightHolder: "engine" },
  });
  return "problems" in checked ? checked.problems.map(({ path, fix }) => [showPath(path), fix]) : [];
}

const at = (name: string, rest: string, fix: string) => [`environments.${name}.${rest}`, expect.stringContaining(fix)];

it("B09 A17 a link of both sides is right, and so is none", () => {
  expect(wrongIn({ link }, { link })).toEqual([]);
  expect(wrongIn({}, {})).toEqual([]);
});

it("B09 A17 a link needs its other end, on the same gateway and in the same region", () => {
  expect(wrongIn({}, { link })).toEqual([at("development", "link", "production is linked with development")]);
  expect(wrongIn({ link }, {})).toEqual([at("production", "link", "development is linked with production")]);
  const another = { link: { transitGateway: "tgw-0fffffff4e5f60718" } };
  expect(wrongIn({ link }, another)).toEqual([
    at("development", "link.transitGateway", "tgw-0fffffff4e5f60718"),
    at("production", "link.transitGateway", link.transitGateway),
  ]);
  expect(wrongIn({ link, regions: ["us-west-2"] }, { link })).toEqual([
    at("development", "link", "production is in us-east-1"),
    at("production", "link", "development is in us-west-2"),
  ]);
});

it("B09 A17 a link that leads nowhere, to its own addresses, or by no gateway is refused", () => {
  expect(wrongIn({}, { link, migration: {} })).toEqual([at("production", "link", "leave it out")]);
  const near = { ...migration, source: { host: "dev.example.com", cidr: "10.60.128.0/17" } };
  expect(wrongIn({}, { link, migration: near })).toEqual([at("production", "cidr", "10.60.128.0/17")]);
  expect(wrongIn({ link }, { link: { transitGateway: "vgw-1" } })).toContainEqual(at("production", "link.transitGateway", "tgw-"));
});
