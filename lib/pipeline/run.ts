import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import type { Role, Tell } from "../base/events.ts";
import { type Duration, duration } from "../base/time.ts";
import { startedAt } from "../machine/processes.ts";
import type { Artifact } from "../ports/artifact.ts";
import { type Build, remember, reused, stagesHash } from "./builds.ts";
import { runStage, type StageResult } from "./stage.ts";
import type { Stage, StageName } from "./stages.ts";
import { defaultStart } from "./start.ts";
import { writing } from "./state.ts";
import type { Source } from "./version.ts";

/** One version to build, and who hears how that goes. */
export interface PipelineRun {
  readonly source: Source;
  readonly role: Role;
  /** The stages of a checkout; called once it is there. */
  readonly stages: (folder: string) => Promise<readonly Stage[]>;
  readonly state: string;
  /** The folder for log files; made if it is missing. */
  readonly logs: string;
  readonly tell: Tell;
  readonly signal?: AbortSignal | undefined;
  /** How long a stage may take; 20 minutes where nothing is said. */
  readonly limits?: { readonly [stage in StageName]?: Duration } | undefined;
  /** The start command, instead of the app's own. */
  readonly start?: string | undefined;
}

const defaultLimit = duration(20 * 60_000);

/**
 * From a source to a packed artifact, in a clean checkout that is removed afterwards, also on failure. The same source, stages, Node and
 * platform are not built twice. Throws `pipeline/failed`, `start/missing`, `buildspec/invalid`, `disk/full`.
 */
export async function runPipeline(run: PipelineRun): Promise<Artifact> {
  const work = path.join(run.state, "work", `${process.pid}-${randomBytes(4).toString("hex")}`);
  const [folder, scratch] = [path.join(work, "app"), path.join(work, "scratch")];
  try {
    await sweep(path.join(run.state, "work"));
    await writing(run.state, async () => {
      for (const made of [scratch, run.logs]) await mkdir(made, { recursive: true, mode: 0o700 });
    });
    for (const text of run.source.notes) run.tell({ type: "note", text });
    await run.source.checkout(folder, run.signal);
    const stages = await run.stages(folder);
    const hash = stagesHash(stages);
    const known = await reused(run.state, run.source.digest, hash);
    const build = known ?? (await buildOf(run, stages, { folder, scratch }));
    if (!known) await remember(run.state, run.source.digest, hash, build);
    return announced(run, build, known !== undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function announced(run: PipelineRun, build: Build, again: boolean): Artifact {
  const start = run.start ?? build.start;
  const { version } = run.source;
  if (start === undefined)
    throw new UserError(
      "start/missing",
      `nothing in ${version} says how to start it`,
      'say it: --start "node main.js", or give package.json a start script',
    );
  run.tell({ type: "artifact", role: run.role, version, digest: build.digest, bytes: build.bytes, reused: again });
  return { digest: build.digest, version, file: build.file, start };
}

async function buildOf(run: PipelineRun, stages: readonly Stage[], at: { folder: string; scratch: string }): Promise<Build> {
  let build: Build | undefined;
  tellIgnored(run, stages);
  for (const stage of stages) {
    const log = path.join(run.logs, `${run.role}-${stage.name}.log`);
    run.tell({ type: "stage-started", role: run.role, stage: stage.name, log });
    const { source, state, signal } = run;
    const limit = run.limits?.[stage.name] ?? defaultLimit;
    const ran = await writing(state, () =>
      runStage(stage, { ...at, state, log, limit, signal, revision: source.revision, ownFiles: source.kind !== "npm" }),
    );
    // A scanner that was stopped looks like one that is not available, so nothing counts after an abort.
    const result: StageResult = signal?.aborted ? { ...ran, is: "failed", because: "it was stopped" } : ran;
    const { is, ms, because } = result;
    run.tell({ type: "stage-ended", role: run.role, stage: stage.name, is, ms, because, log });
    if (is === "failed") throw failure(source, result);
    if (result.packed && result.packedFolder) {
      const start = await defaultStart(result.packedFolder);
      build = { ...result.packed, ...(start !== undefined && { start }) };
    }
  }
  if (!build) throw new Error("the stages packed nothing");
  return build;
}

function tellIgnored(run: PipelineRun, stages: readonly Stage[]): void {
  for (const { work } of stages)
    if (work.do === "buildspec")
      for (const { path: at, line, because } of work.spec.ignored)
        run.tell({ type: "note", text: `${work.spec.file}:${line}: ${at} is ignored: ${because}` });
}

function failure({ version }: Source, { stage, cut, because, log, tail }: StageResult): UserError {
  const fix = cut === "time limit" ? `make it quicker, or allow it more time; its log is ${log}` : `read its log: ${log}`;
  return new UserError("pipeline/failed", `the ${stage} stage of ${version} failed: ${because}`, fix, tail);
}

/** Removes checkouts that a killed process left behind; the folder's name begins with its pid. */
async function sweep(work: string): Promise<void> {
  for (const name of await readdir(work).catch(() => [])) {
    const pid = Number(name.split("-")[0]);
    if (!Number.isInteger(pid) || pid <= 0 || startedAt(pid) !== undefined) continue;
    await rm(path.join(work, name), { recursive: true, force: true });
  }
}
