import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, duration, systemClock } from "../../../lib/base/time.ts";
import { processId } from "../../../lib/machine/processes.ts";
import { withLock } from "../../../lib/worlds/local/lock.ts";
import { until } from "./until.ts";

const counter = fileURLToPath(new URL("processes/count.ts", import.meta.url));
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  file = path.join(folder, "number");
  writeFileSync(file, "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function count(times: number, mode = "") {
  const child = spawn(process.execPath, [counter, file, String(times), mode], { stdio: ["ignore", "pipe", "inherit"] });
  let counted = 0;
  child.stdout.on("data", (text: Buffer) => {
    counted += text.length;
  });
  return { child, ended: endOf(child), counted: () => counted };
}

const endOf = (child: ChildProcess) => new Promise<unknown>((resolve) => child.once("close", (code, name) => resolve(name ?? code)));

test("X06 of many processes under one lock none loses another's work", async () => {
  const all = [1, 2, 3, 4].map(() => count(40));
  expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
  expect(statSync(file).size).toBe(160);
  expect(readdirSync(folder)).toEqual(["number"]);
});

test("X05 a process killed while it holds the lock does not keep the others out, and no work is lost or done twice", async () => {
  const dying = [1, 2, 3].map(() => count(1, "die-inside"));
  const killed = [1, 2].map(() => count(100_000));
  const working = [1, 2].map(() => count(60));
  for (const { child, counted } of killed) {
    await until("it counts", () => counted() > 5);
    child.kill("SIGKILL");
  }
  expect(await Promise.all(dying.map(({ ended }) => ended))).toEqual(["SIGKILL", "SIGKILL", "SIGKILL"]);
  await Promise.all(killed.map(({ ended }) => ended));
  expect(await Promise.all(working.map(({ ended }) => ended))).toEqual([0, 0]);
  const told = [...killed, ...working].reduce((sum, { counted }) => sum + counted(), 0);
  const number = statSync(file).size;
  // A process that is killed between its write and its word has counted without saying so.
  expect(number - told).toBeGreaterThanOrEqual(0);
  expect(number - told).toBeLessThanOrEqual(killed.length);
  await withLock(`${file}.lock`, async () => {});
  expect(readdirSync(folder)).toEqual(["number"]);
});

test("X05 a breaker that died half-way, and its dead guard, are broken in their turn", async () => {
  const dead = JSON.stringify({ pid: 999_999, started: "1", host: hostname(), token: "aa" });
  writeFileSync(`${file}.lock`, dead);
  writeFileSync(`${file}.lock.aa`, dead.replace("aa", "bb"));
  writeFileSync(`${file}.lock.aa.bb`, dead.replace("aa", "cc"));
  writeFileSync(`${file}.lock.dd.new`, "{");
  expect(await withLock(`${file}.lock`, async () => "in")).toBe("in");
  expect(readdirSync(folder)).toEqual(["number"]);
});

test("X06 a breaker that was slow does not remove the claim of the one who came after the dead", async () => {
  const dead = { pid: 999_999, started: "1", host: hostname(), token: "aa" };
  const living = { ...processId(), host: hostname(), token: "bb" };
  writeFileSync(`${file}.lock`, JSON.stringify(dead));
  writeFileSync(`${file}.lock.aa`, JSON.stringify({ ...living, token: "cc" }));
  const whileItWaits: Clock["wait"] = (span) => {
    writeFileSync(`${file}.lock`, JSON.stringify(living));
    rmSync(`${file}.lock.aa`, { force: true });
    return systemClock.wait(span);
  };
  const slow = withLock(`${file}.lock`, async () => "in", { limit: duration(100), clock: { ...systemClock, wait: whileItWaits } });
  await expect(slow).rejects.toMatchObject({ code: "release/held" });
  expect(JSON.parse(readFileSync(`${file}.lock`, "utf8"))).toEqual(living);
});

test("X06 a living holder is waited for, then named", async () => {
  const mine = { ...processId(), host: hostname(), token: "aa" };
  writeFileSync(`${file}.lock`, JSON.stringify(mine));
  const refused = withLock(`${file}.lock`, async () => {}, { limit: duration(30) });
  await expect(refused).rejects.toMatchObject({ code: "release/held", message: expect.stringContaining(`process ${process.pid}`) });
  expect(JSON.parse(readFileSync(`${file}.lock`, "utf8"))).toEqual(mine);
});

test("X06 a holder on another host counts as alive, whatever its pid says here", async () => {
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: 999_999, started: "1", host: "elsewhere", token: "aa" }));
  const refused = withLock(`${file}.lock`, async () => {}, { limit: duration(30) });
  await expect(refused).rejects.toMatchObject({ code: "release/held", fix: expect.stringContaining("elsewhere") });
});

test("a lock file that a crash of the machine left empty is broken", async () => {
  writeFileSync(`${file}.lock`, "");
  expect(await withLock(`${file}.lock`, async () => "in")).toBe("in");
});

test("the lock is let go when the action fails", async () => {
  const failing = withLock(`${file}.lock`, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(readdirSync(folder)).toEqual(["number"]);
});

test("a folder that is not there is an error, not a wait", async () => {
  await expect(withLock(path.join(folder, "none", "lock"), async () => {})).rejects.toMatchObject({ code: "ENOENT" });
});
