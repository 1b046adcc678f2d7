import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../lib/base/time.ts";
import { fileLedger, holderHere } from "../../../lib/worlds/local/ledger.ts";
import { until } from "./until.ts";

const program = (name: string) => fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url));
const nobody = 65_534;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  file = path.join(folder, "ledger.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => fileLedger(file, { clock: systemClock });
const draft = { release: "r", step: "", attempt: 1, at: systemClock.now(), holder: holderHere("test"), kind: "noted", body: {} };

/** An appender as a process of its own, with the positions that it was told are safe. */
function appender(times: number) {
  const child = spawn(process.execPath, [program("append"), file, String(times)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const ended = new Promise<unknown>((resolve) => child.once("close", (code, name) => resolve(name ?? code)));
  return { child, ended, positions: () => said.split("\n").filter(Boolean).map(Number) };
}

test("X06 of two processes that append at once exactly one wins each position", async () => {
  const both = [appender(40), appender(40)];
  expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
  const won = both.flatMap(({ positions }) => positions()).sort((a, b) => a - b);
  expect(won).toEqual(Array.from({ length: 80 }, (_, position) => position));
  expect(await open().read()).toHaveLength(80);
});

test("X05 an appender killed at any instant leaves every entry that it was told is safe, and a ledger to go on with", async () => {
  for (let round = 0; round < 8; round++) {
    const { child, ended, positions } = appender(100_000);
    const first = await until("it appends", () => positions().at(-1));
    const enough = first + Math.random() * 10;
    await until("it has appended some more", () => (positions().at(-1) ?? 0) >= enough);
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    const safe = positions().at(-1) ?? -1;
    const next = (await open().read()).length;
    expect(next).toBeGreaterThan(safe);
    expect(await open().append(next, draft)).toMatchObject({ is: "appended", position: next });
  }
});

const refusesNamespaces = (() => {
  try {
    execFileSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "tmpfs", tmpdir()], { stdio: "pipe" });
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
})();

test("X05 on a full disk the reserve is given up, then nothing is half-written, and a new reserve stands once there is room", ({
  skip,
}) => {
  if (refusesNamespaces) skip(`no small disk can be mounted here: ${refusesNamespaces}`);
  const seen = execFileSync("unshare", ["-Urm", process.execPath, program("fill-disk"), folder], { encoding: "utf8" });
  expect(JSON.parse(seen)).toEqual({
    first: "ok",
    reserved: { size: 262_144, allocated: true },
    full: ["reserve", "reserve"],
    reserveGone: true,
    fuller: ["disk/full", "disk/full"],
    partly: "disk/full",
    endsWhole: true,
    freed: ["ok", "ok"],
    readBack: true,
  });
});

function asNobody(): { read: unknown; appended: unknown } {
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  return JSON.parse(execFileSync(process.execPath, [program("append-once"), file], { encoding: "utf8", cwd: "/", ...as }));
}

test("a folder that cannot be written is refused by name, and what can be read is read", async () => {
  await open().append(0, draft);
  chmodSync(file, 0o444);
  chmodSync(folder, 0o555);
  expect(asNobody()).toEqual({ read: 1, appended: expect.stringMatching(/^folder\/read-only: this user may not write .*ledger\.jsonl/) });
  chmodSync(folder, 0o755);
});

test("a ledger that cannot be read is refused by name", async () => {
  await open().append(0, draft);
  chmodSync(file, 0o000);
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) chownSync(folder, nobody, nobody);
  const refused = /^folder\/read-only: this user may not (read|write) .*ledger\.jsonl \(EACCES\)/;
  expect(asNobody()).toEqual({ read: expect.stringMatching(refused), appended: expect.stringMatching(refused) });
});
