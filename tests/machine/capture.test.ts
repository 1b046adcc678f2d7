import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { CommandFailed, capture } from "../../lib/machine/capture.ts";
import { isRunning, tempFolder, until } from "../pipeline/folders.ts";

const env = { PATH: process.env.PATH ?? "" };
const sh = (text: string, cwd?: string, signal?: AbortSignal) => capture("/bin/sh", ["-c", text], { cwd, env, signal });

test("what a command prints comes back whole, and nothing of our environment goes to it", async () => {
  expect(await sh("printf 'a\\nb'; printf err >&2; echo; printenv HOME || echo none")).toBe("a\nb\nnone\n");
});

test("a failure has its code and what it said; what is not there is the system's own error", async () => {
  const failed: unknown = await sh("echo why >&2; exit 3").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(CommandFailed);
  expect(failed).toMatchObject({ exit: 3, stderr: "why\n" });
  await expect(capture("no-such-program", [], { env })).rejects.toMatchObject({ code: "ENOENT" });
  await expect(sh("true", path.join(tempFolder(), "gone"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("what a command prints last comes back too, however much it is", async () => {
  expect(await sh("head -c 3000000 /dev/zero | tr '\\0' a")).toHaveLength(3_000_000);
});

test("X05 an abort ends the whole group, also what ignores SIGTERM, and is what is thrown", async () => {
  const folder = tempFolder();
  const stop = new AbortController();
  const ended = sh("trap '' TERM; sleep 600 & echo $! > next; mv next child; wait", folder, stop.signal);
  await until("it runs", () => existsSync(path.join(folder, "child")));
  stop.abort(new Error("enough"));
  await expect(ended).rejects.toThrow("enough");
  const child = Number(readFileSync(path.join(folder, "child"), "utf8"));
  await until("its child is gone", () => !isRunning(child));
});

test("X05 kill -9 of whoever asked ends the whole group too", async () => {
  const folder = tempFolder();
  const program = `
    import { capture } from ${JSON.stringify(new URL("../../lib/machine/capture.ts", import.meta.url).href)};
    await capture("/bin/sh", ["-c", "sleep 600 & echo $$ $! > next; mv next children; wait"], { cwd: process.argv[1], env: process.env });`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", program, folder], { stdio: "ignore" });
  const ended = once(parent, "exit");
  await until("it runs", () => existsSync(path.join(folder, "children")));
  parent.kill("SIGKILL");
  await ended;
  for (const child of readFileSync(path.join(folder, "children"), "utf8").split(" ").map(Number))
    await until("its processes are gone", () => !isRunning(child));
});

test("nothing starts after an abort", async () => {
  const folder = tempFolder();
  await expect(sh("touch started", folder, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(path.join(folder, "started"))).toBe(false);
});
