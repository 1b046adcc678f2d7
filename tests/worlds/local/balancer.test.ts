import { once } from "node:events";
import http, { type RequestListener } from "node:http";
import net, { type AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Slot, weight } from "../../../lib/base/outcome.ts";
import { type Balancer, startBalancer } from "../../../lib/worlds/local/plane/balancer.ts";
import { until } from "./until.ts";

interface Count {
  readonly group: string;
  readonly failed: boolean;
  readonly milliseconds: number;
}

let balancer: Balancer;
let counts: Count[];
let servers: http.Server[];

beforeEach(async () => {
  counts = [];
  servers = [];
  const anyPorts = { router: 0, blue: 0, green: 0, "known-bad": 0 };
  balancer = await startBalancer(anyPorts, { blue: weight(100), green: weight(0) }, (group, failed, milliseconds) =>
    counts.push({ group, failed, milliseconds }),
  );
  balancer.open();
});

afterEach(() => {
  balancer.close();
  for (const server of servers) server.close().closeAllConnections();
});

const url = (path = "/") => `http://127.0.0.1:${balancer.ports.router}${path}`;

async function app(slot: Slot, answer: RequestListener): Promise<{ server: http.Server; port: number }> {
  const server = http.createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  balancer.add(slot, "127.0.0.1", port).healthy = true;
  return { server, port };
}

/** A copy whose process is gone: nothing listens on its port any more. */
async function deadApp(slot: Slot): Promise<void> {
  const { server } = await app(slot, () => undefined);
  server.close();
  await once(server, "close");
}

test("the weights are met to within one in a thousand, and a change holds from the next request on", async () => {
  await app("blue", (_request, response) => response.end());
  await app("green", (_request, response) => response.end());
  for (const share of [37, 1, 99]) {
    balancer.give("green", weight(share));
    counts = [];
    for (let batch = 0; batch < 20; batch++) await Promise.all(Array.from({ length: 50 }, async () => (await fetch(url())).arrayBuffer()));
    expect(Math.abs(counts.filter(({ group }) => group === "green").length - share * 10)).toBeLessThanOrEqual(1);
  }
});

test("requests are shared among the copies, and a busy copy gets none while another is free", async () => {
  const served = [0, 0];
  let busy = -1;
  let letGo: (() => void) | undefined;
  const copy = (number: number) =>
    app("blue", (request, response) => {
      served[number] = (served[number] ?? 0) + 1;
      if (request.url !== "/hold") return response.end();
      busy = number;
      letGo = () => response.end();
    });
  await copy(0);
  await copy(1);
  for (let sent = 0; sent < 10; sent++) await (await fetch(url())).arrayBuffer();
  expect(served).toEqual([5, 5]);
  const held = fetch(url("/hold"));
  await until("a copy is busy", () => letGo);
  const before = served[busy];
  for (let sent = 0; sent < 10; sent++) await (await fetch(url())).arrayBuffer();
  expect(served[busy]).toBe(before);
  letGo?.();
  await held;
});

test("a copy that refuses connections costs no request, whatever the method, and is passed over for a while", async () => {
  await deadApp("blue");
  let bodies = "";
  await app("blue", async (request, response) => {
    for await (const chunk of request) bodies += chunk;
    response.end("ok");
  });
  for (let sent = 0; sent < 6; sent++) {
    expect((await fetch(url(), { method: "POST", body: "x" })).status).toBe(200);
    expect((await fetch(url())).status).toBe(200);
  }
  expect(bodies).toBe("xxxxxx");
  expect(counts).toHaveLength(12);
  expect(counts.every(({ failed }) => !failed)).toBe(true);
});

test("when the connection breaks, a GET goes to another copy and a POST fails", async () => {
  await app("blue", (request) => request.socket.destroy());
  await app("blue", (_request, response) => response.end("ok"));
  const gets = [await fetch(url()), await fetch(url())];
  expect(gets.map(({ status }) => status)).toEqual([200, 200]);
  const posts = [await fetch(url(), { method: "POST", body: "x" }), await fetch(url(), { method: "POST", body: "x" })];
  expect(posts.map(({ status }) => status).sort()).toEqual([200, 502]);
  expect(counts.filter(({ failed }) => failed)).toHaveLength(1);
});

