import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { OutcomeEvent } from "../lib/actions/views.ts";
import type { Event } from "../lib/base/events.ts";
import type { Row } from "./row.ts";

const root = path.join(import.meta.dirname, "..");
const bakes = 4 * 2_000;
const keepWarm = 2_000;
const readEvery = 250;

interface Measured {
  readonly ms: number;
  readonly outcome: OutcomeEvent;
  /** Highest resident memory in MB. */
  readonly controller: number;
  readonly plane: number;
}

/** Highest resident memory so far, see proc(5); undefined once the process is gone or where there is no /proc. */
function peak(pid: number): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found?.[1] === undefined ? undefined : Number(found[1]) / 1_024;
  } catch {
    return undefined;
  }
}

function planePid(project: string): number | undefined {
  try {
    return JSON.parse(readFileSync(path.join(project, ".sluice", "plane", "process.json"), "utf8")).process.pid;
  } catch {
    return undefined;
  }
}

async function rehearse(project: string, args: readonly string[]): Promise<Measured> {
  const begun = performance.now();
  const child: ChildProcess = spawn(process.execPath, [path.join(root, "bin", "sluice.ts"), "rehearse", project, "--json", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!child.stdout || child.pid === undefined) throw new Error("the rehearsal did not start");
  let [controller, plane] = [0, 0];
  let outcome: OutcomeEvent | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const event: Event = JSON.parse(line);
    if (event.type === "outcome") outcome = event;
    controller = Math.max(controller, peak(child.pid) ?? 0);
    plane = Math.max(plane, peak(planePid(project) ?? 0) ?? 0);
  }
  if (!outcome) throw new Error("the rehearsal had no outcome");
  return { ms: performance.now() - begun, outcome, controller, plane };
}

/** The shop from the command to `released`, what its processes need, and how fast a failed gate puts the traffic back. */
export async function rehearsalBench(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sluice-bench-"));
  const project = path.join(folder, "shop");
  try {
    cpSync(path.join(root, "examples", "shop"), project, { recursive: true, filter: (name) => !name.includes(".sluice") });
    const good = await rehearse(project, []);
    const bad = await rehearse(project, ["--fault", "green-errors"]);
    return rows(good, bad);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rows(good: Measured, bad: Measured): Row[] {
  const seconds = good.ms / 1_000;
  const ours = seconds - (bakes + keepWarm) / 1_000;
  const { total, failed } = good.outcome.requests;
  const back = bad.outcome.recoveredInMs ?? Number.POSITIVE_INFINITY;
  const memory = (name: string, megabytes: number): Row => ({
    what: `peak memory of the ${name}`,
    measured: megabytes === 0 ? "no /proc here" : `${megabytes.toFixed(0)} MB`,
    target: "≤ 150 MB",
    ok: megabytes <= 150,
  });
  return [
    {
      what: "rehearsal of the shop, bakes of 2 s, from the command to `released`",
      measured: `${seconds.toFixed(1)} s, ${ours.toFixed(1)} s of it ours (${good.outcome.outcome}, ${failed} of ${total} requests failed)`,
      target: "≤ 60 s, ≤ 20 s ours",
      ok: good.outcome.outcome === "released" && seconds <= 60 && ours <= 20,
    },
    {
      what: "a reading fails → all traffic back on blue",
      measured: `${back} ms (${bad.outcome.outcome})`,
      target: `≤ ${readEvery} + 100 ms`,
      ok: bad.outcome.outcome === "rolled-back" && back <= readEvery + 100,
    },
    memory("controller", good.controller),
    memory("data plane", good.plane),
  ];
}
