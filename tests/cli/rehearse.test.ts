import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));
const example = fileURLToPath(new URL("../../examples/minimal", import.meta.url));

let project = "";
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "sluice-cli-"));
  for (const version of ["v1", "v2"]) await cp(path.join(example, version), path.join(project, version), { recursive: true });
});
afterAll(() => rm(project, { recursive: true, force: true }));

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, lines: createInterface(child.stdout), ended, err: () => err };
}

async function run(args: readonly string[]) {
  const { lines, ended, err } = start(args);
  const out: string[] = [];
  lines.on("line", (line) => out.push(line));
  return { exit: await ended, out, err: err() };
}

const rehearsal = ["rehearse", "--from", "./v1", "--to", "./v2", "--speed", "50", "--json"];

test("X05: when the reader of the JSON lines leaves, the rehearsal ends as after Ctrl-C, without a word", async () => {
  const { child, lines, ended, err } = start(rehearsal);
  await new Promise((resolve) => lines.once("line", resolve));
  lines.close();
  child.stdout.destroy();
  expect(await ended).toBe(11);
  expect(err()).toBe("");
  const { out } = await run(["destroy"]);
  expect(out).toEqual([]);
});

test("A17: what cannot be found ends with an error and an outcome, exit code 2", async () => {
  const { exit, out, err } = await run([...rehearsal, "--to", "./v3"]);
  expect(out.map((line) => JSON.parse(line))).toMatchObject([
    { type: "error", code: "source/not-found" },
    { type: "outcome", outcome: "blocked", exit: 2 },
  ]);
  expect({ exit, err }).toEqual({ exit: 2, err: "" });
});

test.each(["status", "approve", "destroy"])("sluice %s where nothing ever ran says what to run first, exit code 12", async (command) => {
  const { exit, out, err } = await run([command, "--project", path.join(project, "v1")]);
  expect({ exit, out }).toEqual({ exit: 12, out: [] });
  expect(err).toMatch(/^error: nothing was ever released .*\(release\/none\)\nfix: start with: sluice rehearse/);
});