test("a slot without a healthy copy answers 503, which counts against it; the other slot does not help out", async () => {
  await app("green", (_request, response) => response.end());
  const answer = await fetch(url());
  expect([answer.status, answer.headers.get("x-sluice-slot")]).toEqual([503, "blue"]);
  expect(counts).toMatchObject([{ group: "blue", failed: true }]);
});

test("5xx and an answer that breaks off count as failed, 4xx does not", async () => {
  await app("blue", (request, response) => {
    if (request.url === "/broken") response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
    else response.writeHead(Number(request.url?.slice(1))).end();
  });
  for (const status of [500, 503, 404, 200]) expect((await fetch(url(`/${status}`))).status).toBe(status);
  await expect(fetch(url("/broken")).then((answer) => answer.text())).rejects.toThrow();
  expect(counts.map(({ failed }) => failed)).toEqual([true, true, false, false, true]);
});

test("the app learns who asked for what, and hop-by-hop headers end here", async () => {
  let seen: http.IncomingHttpHeaders = {};
  await app("blue", (request, response) => {
    seen = request.headers;
    response.writeHead(200, { "x-app": "1", "keep-alive": "timeout=1", "x-sluice-slot": "mine" }).end();
  });
  const { port } = new URL(url());
  const sent = {
    host: "shop.example",
    "x-forwarded-for": "10.1.1.1",
    "x-forwarded-proto": "https",
    connection: "x-secret",
    "x-secret": "1",
    te: "trailers",
  };
  const [answer] = (await once(http.get({ port, host: "127.0.0.1", headers: sent }), "response")) as [http.IncomingMessage];
  answer.resume();
  expect(seen).toMatchObject({ host: "shop.example", "x-forwarded-for": "10.1.1.1, 127.0.0.1" });
  expect(seen).toMatchObject({ "x-forwarded-proto": "http", "x-forwarded-host": "shop.example" });
  expect(seen).not.toHaveProperty("x-secret");
  expect(seen).not.toHaveProperty("te");
  expect(answer.headers).toMatchObject({ "x-app": "1", "x-sluice-slot": "blue" });
  expect(answer.headers["keep-alive"]).not.toBe("timeout=1");
});

test("events arrive one by one while the answer goes on", async () => {
  let push = (_text: string) => {};
  await app("blue", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    push = (text) => response.write(text);
  });
  const reader = (await fetch(url())).body?.getReader();
  for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
    push(event);
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(event);
  }
  await reader?.cancel();
  await until("the request is over", () => balancer.inFlight("blue") === 0);
});

test("a caller that reads slowly slows the app down instead of filling our memory", async () => {
  let written = 0;
  const whole = 64 * 1_048_576;
  await app("blue", async (_request, response) => {
    const piece = Buffer.alloc(65_536);
    for (; written < whole; written += piece.length) if (!response.write(piece)) await once(response, "drain");
    response.end();
  });
  const socket = net.connect(balancer.ports.router, "127.0.0.1").pause();
  socket.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  let before = -1;
  let looks = 0;
  await until("the app is held up", () => {
    looks = written > 0 && written === before ? looks + 1 : 0;
    before = written;
    return looks === 40;
  });
  expect(written).toBeLessThan(whole / 2);
  let received = 0;
  socket.on("data", (chunk) => {
    received += chunk.length;
  });
  socket.resume();
  await once(socket, "close");
  expect(received).toBeGreaterThan(whole);
});

test("callers that hang up are no failures and leave nothing under way, before or during the answer", async () => {
  let asked = 0;
  await app("blue", (request, response) => {
    asked++;
    if (request.url === "/during") response.write("half");
  });
  for (const path of ["/before", "/during"]) {
    const giveUp = new AbortController();
    const answer = fetch(url(path), { signal: giveUp.signal }).then((response) => response.text());
    const seen = asked;
    await until("it is under way", () => asked > seen && balancer.inFlight("blue") === 1);
    giveUp.abort();
    await expect(answer).rejects.toThrow();
    await until("nothing is under way", () => balancer.inFlight("blue") === 0);
  }
  expect(counts.map(({ failed }) => failed)).toEqual([false, false]);
});

