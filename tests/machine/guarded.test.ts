import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { startGuarded } from "../../lib/machine/guarded.ts";
import { isAlive, startedAt } from "../../lib/machine/processes.ts";
import { tempFolder, until } from "../pipeline/folders.ts";

function start(text: string, { grace = 2_000, command = "/bin/sh" } = {}) {
  const folder = tempFolder();
  const log = path.join(folder, "log");
  const env = { PATH: process.env.PATH ?? "", SECRET: "kept" };
  const started = startGuarded({ command, args: ["-c", text], cwd: folder, env, grace, channels: false }, log);
  const written = (name: string) => readFileSync(path.join(folder, name), "utf8").trim();
  const writeFile = (name: string) => writeFileSync(path.join(folder, name), "");
  return { ...started, log, written, writeFile, has: (name: string) => existsSync(path.join(folder, name)) };
}

const withChild = "sleep 600 & echo $! > next; mv next child; wait";

test("a command's first process is known by pid and start time, its output and exit code come through", async () => {
  const run = start("echo $$ > pid; echo said; echo warned >&2; echo $SECRET; until [ -f go ]; do sleep 0.01; done; exit 7");
  const command = await run.command;
  run.writeFile("go");
  expect(await run.ended).toBe(7);
  expect(command).toMatchObject({ pid: Number(run.written("pid")), started: expect.stringMatching(/./) });
  expect([run.written("log"), statSync(run.log).mode & 0o777]).toEqual(["said\nwarned\nkept", 0o600]);
});

test("what a signal ended answers 128 + signal, and what cannot be started 127", async () => {
  expect(await start("kill -TERM $$").ended).toBe(143);
  const missing = start("", { command: "no-such-program" });
  expect([await missing.ended, await missing.command]).toEqual([127, undefined]);
  expect(missing.written("log")).toContain("no-such-program");
});

test("X05 end() ends the whole group, also what ignores SIGTERM once the grace is over", async () => {
  const run = start(`trap '' TERM; ${withChild}`, { grace: 100 });
  await until("it runs", () => run.has("child"));
  run.end();
  run.end();
  expect(await run.ended).toBe(137);
  // The same signal ends the child, and the kernel need not be done with both at once.
  await until("the child is gone", () => startedAt(Number(run.written("child"))) === undefined);
});

test("X05 a guard that is killed takes its command with it", async () => {
  const run = start("echo > ready; exec sleep 600");
  await until("it runs", () => run.has("ready"));
  const command = await run.command;
  process.kill(run.guard.pid, "SIGKILL");
  expect(await run.ended).toBe(137);
  await until("the command is gone", () => command !== undefined && !isAlive(command));
});

test("X05 a guard that hangs is killed in turn", async () => {
  const run = start("echo > ready; exec sleep 600", { grace: 0 });
  await until("it runs", () => run.has("ready"));
  const command = await run.command;
  process.kill(run.guard.pid, "SIGSTOP");
  run.end();
  expect(await run.ended).toBe(137);
  await until("the command is gone", () => command !== undefined && !isAlive(command));
});
