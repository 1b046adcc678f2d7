import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { showDuration } from "../base/time.ts";
import { toolEnvironment } from "../machine/environment.ts";
import { startGuarded } from "../machine/guarded.ts";
import { type Cut, withLimit } from "../machine/limit.ts";
import { type Packed, pack } from "./artifact.ts";
import type { Buildspec } from "./buildspec.ts";
import { runBuildspec } from "./buildspec-run.ts";
import { stageEnvironment } from "./environment.ts";
import { handedOver } from "./handover.ts";
import { lastLines } from "./log.ts";
import { scan } from "./scan.ts";
import type { ScannerResult } from "./scanners.ts";
import type { Stage, StageName, Work } from "./stages.ts";

/** Where and how one stage runs. */
export interface StageRun {
  /** The checkout. */
  readonly folder: string;
  /** Names the content, for CODEBUILD_RESOLVED_SOURCE_VERSION. */
  readonly revision: string;
  /** Whether the checkout holds the app's own files. */
  readonly ownFiles: boolean;
  readonly state: string;
  /** A folder outside the checkout, readable by nobody else, removed with it. */
  readonly scratch: string;
  readonly log: string;
  /** Milliseconds. */
  readonly limit: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How one stage ended; what it packed is there after `package` alone. */
export interface StageResult {
  readonly stage: StageName;
  readonly is: "passed" | "failed" | "skipped";
  readonly ms: number;
  /** Absent where no command ran to its end. */
  readonly exit?: number;
  readonly because: string;
  readonly log: string;
  /** The last lines of the log, for people. */
  readonly tail: readonly string[];
  /** Set where the time limit or a person ended it. */
  readonly cut?: Cut;
  /** What a buildspec exports. */
  readonly exported?: Readonly<Record<string, string>>;
  readonly scanners?: readonly ScannerResult[];
  readonly packed?: Packed;
  /** The folder that was packed: the checkout, or what a buildspec hands on. */
  readonly packedFolder?: string;
}

type Found = Omit<StageResult, "stage" | "ms" | "log" | "tail">;

const defaultGrace = 3_000;

/** Runs one stage to its end. A failure is a value; throws only for what is no fault of the stage, such as a full disk. */
export async function runStage(stage: Stage, run: StageRun): Promise<StageResult> {
  const began = performance.now();
  await writeFile(run.log, "", { mode: 0o600 });
  const found = await work(stage.work, run);
  await appendFile(run.log, `${stage.name} ${found.is}: ${found.because}\n`);
  const tail = found.is === "failed" ? await lastLines(run.log) : [];
  return { stage: stage.name, ms: Math.round(performance.now() - began), log: run.log, tail, ...found };
}

async function work(todo: Work, run: StageRun): Promise<Found> {
  switch (todo.do) {
    case "skip":
      return { is: "skipped", because: todo.because };
    case "command":
      return await runCommand(todo.command, run);
    case "buildspec":
      return await runSpec(todo.spec, run);
    case "scan": {
      const { folder, ownFiles, scratch, log, limit, signal } = run;
      return await scan({ folder, ownFiles, scratch, log, limit, signal, grace: run.grace ?? defaultGrace, env: toolEnvironment() });
    }
    case "package": {
      const folder = await handedOver(run.folder, todo.handover, path.join(run.scratch, "handover"));
      if (!folder) return { is: "failed", because: `no file matches artifacts.files: ${todo.handover?.files.join(", ")}` };
      const packed = await pack(folder, path.join(run.state, "artifacts"));
      return { is: "passed", because: `${packed.bytes} bytes, ${packed.digest.slice(0, 12)}`, packed, packedFolder: folder };
    }
  }
}

async function runCommand(command: string, run: StageRun): Promise<Found> {
  await appendFile(run.log, `$ ${command}\n`);
  const order = {
    command: "/bin/sh",
    args: ["-c", command],
    cwd: run.folder,
    env: stageEnvironment(run.folder),
    grace: run.grace ?? defaultGrace,
    channels: false,
  };
  const started = startGuarded(order, run.log);
  const { value: exit, cut } = await withLimit(run.limit, run.signal, started.end, started.ended);
  if (cut) return { is: "failed", cut, because: cutBecause(cut, run) };
  return exit === 0 ? { is: "passed", exit, because: command } : { is: "failed", exit, because: `"${command}" exited with ${exit}` };
}

async function runSpec(spec: Buildspec, run: StageRun): Promise<Found> {
  const { folder, log, limit, signal, scratch } = run;
  // https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
  const env = {
    ...stageEnvironment(folder),
    CODEBUILD_SRC_DIR: folder,
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_RESOLVED_SOURCE_VERSION: run.revision,
  };
  const cache = path.join(run.state, "cache");
  const result = await runBuildspec(spec, { folder, cache, scratch, env, log, limit, signal, grace: run.grace ?? defaultGrace });
  return result.cut ? { ...result, because: cutBecause(result.cut, run) } : result;
}

function cutBecause(cut: Cut, run: StageRun): string {
  return cut === "time limit" ? `it took longer than ${showDuration(run.limit)}` : "it was stopped";
}
