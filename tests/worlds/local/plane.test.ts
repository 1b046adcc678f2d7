import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Slot, weight } from "../../../lib/base/outcome.ts";
import { duration, instant } from "../../../lib/base/time.ts";
import { isAlive, type ProcessId, processId } from "../../../lib/machine/processes.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import { Unreachable } from "../../../lib/worlds/local/control.ts";
import { localFleet } from "../../../lib/worlds/local/fleet.ts";
import { localMeter } from "../../../lib/worlds/local/meter.ts";
import { planeFiles, readState } from "../../../lib/worlds/local/plane/state.ts";
import { findPlane, type Plane, restartPlane, startPlane } from "../../../lib/worlds/local/plane-process.ts";
import { localRouter } from "../../../lib/worlds/local/router.ts";
import { type Ground, held, newGround, packServer, settings } from "./apps.ts";
import { until } from "./until.ts";

let ground: Ground;
beforeEach(() => {
  ground = newGround();
});
afterEach(() => ground.clear());

async function run(plane: Plane, slot: Slot, artifact: Artifact, count = 1): Promise<void> {
  await until(`${slot} is up`, async () => (await localFleet(held(plane)).start(slot, artifact, count)).is === "done");
}

/** Every process under the plane: guards, and the apps under them. */
const under = (): ProcessId[] =>
  (readState(planeFiles(ground.state).state)?.processes ?? []).flatMap(({ guard, app }) => (app ? [guard, app] : [guard]));

const text = async (url: string): Promise<string> => (await fetch(url)).text();

test("X05 a plane that is killed takes its apps with it, and comes back with ports, weights, versions and numbers", async () => {
  const plane = await startPlane(ground.state, settings);
  await run(plane, "blue", await packServer(ground, "v1"), 2);
  await run(plane, "green", await packServer(ground, "v2"));
  await localRouter(held(plane), "green").shift(weight(40));
  const from = instant(Math.floor(Date.now() / 100) * 100);
  for (let sent = 0; sent < 5; sent++) await text(plane.url);
  const to = instant(Date.now() + 200);
  await until("the numbers are final", () => Date.now() > to);
  const before = await localMeter(held(plane)).read({ from, to });
  const processes = await until("all are known", () => under().length === 6 && under());

  process.kill(plane.process.pid, "SIGKILL");
  await until("nothing is left", () => !processes.some(isAlive));
  await expect(plane.call("weights", null)).rejects.toThrow(Unreachable);
  expect(findPlane(ground.state)).toBeUndefined();

  const again = await restartPlane(ground.state);
  // The first request is answered, however early it comes.
  expect(["v1", "v2"]).toContain(await text(again.url));
  expect({ url: again.url, addresses: again.addresses }).toEqual({ url: plane.url, addresses: plane.addresses });
  expect(await localRouter(held(again), "green").weight()).toBe(40);
  const after = await localMeter(held(again)).read({ from, to });
  expect(after.blue.requests + after.green.requests).toBe(5);
  expect(after.green.cells).toEqual(before.green.cells);
  expect(after.blue.quantile(0.5)).toBe(before.blue.quantile(0.5));
  await until("all copies are back", async () => (await again.processes()).filter(({ health }) => health === "healthy").length === 3);
  expect((await localFleet(held(again)).status("green")).version).toBe("v2");
  expect(await text(again.addresses.green)).toBe("v2");
});

test("X05 apps that ignore SIGTERM are swept by the next plane, when plane and guards were killed together", async () => {
  const plane = await startPlane(ground.state, settings);
  await run(plane, "blue", await ground.pack("stubborn", "trap '' TERM; node server.mjs; true", { "server.mjs": stubborn }));
  const { state } = planeFiles(ground.state);
  const guarded = await until("its processes are on disk", () => readState(state)?.processes[0]?.app && readState(state)?.processes[0]);
  process.kill(plane.process.pid, "SIGKILL");
  process.kill(guarded.guard.pid, "SIGKILL");
  await until("the plane is gone", () => !isAlive(plane.process) && !isAlive(guarded.guard));
  expect(guarded.app && isAlive(guarded.app)).toBe(true);
  const again = await restartPlane(ground.state);
  expect(guarded.app && isAlive(guarded.app)).toBe(false);
  await again.stop();
});

const stubborn = `
import http from "node:http";
process.on("SIGTERM", () => undefined);
http.createServer((_request, response) => response.end()).listen(process.env.PORT, "127.0.0.1");
`;

test("stopping a plane ends every process, and leaves logs but nothing else behind", async () => {
  const plane = await startPlane(ground.state, { ...settings, grace: duration(300) });
  await run(plane, "blue", await ground.pack("stubborn", "node server.mjs & wait", { "server.mjs": stubborn }));
  const processes = await until("all are known", () => under().length === 2 && under());
  await plane.stop();
  expect([plane.process, ...processes].filter(isAlive)).toEqual([]);
  expect(readdirSync(planeFiles(ground.state).root).sort()).toEqual(["logs", "meter.jsonl", "plane.log"]);
  await expect(restartPlane(ground.state)).rejects.toMatchObject({ code: "plane/lost" });
});

