import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { duration, systemClock } from "../../../lib/base/time.ts";
import { isAlive } from "../../../lib/machine/processes.ts";
import { findBackground } from "../../../lib/worlds/local/background.ts";
import type { Answerer } from "../../../lib/worlds/local/load/book.ts";
import { readOutcomes } from "../../../lib/worlds/local/load/outcomes.ts";
import { type LocalTraffic, localTraffic } from "../../../lib/worlds/local/traffic.ts";
import { burstsContract, trafficContract } from "../../contracts/traffic.ts";
import { answered } from "./load/answered.ts";
import { type StandIn, standIn } from "./router-stand-in.ts";
import { until } from "./until.ts";

const get = [{ method: "GET", path: "/", share: 1 }];

let folder: string;
let router: StandIn;
let traffic: LocalTraffic;
const open = (lease = 60_000) => localTraffic({ folder: path.join(folder, "load"), target: () => router.url, lease: duration(lease) });
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  router = await standIn();
  traffic = open();
});
afterEach(async () => {
  await traffic.stop();
  await router.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The generator's process and socket. Only while it runs. */
const generator = () => {
  const found = findBackground(path.join(folder, "load", "process.json"));
  if (!found) throw new Error("no generator runs");
  return found;
};

const answering = () => ({
  address: router.url,
  clock: systemClock,
  answer: (status: number) => router.answer({ status }),
  async advance(milliseconds: number) {
    const start = performance.now();
    await until("time goes by", () => performance.now() - start >= milliseconds);
  },
  close: async () => {},
});

trafficContract("a process on this machine", async () => ({ ...answering(), traffic }));
burstsContract("from this process", async () => ({
  ...answering(),
  bursts: traffic,
  nowhere: "http://127.0.0.1:1",
  arrived: () => router.seen.length,
}));

test("requests are sent as they are configured, by their shares", async () => {
  const post = { method: "POST", path: "/orders?x=1", share: 1, body: '{"n":1}', headers: { "content-type": "application/json" } };
  await traffic.send(200, [{ method: "GET", path: "/list", share: 3 }, post]);
  await until("it sends", () => router.seen.length >= 40);
  const orders = router.seen.slice(0, 40).filter(({ method }) => method === "POST");
  expect(orders).toHaveLength(10);
  expect(orders[0]).toMatchObject({ method: "POST", path: "/orders?x=1", body: '{"n":1}', type: "application/json" });
});

test("outcomes are told apart by the slot that answered", async () => {
  router.answer({ slot: "blue" });
  await traffic.send(200, get);
  const by = (who: Answerer) => answered(path.join(folder, "load"), who);
  await until("blue answers", async () => (await by("blue")).requests >= 20);
  router.answer({ slot: "green", status: 500 });
  await until("green answers", async () => (await by("green")).requests >= 20);
  router.answer({ slot: "known-bad", status: 200 });
  await until("somebody else answers", async () => (await by("none")).requests > 0);
  const [blue, green, none] = [await by("blue"), await by("green"), await by("none")];
  expect(blue.failed).toBe(0);
  expect(green.failed).toBe(green.requests);
  expect(none.failed).toBe(0);
  expect(green.quantile(0.5)).toBeGreaterThan(0);
});

test("a router that dies is counted as failures by kind, and the load goes on when it is back, wherever that is", async () => {
  router.answer({ hold: (answer) => setTimeout(answer, 50) });
  await traffic.send(100, get);
  await until("it is answered", async () => (await traffic.count()).requests >= 10);
  const port = Number(new URL(router.url).port);
  await router.close();
  const { failures } = await until("failures", async () => {
    const count = await traffic.count();
    return (count.failures.ECONNREFUSED ?? 0) >= 10 && count;
  });
  // Those that were under way when it died.
  expect(failures.ECONNRESET).toBeGreaterThan(0);
  router = await standIn(port);
  await until("it is answered again", () => router.seen.length >= 10);
  await router.close();
  router = await standIn();
  await traffic.send(100, get);
  await until("it is answered at the new address", () => router.seen.length >= 10);
});

test("X05 after kill -9 the next send starts it again, and no count that was written is lost", async () => {
  await traffic.send(100, get);
  const file = path.join(folder, "load", "outcomes.jsonl");
  const written = await until("a line is on disk", () => readOutcomes(file).requests);
  const { process: killed, socket } = generator();
  process.kill(killed.pid, "SIGKILL");
  await until("it is dead", () => !isAlive(killed));
  const { requests } = await traffic.count();
  expect(requests).toBeGreaterThanOrEqual(written);
  await traffic.send(100, get);
  expect(generator().process.pid).not.toBe(killed.pid);
  expect(existsSync(path.dirname(socket))).toBe(false);
  await until("it counts on", async () => (await traffic.count()).requests > requests + 20);
});

test("X05 a controller that goes on finds the running generator with its counts; a new rehearsal begins at 0", async () => {
  await traffic.send(100, get);
  await until("it sends", async () => (await traffic.count()).requests >= 20);
  const { pid } = generator().process;
  const next = open();
  await next.send(100, get);
  expect(generator().process.pid).toBe(pid);
  expect((await next.count()).requests).toBeGreaterThanOrEqual(20);
  await next.send(0, get);
  await next.fresh();
  expect(await next.count()).toEqual({ requests: 0, failed: 0, failures: {} });
  await next.send(100, get);
  await until("it sends again", async () => (await next.count()).requests > 0);
  await next.stop();
  expect((await next.count()).requests).toBeGreaterThan(0);
  await next.fresh();
  expect((await next.count()).requests).toBe(0);
});

test("it ends by itself when nobody asks anything of it for as long as its lease, and calls renew that", async () => {
  traffic = open(800);
  await traffic.send(50, get);
  const { process: generating, socket } = generator();
  const start = performance.now();
  await until("twice the lease is over", async () => (await traffic.count()).requests >= 0 && performance.now() - start > 1_600);
  expect(isAlive(generating)).toBe(true);
  const asked = performance.now();
  await until("it is gone", () => !isAlive(generating));
  expect(performance.now() - asked).toBeGreaterThan(400);
  expect(existsSync(path.dirname(socket))).toBe(false);
  expect(readdirSync(path.join(folder, "load")).sort()).toEqual(["log", "outcomes.jsonl"]);
});

test("it ends when its folder is taken away, and stop kills one that does not listen", async () => {
  await traffic.send(50, get);
  const first = generator().process;
  rmSync(path.join(folder, "load"), { recursive: true });
  await until("it is gone", () => !isAlive(first));
  await traffic.send(50, get);
  const second = generator();
  process.kill(second.process.pid, "SIGSTOP");
  await traffic.stop();
  expect(isAlive(second.process)).toBe(false);
  expect(existsSync(path.dirname(second.socket))).toBe(false);
});

test("stop without a generator, and twice, does nothing", async () => {
  await traffic.stop();
  await traffic.send(0, get);
  expect(existsSync(path.join(folder, "load"))).toBe(false);
});
