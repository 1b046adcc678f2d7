import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { duration, instant, systemClock } from "../../../lib/base/time.ts";
import { pidSpace } from "../../../lib/machine/pid-space.ts";
import type { Draft } from "../../../lib/ports/ledger.ts";
import { take } from "../../../lib/release/controller.ts";
import { seal } from "../../../lib/worlds/local/chain.ts";
import { fileLedger, holderHere, isGoneHere } from "../../../lib/worlds/local/ledger.ts";
import { ledgerContract } from "../../contracts/ledger.ts";

const open = (file: string) => fileLedger(file, { clock: systemClock });
const living = holderHere("sluice");
const draft = (kind: string, body: unknown = { weight: 10 }): Draft => ({
  release: "r-1",
  step: "shift-10",
  attempt: 1,
  at: instant(1_700_000_000_000),
  holder: living,
  kind,
  body,
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  file = path.join(folder, "ledger.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

ledgerContract("a file", async () => {
  const own = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  const ledger = path.join(own, "state", "ledger.jsonl");
  return {
    one: open(ledger),
    other: open(ledger),
    living,
    dead: { ...living, started: "1" },
    close: async () => rmSync(own, { recursive: true, force: true }),
  };
});

/** Three entries, the last of them known byte by byte. */
async function three(): Promise<Buffer> {
  const ledger = open(file);
  for (const [position, kind] of ["planned", "held", "shifted"].entries()) await ledger.append(position, draft(kind));
  return readFileSync(file);
}

const refusal = async (): Promise<UserError | undefined> => {
  try {
    await open(file).read();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
};

describe("a torn last line", () => {
  test("X05 is no entry and is cut off by the next append, wherever it was torn", async () => {
    const whole = await three();
    const start = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let at = start; at < whole.length; at++) {
      writeFileSync(file, whole.subarray(0, at));
      expect(await open(file).read()).toHaveLength(2);
      if (at % 20 !== 0 && at !== whole.length - 1) continue;
      expect(await open(file).append(2, draft("again"))).toMatchObject({ is: "appended", position: 2 });
      expect((await open(file).read()).map((entry) => entry.kind)).toEqual(["planned", "held", "again"]);
    }
  });

  test("X05 of zeros, as a crash of the machine can leave it, is cut off too", async () => {
    await three();
    appendFileSync(file, Buffer.alloc(100));
    expect(await open(file).append(3, draft("again"))).toMatchObject({ is: "appended" });
    expect(await open(file).read()).toHaveLength(4);
  });
});

describe("damage", () => {
  test("X05 to any one byte is refused with its line and position, and nothing is appended to it", async () => {
    const whole = await three();
    let position = 0;
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (whole[at] ?? 0) ^ 0x02;
      writeFileSync(file, damaged);
      const error = await refusal();
      expect(error?.code, `byte ${at}`).toBe("ledger/corrupt");
      expect(error?.message, `byte ${at}`).toContain(`line ${position + 1} (position ${position})`);
      if (whole[at] === 10) position++;
    }
    const before = readFileSync(file);
    await expect(open(file).append(3, draft("more"))).rejects.toMatchObject({ code: "ledger/corrupt", fix: expect.stringContaining(file) });
    expect(readFileSync(file)).toEqual(before);
  });

  test("is also a line that is missing, doubled or moved", async () => {
    const lines = (await three()).toString().split("\n");
    for (const [order, position] of [
      [[0, 2], 1],
      [[0, 1, 1, 2], 2],
      [[1, 0, 2], 0],
    ] as const) {
      writeFileSync(file, `${order.map((index) => lines[index]).join("\n")}\n`);
      const error = await refusal();
      expect(error?.code).toBe("ledger/corrupt");
      expect(error?.message).toContain(`position ${position}`);
    }
  });

  test("is also a line that was written anew with a good checksum", async () => {
    const lines = (await three()).toString().split("\n");
    const entries = await open(file).read();
    for (const [changed, position, why] of [
      [{ body: { weight: 50 } }, 2, "does not follow"],
      [{ position: 7 }, 1, "says position 7"],
      [{ prevHash: "0".repeat(64) }, 1, "does not follow"],
    ] as const) {
      const [, second] = entries;
      if (!second) throw new Error("there are three");
      writeFileSync(file, `${lines[0]}\n${seal({ ...second, ...changed })}${lines[2]}\n`);
      const error = await refusal();
      expect(error?.code).toBe("ledger/corrupt");
      expect(error?.message).toContain(`(position ${position}) is damaged: it ${why}`);
    }
  });

  test("is seen by a ledger that has read the file before", async () => {
    const whole = await three();
    const ledger = open(file);
    await ledger.read();
    const damaged = Buffer.from(whole);
    damaged[50] = (whole[50] ?? 0) ^ 0x02;
    writeFileSync(file, damaged);
    await expect(ledger.read()).rejects.toMatchObject({ code: "ledger/corrupt" });
  });
});

test("a line of a newer version is refused by its version", async () => {
  await three();
  appendFileSync(file, `${JSON.stringify({ v: 2, position: 3 })}\n`);
  expect(await refusal()).toMatchObject({ code: "ledger/version", message: expect.stringContaining("line 4 (position 3) has version 2") });
});

test("a file that was replaced, also by a shorter one, is read anew", async () => {
  const whole = await three();
  const ledger = open(file);
  expect(await ledger.read()).toHaveLength(3);
  truncateSync(file, whole.indexOf(10) + 1);
  expect(await ledger.read()).toHaveLength(1);
  writeFileSync(path.join(folder, "other"), whole);
  renameSync(path.join(folder, "other"), file);
  expect(await ledger.append(3, draft("more"))).toMatchObject({ is: "appended", position: 3 });
});

test("an unknown start time makes no holder gone", async () => {
  expect(await open(file).isGone({ ...living, started: "" })).toBe(false);
});

const ended = { ...living, started: "1" };
const elsewhere = "0".repeat(32);
test.each([
  ["another machine or container of the same name", { ...ended, space: elsewhere }],
  ["whoever wrote before it was written down where a pid is one's own", { name: "ana", host: living.host, pid: living.pid, started: "1" }],
])("X06 nobody here knows whether %s is gone: its lock holds as long as its lease", async (_who, by) => {
  const ledger = open(file);
  const at = systemClock.now();
  const lease = duration(900_000);
  expect(await isGoneHere(by)).toBe(false);
  await take({ ledger, clock: systemClock, holder: by, lease }, () => "r-1");
  expect((await open(file).read())[0]).toMatchObject({ holder: by, at: expect.toSatisfy((then: number) => then >= at) });
  const second = take({ ledger, clock: systemClock, holder: living, lease }, () => "r-2");
  await expect(second).rejects.toMatchObject({ code: "release/held" });
  // Nor is it the same process, though its pid and its start are.
  await ledger.append(1, { ...draft("held", { until: at }), holder: by, release: "r-1" });
  await take({ ledger, clock: systemClock, holder: { ...living, space: elsewhere }, lease }, () => "r-2");
  await expect(take({ ledger, clock: systemClock, holder: living, lease }, () => "r-2")).rejects.toMatchObject({ code: "release/held" });
});

test("X06 where a pid is one's own is the same for every process here, and gives away no machine-id", () => {
  const module = path.join(import.meta.dirname, "../../../lib/machine/pid-space.ts");
  const told = execFileSync(process.execPath, ["-e", `import(${JSON.stringify(module)}).then((m) => console.log(m.pidSpace()))`]);
  expect(told.toString().trim()).toBe(String(pidSpace()));
  expect(pidSpace("linux") ?? elsewhere).toMatch(/^[0-9a-f]{32}$/);
  expect(pidSpace("win32")).toBeUndefined();
});

test("only the owner can read the ledger and its reserve, and nothing else is left beside them", async () => {
  await three();
  expect(readdirSync(folder).sort()).toEqual(["ledger.jsonl", "ledger.jsonl.reserve"]);
  for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
});
