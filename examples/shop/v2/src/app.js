import http from "node:http";
import { priced } from "./discounts.js";
import { mistakeIn, newOrder } from "./orders.js";
import { findProduct, products } from "./products.js";

const largestBody = 64 * 1024;

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The shop as an HTTP server over a store of orders. */
export function createApp(store, version) {
  const routes = [
    ["GET", /^\/health$/, () => [200, { status: "ok", version }]],
    ["GET", /^\/products$/, () => [200, { products }]],
    ["GET", /^\/products\/([^/]+)$/, ({ id }) => [200, findProduct(id) ?? refuse(404, "no such product")]],
    ["GET", /^\/orders$/, async ({ query }) => [200, { orders: (await store.newest(limitOf(query))).map(priced) }]],
    ["POST", /^\/orders$/, ({ request }) => create(store, request)],
    ["GET", /^\/orders\/([^/]+)$/, async ({ id }) => [200, priced((await store.find(id)) ?? refuse(404, "no such order"))]],
    ["POST", /^\/orders\/([^/]+)\/cancel$/, ({ id }) => cancel(store, id)],
  ];
  return http.createServer((request, response) => {
    answer(routes, request)
      .catch((error) => {
        if (error instanceof Refusal) return [error.status, { error: error.message }];
        console.error(error);
        return [500, { error: "something went wrong here" }];
      })
      .then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
      });
  });
}

async function answer(routes, request) {
  if (!URL.canParse(request.url, "http://shop")) refuse(400, "the address cannot be read");
  const url = new URL(request.url, "http://shop");
  const method = request.method === "HEAD" ? "GET" : request.method;
  const here = routes.filter(([, pattern]) => pattern.test(url.pathname));
  if (here.length === 0) refuse(404, "no such page");
  const [, pattern, handle] = here.find(([allowed]) => allowed === method) ?? refuse(405, `${request.method} is not allowed here`);
  return handle({ request, query: url.searchParams, id: pattern.exec(url.pathname)[1] });
}

async function create(store, request) {
  const order = await readJson(request);
  const mistake = mistakeIn(order);
  if (mistake) refuse(422, mistake);
  return [201, priced(await store.add(newOrder(order)))];
}

async function cancel(store, id) {
  const order = (await store.find(id)) ?? refuse(404, "no such order");
  if (order.status === "cancelled") refuse(409, "the order is cancelled already");
  return [200, priced(await store.replace({ ...order, status: "cancelled" }))];
}

function limitOf(query) {
  const limit = Number(query.get("limit") ?? 20);
  return Number.isInteger(limit) && limit >= 1 && limit <= 100 ? limit : refuse(422, "limit must be a whole number from 1 to 100");
}

async function readJson(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBody) refuse(413, "the order is too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return refuse(400, "the body is not JSON");
  }
}

function refuse(status, message) {
  throw new Refusal(status, message);
}