test("a plane without a controller stops by itself when its lease is over, and a call renews the lease", async () => {
  const lease = duration(1_000);
  const plane = await startPlane(ground.state, { ...settings, lease });
  await run(plane, "blue", await packServer(ground, "v1"));
  const processes = await until("all are known", () => under().length === 2 && under());
  const renewed = performance.now();
  await until(
    "more than a lease has gone by",
    async () => (await plane.call("weights", null)) && performance.now() > renewed + 1.5 * lease,
  );
  const last = performance.now();
  await until("it has stopped", () => !isAlive(plane.process));
  expect(performance.now() - last).toBeGreaterThan(lease - 50);
  expect(processes.filter(isAlive)).toEqual([]);
  const again = await restartPlane(ground.state);
  await until("what ran is back", async () => (await localFleet(held(again)).status("blue")).instances[0]?.health === "healthy");
  expect(await text(again.url)).toBe("v1");
  await again.stop();
});

test("a slot that is stopped answers what is under way, and its traffic goes to the other slot at once", async () => {
  const plane = await startPlane(ground.state, settings);
  const fleet = localFleet(held(plane));
  await run(plane, "blue", await packServer(ground, "v1"));
  await run(plane, "green", await packServer(ground, "v2"));
  const slow = text(`${plane.url}/slow?400`);
  await until("it is under way", async () => (await fleet.status("blue")).inFlight === 1);
  expect(await fleet.stop("blue")).toMatchObject({ is: "pending", because: "1 requests are under way" });
  expect(await text(plane.url)).toBe("v2");
  expect(await slow).toBe("slow");
  await until("it is stopped", async () => (await fleet.stop("blue")).is === "done");
  expect(await fleet.status("blue")).toMatchObject({ wanted: 0, instances: [] });
  expect(readdirSync(planeFiles(ground.state).slots)).toHaveLength(1);
});

test("a copy that dies is started again on another port, and the others answer meanwhile", async () => {
  const plane = await startPlane(ground.state, settings);
  await run(plane, "blue", await packServer(ground, "v1"), 2);
  const [victim] = await plane.processes();
  process.kill(victim?.pid ?? 0, "SIGKILL");
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(plane.url)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const restarted = await until("it is back", async () => {
    const { instances } = await localFleet(held(plane)).status("blue");
    return instances.every(({ health }) => health === "healthy") && instances.find(({ restarts }) => restarts === 1);
  });
  const back = (await plane.processes()).find(({ id }) => id === restarted.id);
  expect(back?.id).toBe(victim?.id);
  expect(back?.port).not.toBe(victim?.port);
});

test("apps inherit no credentials, get what is configured, and find the programs of their own node_modules", async () => {
  const secrets = { AWS_SECRET_ACCESS_KEY: "s", GITHUB_TOKEN: "t", npm_config_registry: "r" };
  Object.assign(process.env, secrets);
  try {
    const plane = await startPlane(ground.state, { ...settings, env: { GREETING: "hello" } });
    await run(plane, "blue", { ...(await packServer(ground, "v1")), through: ["/usr/bin/env", "THROUGH=yes"] });
    const env: Record<string, string> = JSON.parse(await text(`${plane.url}/env`));
    const [copy] = await plane.processes();
    expect(env).toMatchObject({ GREETING: "hello", THROUGH: "yes", PORT: String(copy?.port), HOME: process.env.HOME });
    expect(env.PATH?.split(":")[0]).toBe(`${env.PWD}/node_modules/.bin`);
    for (const name of Object.keys(secrets)) expect(env).not.toHaveProperty(name);
  } finally {
    for (const name of Object.keys(secrets)) delete process.env[name];
  }
});

test("a port that is in use is a port/taken, which names who has it", async () => {
  const holder = net.createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const refusal = startPlane(ground.state, { ...settings, port });
  const named = process.platform === "linux" ? `(pid ${process.pid})` : String(port);
  await expect(refusal).rejects.toMatchObject({ code: "port/taken", message: expect.stringContaining(named) });
  holder.close();
  await once(holder, "close");
  const plane = await startPlane(ground.state, { ...settings, port });
  expect(plane.url).toBe(`http://127.0.0.1:${port}`);
});

test("nobody else can read the state, or reach the socket", async () => {
  await startPlane(ground.state, settings);
  const files = planeFiles(ground.state);
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
  expect([files.root, files.state, files.process, files.meter, files.log].map(mode)).toEqual(["700", "600", "600", "600", "600"]);
});

test("a pid alone is not trusted: a process that is not the plane is neither found nor ended", async () => {
  const plane = await startPlane(ground.state, settings);
  const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
  try {
    const { pid, started } = processId(stranger.pid ?? 0);
    expect(started).not.toBe("");
    const state = readState(planeFiles(ground.state).state);
    process.kill(plane.process.pid, "SIGKILL");
    await until("the plane is gone", () => !isAlive(plane.process));
    const { writeWhole } = await import("../../../lib/machine/whole-file.ts");
    const wrong = { pid, started: `${started}0` };
    await writeWhole(planeFiles(ground.state).state, JSON.stringify({ ...state, processes: [{ guard: wrong, app: wrong }] }));
    const again = await restartPlane(ground.state);
    await again.stop();
    expect(isAlive({ pid, started })).toBe(true);
    expect(existsSync(path.join(ground.state, "plane", "state.json"))).toBe(false);
  } finally {
    stranger.kill("SIGKILL");
  }
});