test("a WebSocket is passed on both ways, counts once, and is under way until it closes", async () => {
  const { server } = await app("blue", (_request, response) => response.end());
  server.on("upgrade", (request, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-saw: ${request.headers["x-forwarded-for"]}\r\n\r\n`,
    );
    socket.on("data", (chunk: Buffer) => socket.write(`echo ${chunk}`));
    socket.on("end", () => socket.end());
  });
  const request = http.get({ port: balancer.ports.router, host: "127.0.0.1", headers: { connection: "upgrade", upgrade: "websocket" } });
  const [answer, socket] = (await once(request, "upgrade")) as [http.IncomingMessage, net.Socket];
  expect(answer.headers).toMatchObject({ "x-sluice-slot": "blue", "x-saw": "127.0.0.1" });
  socket.write("hello");
  expect(String((await once(socket, "data"))[0])).toBe("echo hello");
  expect(balancer.inFlight("blue")).toBe(1);
  expect(counts).toMatchObject([{ group: "blue", failed: false }]);
  socket.end();
  await until("it is closed", () => balancer.inFlight("blue") === 0);
});

test("a WebSocket that the app refuses gets the app's own answer", async () => {
  await app("blue", () => undefined).then(({ server }) =>
    server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno")),
  );
  const request = http.get({ port: balancer.ports.router, host: "127.0.0.1", headers: { connection: "upgrade", upgrade: "websocket" } });
  const [answer] = (await once(request, "response")) as [http.IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(401);
  await until("it is over", () => balancer.inFlight("blue") === 0);
});

test("an offer of another protocol is passed on as the plain request that it is, with its body", async () => {
  let upgrade: string | undefined = "not asked";
  await app("blue", (request, response) => {
    upgrade = request.headers.upgrade;
    request.pipe(response);
  });
  const headers = { connection: "upgrade, http2-settings", upgrade: "h2c", "content-length": 4 };
  const request = http.request({ port: balancer.ports.router, host: "127.0.0.1", method: "POST", headers });
  request.end("body");
  const [answer] = (await once(request, "response")) as [http.IncomingMessage];
  expect(String((await once(answer, "data"))[0])).toBe("body");
  expect(upgrade).toBeUndefined();
});

test("a test address reaches its slot alone, and the known-bad address waits as long as it is told and answers 500", async () => {
  await app("green", (_request, response) => response.end("green"));
  const { ports } = balancer;
  expect(await (await fetch(`http://127.0.0.1:${ports.green}/`)).text()).toBe("green");
  const began = performance.now();
  const bad = await fetch(`http://127.0.0.1:${ports["known-bad"]}/`, { headers: { "x-sluice-delay": "80" } });
  expect(bad.status).toBe(500);
  expect(performance.now() - began).toBeGreaterThan(75);
  expect(counts).toMatchObject([
    { group: "green", failed: false },
    { group: "known-bad", failed: true },
  ]);
});

test("retiring a copy waits for what is under way and sends it nothing new", async () => {
  let letGo: (() => void) | undefined;
  const server = http.createServer((_request, response) => {
    letGo = () => response.end("late");
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  const target = balancer.add("blue", "127.0.0.1", (server.address() as AddressInfo).port);
  target.healthy = true;
  const slow = fetch(url());
  await until("it is under way", () => letGo);
  let retired = false;
  const retiring = balancer.retire(target, 10_000).then(() => {
    retired = true;
  });
  expect((await fetch(url())).status).toBe(503);
  expect(retired).toBe(false);
  letGo?.();
  expect(await (await slow).text()).toBe("late");
  await retiring;
});

test("requests wait until the balancer is open, and the wait is not the app's latency", async () => {
  balancer.close();
  const ports = { router: 0, blue: 0, green: 0, "known-bad": 0 };
  balancer = await startBalancer(ports, { blue: weight(0), green: weight(100) }, (group, failed, milliseconds) =>
    counts.push({ group, failed, milliseconds }),
  );
  const early = fetch(url());
  const waited = 150;
  const asked = performance.now();
  await until("some time has gone by", () => performance.now() > asked + waited);
  await app("green", (_request, response) => response.end("in"));
  balancer.open();
  expect(await (await early).text()).toBe("in");
  expect(counts[0]?.milliseconds).toBeLessThan(waited);
});
