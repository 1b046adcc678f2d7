import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const place = { regions: ["us-east-1"], domain: "orders.example.com", zone: "new" };
const source = { environment: "dev", host: "dev.example.com", cidr: "10.50.0.0/16" };

interface Change {
  readonly snapshot?: object;
  readonly from?: object;
  readonly dev?: object;
  readonly top?: object;
}

/** What is wrong with a migration whose deploy brings the snapshot. */
function wrongIn({ snapshot = {}, from = source, dev = {}, top = {} }: Change): readonly string[] {
  const migration = { phase: "snapshot", snapshot: { identifier: "orders-2026-11-20", bring: true, ...snapshot }, source: from };
  const checked = checkConfig({
    project: "orders",
    engine: "pulumi",
    services: { shop: { health: "/health", compute: { kind: "ec2" } } },
    database: { engine: "mysql", version: "8.4" },
    environments: {
      dev: { ...place, account: "111122223333", cidr: "10.50.0.0/16", domain: "dev.example.com", ...dev },
      production: { ...place, account: "444455556666", migration },
    },
    rollout: { weightHolder: "engine" },
    ...top,
  });
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
}

const { environment: _dev, ...elsewhere } = source;
const at = "environments.production.migration.snapshot";

it("B08, A17: a snapshot that the deploy brings comes of the database of another environment", () => {
  expect(wrongIn({})).toEqual([]);
  expect(wrongIn({ dev: { account: "444455556666" } })).toEqual([]);
  expect(wrongIn({ from: elsewhere })).toEqual([expect.stringMatching(`^${at}.bring: write in migration.source.environment`)]);
  expect(wrongIn({ from: elsewhere, snapshot: { bring: false } })).toEqual([]);
});

it("B08, A17: and from its own region, where the key of the source opens it", () => {
  const far = { regions: ["us-west-2"] };
  expect(wrongIn({ dev: far })).toEqual([
    `${at}.bring: copy the snapshot to us-east-1 yourself and leave this out: dev is in us-west-2, and its key opens it there alone`,
  ]);
  expect(wrongIn({ dev: far, snapshot: { bring: false } })).toEqual([]);
});

it("B08, A17: and not by a workflow, whose role may take on none of the source's account", () => {
  const key = "arn:aws:kms:us-east-1:444455556666:key/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809";
  const workflow = { repository: "acme/orders", backend: "s3://acme-state/orders?region=us-east-1", key };
  expect(wrongIn({ top: { workflow } })).toEqual([expect.stringMatching(`^${at}.bring: take and copy the snapshot yourself`)]);
  expect(wrongIn({ top: { workflow }, dev: { account: "444455556666" } })).toEqual([]);
});

it.each([
  "payroll-2026-11-20",
  "orders",
  "rds:orders-2026-11-20",
  "arn:aws:rds:us-east-1:444455556666:snapshot:orders-1",
  `orders-${"a".repeat(242)}`,
])("B08, A17: and under a name that the source lets a deploy take, which %s is not", (identifier) => {
  expect(wrongIn({ snapshot: { identifier } })).toEqual([
    expect.stringMatching(`^${at}.identifier: write a name that begins with "orders-"`),
  ]);
  expect(wrongIn({ snapshot: { identifier, bring: false } })).toEqual([]);
});
