import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { type Cut, withLimit } from "../machine/limit.ts";
import type { Buildspec, Phase } from "./buildspec.ts";
import { restoreCache, saveCache } from "./cache.ts";
import { matching } from "./patterns.ts";
import { openShell, type Shell } from "./shell.ts";

interface BuildspecRun {
  readonly folder: string;
  /** Where the cache is kept between runs. */
  readonly cache: string;
  /** A folder outside the checkout, readable by nobody else, for what goes between us and the shell. */
  readonly scratch: string;
  readonly env: Record<string, string>;
  readonly log: string;
  /** Milliseconds for all phases together. */
  readonly limit: number;
  readonly grace: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a build ended. `exit` is absent where every command went well, `cut` where nothing ended it from outside. */
export interface BuildspecResult {
  readonly is: "passed" | "failed";
  readonly because: string;
  readonly exit?: number;
  readonly cut?: Cut;
  /** The exported variables as the commands left them. */
  readonly exported: Readonly<Record<string, string>>;
}

/** What a phase ended with; `exit` is that of the first command that failed. */
interface PhaseEnd {
  readonly phase: Phase;
  readonly exit: number;
  readonly command: string;
}

/**
 * Runs the phases of a buildspec as CodeBuild does. A failing command ends the commands of its phase; `finally` runs all the same. After
 * a failed install or pre_build nothing more runs; after a failed build, post_build does, with CODEBUILD_BUILD_SUCCEEDING=0
 * (https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html). `on-failure: ABORT` ends the build and
 * CONTINUE goes on to the next phase; the reference does not say what the build is then, and here a build with a failed phase has failed.
 */
export async function runBuildspec(spec: Buildspec, run: BuildspecRun): Promise<BuildspecResult> {
  const control = await mkdtemp(path.join(run.scratch, "shell-"));
  const shell = openShell({
    shell: spec.shell,
    folder: run.folder,
    env: { ...run.env, ...spec.variables },
    control,
    log: run.log,
    grace: run.grace,
  });
  try {
    await restoreCache(spec, run.folder, run.cache);
    const { value, cut } = await withLimit(run.limit, run.signal, shell.stop, runPhases(spec, shell));
    const result = { exported: value.exported, ...(value.failed && { exit: value.failed.exit }) };
    if (cut) return { ...result, is: "failed", cut, because: `${cut} in ${value.failed?.phase.name ?? "the last phase"}` };
    if (value.failed)
      return {
        ...result,
        is: "failed",
        because: `${value.failed.phase.name}: "${firstLine(value.failed.command)}" exited with ${value.failed.exit}`,
      };
    await saveCache(spec, run.folder, run.cache);
    return { ...result, is: "passed", because: [`${value.commands} commands`, ...(await countReports(spec, run.folder))].join("; ") };
  } finally {
    await shell.close();
    await rm(control, { recursive: true, force: true });
  }
}

async function runPhases(spec: Buildspec, shell: Shell) {
  let failed: PhaseEnd | undefined;
  let commands = 0;
  for (const phase of spec.phases) {
    const end = await runPhase(phase, shell, failed === undefined);
    commands += phase.commands.length + phase.finally.length;
    if (!end) continue;
    failed ??= end;
    const goesOn = phase.onFailure ? phase.onFailure === "CONTINUE" : phase.name === "build";
    if (!goesOn) break;
  }
  const exported = shell.stopped ? {} : await shell.values(spec.exportedVariables);
  return { failed, commands, exported };
}

/** Undefined if everything in the phase passed. */
async function runPhase(phase: Phase, shell: Shell, succeeding: boolean): Promise<PhaseEnd | undefined> {
  const all = async (commands: readonly string[], stillSucceeding: boolean): Promise<PhaseEnd | undefined> => {
    for (const command of commands) {
      const exit = await shell.run(command, stillSucceeding);
      if (exit !== 0 || shell.stopped) return { phase, exit, command };
    }
    return undefined;
  };
  const failed = await all(phase.commands, succeeding);
  const last = await all(phase.finally, succeeding && !failed);
  return failed ?? last;
}

async function countReports(spec: Buildspec, folder: string): Promise<string[]> {
  const counts: string[] = [];
  for (const { name, files, baseDirectory } of spec.reports) {
    const found = await matching(path.join(folder, baseDirectory), files).catch(() => []);
    counts.push(`report ${name}: ${found.length === 0 ? "no file" : found.length === 1 ? "1 file" : `${found.length} files`}`);
  }
  return counts;
}

const firstLine = (command: string): string => command.trim().split("\n")[0] ?? "";
