import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createApp } from "../src/app.js";
import { priced } from "../src/discounts.js";
import { openStore } from "../src/store.js";

let folder;
let server;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "shop-"));
  server = createApp(openStore(folder), "test");
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
});

after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function ask(method, path, body) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { method, body: text });
  return { status: response.status, body: method === "HEAD" ? undefined : await response.json() };
}

const twoTeas = { items: [{ product: "tea", quantity: 2 }] };

test("says that it is healthy, and which version it is", async () => {
  assert.deepEqual(await ask("GET", "/health"), { status: 200, body: { status: "ok", version: "test" } });
});

test("lists products and shows one", async () => {
  assert.equal((await ask("GET", "/products")).body.products.length, 4);
  assert.equal((await ask("GET", "/products/tea")).body.price, 790);
  assert.equal((await ask("GET", "/products/nothing")).status, 404);
});

test("keeps an order, shows it and lists it first", async () => {
  const { status, body: order } = await ask("POST", "/orders", twoTeas);
  assert.equal(status, 201);
  assert.deepEqual(order.items, twoTeas.items);
  assert.deepEqual((await ask("GET", `/orders/${order.id}`)).body, order);
  assert.equal((await ask("GET", "/orders?limit=1")).body.orders[0].id, order.id);
});

test("cancels an order once", async () => {
  const { body: order } = await ask("POST", "/orders", twoTeas);
  assert.equal((await ask("POST", `/orders/${order.id}/cancel`)).body.status, "cancelled");
  assert.equal((await ask("POST", `/orders/${order.id}/cancel`)).status, 409);
  assert.equal((await ask("GET", `/orders/${order.id}`)).body.status, "cancelled");
});

test("gives a discount for a large order or a code, whichever is better", () => {
  const order = (product, quantity, code) => priced({ items: [{ product, quantity }], code });
  assert.deepEqual([order("tea", 2).sum, order("tea", 2).discount, order("tea", 2).total], [1580, 0, 1580]);
  assert.equal(order("tea", 2, "WELCOME").total, 1501);
  assert.equal(order("mug", 4).total, 5040);
  assert.equal(order("mug", 4, "WELCOME").total, 5040);
});

test("answers with totals, and keeps the code", async () => {
  const { body: order } = await ask("POST", "/orders", { ...twoTeas, code: "WELCOME" });
  assert.equal(order.total, 1501);
  assert.equal((await ask("GET", `/orders/${order.id}`)).body.total, 1501);
  assert.equal((await ask("GET", "/orders?limit=1")).body.orders[0].total, 1501);
  assert.equal((await ask("POST", `/orders/${order.id}/cancel`)).body.total, 1501);
});

test("prices an order that version 1 wrote", async () => {
  const { id } = await openStore(folder).add({ status: "open", createdAt: "2026-11-01T10:00:00.000Z", ...twoTeas });
  assert.equal((await ask("GET", `/orders/${id}`)).body.total, 1580);
});

test("refuses what it cannot use, saying why", async () => {
  const refusals = [
    ["POST", "/orders", "{", 400, /not JSON/],
    ["POST", "/orders", [], 422, /JSON object/],
    ["POST", "/orders", { items: [] }, 422, /1 to 50/],
    ["POST", "/orders", { items: [{ product: "gold", quantity: 1 }] }, 422, /items\[0\]\.product/],
    ["POST", "/orders", { items: [{ product: "tea", quantity: 0 }] }, 422, /items\[0\]\.quantity/],
    ["POST", "/orders", { ...twoTeas, code: "FREE" }, 422, /code/],
    ["POST", "/orders", "x".repeat(70_000), 413, /too large/],
    ["GET", "/orders?limit=0", undefined, 422, /limit/],
    ["GET", "/orders/o-none", undefined, 404, /no such order/],
    ["GET", "/orders/..%2Fsecret", undefined, 404, /no such order/],
    ["GET", `/orders/o-${"x".repeat(300)}`, undefined, 404, /no such order/],
    ["DELETE", "/orders", undefined, 405, /not allowed/],
    ["GET", "/nowhere", undefined, 404, /no such page/],
  ];
  for (const [method, path, body, status, why] of refusals) {
    const answer = await ask(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.match(answer.body.error, why);
  }
});

test("leaves no half-written files behind", () => {
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("draft-")),
    [],
  );
});
