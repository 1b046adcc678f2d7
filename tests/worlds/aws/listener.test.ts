import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { duration, systemClock } from "../../../lib/base/time.ts";
import { testAddress } from "../../../lib/worlds/aws/address.ts";
import { listenerProbe, type RunCommand } from "../../../lib/worlds/aws/probe.ts";
import { openSender } from "../../../lib/worlds/aws/request.ts";
import { listenerBursts } from "../../../lib/worlds/aws/traffic.ts";
import { probeContract } from "../../contracts/probe.ts";
import { burstsContract } from "../../contracts/traffic.ts";
import { testListener } from "./listener.ts";

const statuses: Readonly<Record<string, number>> = { "/health": 200, "/old": 302, "/broken": 503 };
const run: RunCommand = async (command) => (command === "passes" ? { ok: true, saw: "exit 0" } : { ok: false, saw: "exit 7" });

probeContract("through the test listener", async () => {
  const listener = await testListener(({ path }) => statuses[path] ?? 404);
  return {
    probe: listenerProbe(listener.entrance, run),
    address: testAddress(listener.entrance, "green"),
    nowhere: testAddress({ ...listener.entrance, port: 1 }, "green"),
    commands: { passes: "passes", fails: "fails" },
    close: listener.close,
  };
});

burstsContract("through the test listener", async () => {
  let [status, arrived] = [200, 0];
  const { entrance, close } = await testListener(() => {
    arrived += 1;
    return status;
  });
  return {
    bursts: listenerBursts(entrance),
    address: testAddress(entrance, "green"),
    nowhere: testAddress({ ...entrance, port: 1 }, "green"),
    arrived: () => arrived,
    clock: systemClock,
    answer: (next) => {
      status = next;
    },
    advance: (milliseconds) => systemClock.wait(duration(milliseconds)),
    close,
  };
});

describe("a test listener", () => {
  const seen: { slot: string; path: string; host: string }[] = [];
  let status = 200;
  let listener: Awaited<ReturnType<typeof testListener>>;
  beforeEach(async () => {
    seen.length = 0;
    status = 200;
    listener = await testListener((request) => {
      seen.push(request);
      return status;
    });
  });
  afterEach(() => listener.close());
  const health = { kind: "http", method: "GET", path: "/health", status: "2xx-3xx", timeout: duration(5_000) } as const;

  it("A09 it is asked for the domain at the load balancer itself, naming the slot by its header", async () => {
    const address = testAddress(listener.entrance, "green");
    await listenerProbe(listener.entrance, run).ask(address, [health]);
    expect(seen).toEqual([{ slot: "green", path: "/health", host: `shop.test:${listener.entrance.port}` }]);
  });

  it("A09 a command gets the listener and the header that names the slot", async () => {
    const given: Readonly<Record<string, string>>[] = [];
    const probe = listenerProbe(listener.entrance, async (_command, env) => {
      given.push(env);
      return { ok: true, saw: "exit 0" };
    });
    await probe.ask(testAddress(listener.entrance, "blue"), [{ kind: "command", command: "./smoke.sh", timeout: duration(1_000) }]);
    expect(given).toEqual([
      { SLUICE_URL: `http://shop.test:${listener.entrance.port}`, SLUICE_HEADER: "x-sluice-slot: blue", SLUICE_BALANCER: "localhost" },
    ]);
  });

  it("B05 where each slot has a load balancer of its own, each is asked at its own, whatever the other was asked before", async () => {
    const green = await testListener(({ slot }) => (slot === "green" ? 200 : 418), { host: "127.0.0.2", port: listener.entrance.port });
    const entrance = { ...listener.entrance, balancers: { ...listener.entrance.balancers, green: "127.0.0.2" } };
    const probe = listenerProbe(entrance, run);
    status = 404;
    const ask = async (slot: "blue" | "green") => (await probe.ask(testAddress(entrance, slot), [health]))[0]?.saw;
    const sender = openSender(entrance);
    const sent = async (slot: "blue" | "green") => (await sender.send(testAddress(entrance, slot), health)).status;
    expect([await ask("blue"), await ask("green"), await sent("blue"), await sent("green"), await sent("blue")]).toEqual([
      "404",
      "200",
      404,
      200,
      404,
    ]);
    sender.close();
    await green.close();
  });

  it("B06 a burst goes to one slot, by the shares of its kinds", async () => {
    status = 502;
    const kinds = [
      { method: "GET", path: "/", share: 3 },
      { method: "GET", path: "/cart", share: 1, headers: { "x-sluice-delay": "500" } },
      { method: "GET", path: "/never", share: 0 },
    ];
    const count = await listenerBursts(listener.entrance).burst(testAddress(listener.entrance, "green"), 40, duration(100), kinds);
    expect(count).toEqual({ requests: 40, failed: 40, failures: { "502": 40 } });
    expect(seen.filter(({ path }) => path === "/cart")).toHaveLength(10);
    expect(new Set(seen.map(({ slot }) => slot))).toEqual(new Set(["green"]));
  });
});
