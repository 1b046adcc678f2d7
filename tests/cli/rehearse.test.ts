import { spawn } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { said } from "./said.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));
const example = fileURLToPath(new URL("../../examples/minimal", import.meta.url));

let project = "";
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "sluice-cli-"));
  for (const version of ["v1", "v2"]) await cp(path.join(example, version), path.join(project, version), { recursive: true });
  const rollout = { weights: [50, 100], bake: "100ms", finalBake: "50ms", keepWarm: "50ms", readEvery: "50ms", minRequests: 5 };
  await writeFile(path.join(project, "sluice.config.json"), JSON.stringify({ project: "minimal", rollout }));
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

const rehearsal = ["rehearse", "--from", "./v1", "--to", "./v2", "--rate", "100", "--json"];

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
  const { exit, out, err } = await said([command, "--project", path.join(project, "v1")]);
  expect({ exit, out }).toEqual({ exit: 12, out: "" });
  expect(err).toMatch(/^error: nothing was ever released .*\(release\/none\)\nfix: start with: sluice rehearse/);
});

test("C21: a rehearsal's talk goes to stderr and its summary to stdout, and status reads the same release afterwards", async () => {
  const { exit, out, err } = await said(["rehearse", project, ...rehearsal.slice(1, -1)]);
  expect(out).toMatch(/^outcome +released \(exit code 0\)\nbecause /);
  expect(out).toContain(`report    ${project}/.sluice/releases/`);
  expect(out).toMatch(/\nnext +sluice rehearse .* --fault green-errors /);
  expect(err).toMatch(/\n +\+\d+\.\ds {2}release plan of r-/);
  expect(err).not.toContain("\u001b");
  expect(exit).toBe(0);
  const status = await said(["status", "--project", project]);
  expect(status.out).toContain("state        ended: released");
  expect(status.out).toContain(`next: sluice rehearse ${project}\n`);
  const json = await said(["status", "--project", project, "--json", "--watch"]);
  expect(JSON.parse(json.out)).toMatchObject({ environment: "rehearsal", state: "ended", outcome: "released" });
});
