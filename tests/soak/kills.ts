import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { processesOf } from "../../lib/actions/orphans.ts";
import { type ProcessId, processId, signal } from "../../lib/machine/processes.ts";
import { planeFiles } from "../../lib/worlds/local/plane/state.ts";
import { chance } from "../../lib/worlds/simulated/chance.ts";

/** What many real kills came to. */
export interface Kills {
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly controllers: number;
  readonly planes: number;
  readonly orphans: number;
  /** Callers' requests where only the controller died. */
  readonly requests: number;
  readonly failedRequests: number;
  /** One line for each that ended wrongly. */
  readonly wrong: readonly string[];
}

const root = path.join(import.meta.dirname, "../..");

/** How one run of the command line ended. */
interface Ended {
  readonly exit: number | null;
  readonly outcome:
    | { readonly outcome: string; readonly because: string; readonly requests: { readonly total: number; readonly failed: number } }
    | undefined;
  readonly said: string;
}

/** A copy of the shop whose rehearsal takes a few seconds. */
function shop(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-soak-"));
  for (const part of ["v1", "v2", "buildspec"])
    cpSync(path.join(root, "examples/shop", part), path.join(folder, part), { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(path.join(folder, "sluice.config.js"), config);
  return folder;
}

const config = `import { join } from "node:path";

export default {
  project: "shop",
  services: {
    web: {
      start: "node src/server.js",
      health: "/health",
      env: { DATA: join(import.meta.dirname, ".sluice", "shop-data") },
      buildspec: { build: "buildspec/build.yml", test: "buildspec/test.yml" },
    },
  },
  rollout: {
    bake: "300ms", finalBake: "300ms", keepWarm: "200ms", readEvery: "100ms", dataLimit: "20s", minRequests: 10,
    gates: [{ metric: "error-rate", max: "1%" }, { metric: "health" }, { metric: "compare" }],
  },
  rehearsal: { from: "./v1", to: "./v2", rate: 50, paths: ["/products", "/orders?limit=10"] },
};
`;

function rehearse(folder: string): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path.join(root, "bin/sluice.js"), "rehearse", folder, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (exit) => {
      const last = out.trimEnd().split("\n").at(-1) ?? "";
      const event = last.includes('"type":"outcome"') ? JSON.parse(last) : undefined;
      resolve({ exit, outcome: event, said: `${said}${last}`.slice(-400) });
    }),
  );
  return { child, ended };
}

/** Kills the data plane of a state folder, -9. False if none runs. */
function killPlane(folder: string): boolean {
  try {
    const found: { process: ProcessId } = JSON.parse(readFileSync(planeFiles(path.join(folder, ".sluice")).process, "utf8"));
    return signal(found.process, "SIGKILL");
  } catch {
    return false;
  }
}

/** The first run of a folder builds and is not killed: the others take about as long from there on. */
async function warmUp(folder: string): Promise<number> {
  await rehearse(folder).ended;
  const begun = Date.now();
  const { outcome, said } = await rehearse(folder).ended;
  if (outcome?.outcome !== "released") throw new Error(`without a kill the shop is not released: ${said}`);
  return Date.now() - begun;
}

/** What one kill came to. */
interface Told {
  /** Undefined where it came too late. */
  readonly hit: "controller" | "plane" | undefined;
  readonly outcome: string;
  readonly requests: { readonly total: number; readonly failed: number };
  readonly orphans: number;
  readonly wrong: string | undefined;
}

/** A rehearsal that does not end within so many runs never will. */
const mostRuns = 3;

async function killOnce(folder: string, at: number, victim: "controller" | "plane"): Promise<Told> {
  const first = rehearse(folder);
  await Promise.race([first.ended, pause(at)]);
  const hit = first.child.exitCode === null ? strike(folder, first.child, victim) : undefined;
  let last = await first.ended;
  for (let run = 1; last.outcome === undefined && run < mostRuns; run += 1) last = await rehearse(folder).ended;
  const orphans = await leftBehind(path.join(folder, ".sluice"));
  const outcome = last.outcome?.outcome ?? `exit ${last.exit}`;
  const requests = last.outcome?.requests ?? { total: 0, failed: 0 };
  const troubles = [
    ...(outcome === "released" || outcome === "aborted" ? [] : [`ended ${outcome}: ${last.outcome?.because ?? last.said}`]),
    ...(orphans > 0 ? [`${orphans} processes were left behind`] : []),
    ...(requests.failed > 0 && hit !== "plane" ? [`${requests.failed} of ${requests.total} requests failed`] : []),
  ];
  return { hit, outcome, requests, orphans, wrong: troubles.length > 0 ? troubles.join("; ") : undefined };
}

/** Kills the victim, -9. Before there is a data plane the controller is hit in its place. */
function strike(folder: string, controller: ChildProcess, victim: "controller" | "plane"): Told["hit"] {
  if (victim === "plane" && killPlane(folder)) return "plane";
  return controller.kill("SIGKILL") ? "controller" : undefined;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Processes that are still there when they had time to end; ends them, so that they disturb no other run. */
async function leftBehind(state: string): Promise<number> {
  for (let look = 0; look < 50 && processesOf(state).length > 0; look += 1) await pause(100);
  const left = processesOf(state);
  for (const pid of left) signal(processId(pid), "SIGKILL");
  return left.length;
}

/** Kills real rehearsals at random instants and runs each again until it has ended. */
export async function soakKills(runs: number, seed: number, say: (text: string) => void): Promise<Kills> {
  const totals = { outcomes: {} as Record<string, number>, controllers: 0, planes: 0, orphans: 0, requests: 0, failedRequests: 0 };
  const wrong: string[] = [];
  if (runs === 0) return { runs, ...totals, wrong };
  const random = chance(seed);
  const folder = shop();
  try {
    let usual = await warmUp(folder);
    say(`a rehearsal takes ${usual} ms`);
    for (let run = 1; run <= runs; ) {
      const at = Math.round(random() * usual);
      const victim = random() < 0.7 ? "controller" : "plane";
      const told = await killOnce(folder, at, victim);
      // A kill that came too late is none; the machine is faster now than it was.
      if (!told.hit) usual = Math.max(1_000, at);
      if (!told.hit && !told.wrong) continue;
      totals[told.hit === "plane" ? "planes" : "controllers"] += 1;
      totals.outcomes[told.outcome] = (totals.outcomes[told.outcome] ?? 0) + 1;
      totals.orphans += told.orphans;
      if (told.hit === "controller") {
        totals.requests += told.requests.total;
        totals.failedRequests += told.requests.failed;
      }
      if (told.wrong) wrong.push(`kill ${run} of the ${told.hit} at ${at} ms: ${told.wrong}`);
      if (told.wrong || run % 10 === 0) say(`${run} of ${runs} kills, ${wrong.length} wrong${told.wrong ? `: ${wrong.at(-1)}` : ""}`);
      run += 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { runs, ...totals, wrong };
}
