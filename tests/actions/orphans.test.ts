import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processesOf } from "../../lib/actions/orphans.ts";
import { until } from "../worlds/local/until.ts";

test("X05: what runs in a state folder or names it is found, and neighbours and the dead are not", async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), "orphans-"));
  const [state, beside] = [path.join(root, ".sluice"), path.join(root, ".sluice-old")];
  const children: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });
  for (const folder of [state, beside]) mkdirSync(folder);
  const run = (cwd: string, ...args: string[]) => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)", ...args], { cwd, stdio: "ignore" });
    children.push(child);
    return child.pid;
  };
  const [inside, named] = [run(state), run(root, path.join(state, "plane"))];
  run(beside);
  run(root, beside);
  await until("both are found", () => processesOf(state).length === 2);
  expect([...processesOf(state)].sort()).toEqual([inside, named].sort());
  children[0]?.kill("SIGKILL");
  await until("the dead one is gone", () => processesOf(state).length === 1);
});
