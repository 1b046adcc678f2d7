import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../lib/config/load.ts";

const examples = path.join(import.meta.dirname, "../../examples");
const shop = path.join(examples, "shop");

describe.each(["v1", "v2"])("the shop's %s", (version) => {
  it("passes its own tests", () => {
    // Vitest's variables would make the inner runner behave as a part of this one.
    const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const said = execFileSync(process.execPath, ["--test", "--test-reporter=tap"], {
      cwd: path.join(shop, version),
      env,
      encoding: "utf8",
    });
    expect(said).toMatch(/^# pass [1-9]/m);
    expect(said).toMatch(/^# fail 0$/m);
  });
});

it("both versions of the shop read each other's orders, so that a rollback loses none", async () => {
  const at = (version: string, file: string) => import(path.join(shop, version, "src", file));
  const [one, two, { priced }] = await Promise.all([at("v1", "orders.js"), at("v2", "orders.js"), at("v2", "discounts.js")]);
  const written = two.newOrder({ items: [{ product: "tea", quantity: 2 }], code: "WELCOME" });
  expect(one.mistakeIn(written)).toBeUndefined();
  expect(priced(one.newOrder({ items: [{ product: "tea", quantity: 2 }] })).total).toBe(1580);
});

it.each(readdirSync(examples))("the configuration of examples/%s is accepted, and its versions are there", async (name) => {
  const folder = path.join(examples, name);
  const { config, file } = await loadConfig(folder);
  expect(file).toBeDefined();
  for (const version of [config.rehearsal.from, config.rehearsal.to]) {
    const manifest = JSON.parse(readFileSync(path.join(folder, version ?? "nowhere", "package.json"), "utf8"));
    expect(manifest.scripts.start).toMatch(/^node /);
  }
});

it("X03 the shop's waits leave a rehearsal within a minute", async () => {
  const { rollout } = (await loadConfig(shop)).config;
  const waits = rollout.weights.length * rollout.bake + rollout.finalBake + rollout.keepWarm;
  expect(waits).toBeLessThanOrEqual(10_000);
});
