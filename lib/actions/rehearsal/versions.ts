import path from "node:path";
import type { Role, Tell } from "../../base/events.ts";
import { runPipeline } from "../../pipeline/run.ts";
import type { Source } from "../../pipeline/source.ts";
import { type Stage, stagesOf } from "../../pipeline/stages.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Fault } from "../faults/parse.ts";
import type { Settings } from "./settings.ts";

/** What building a version needs. */
export interface Building {
  readonly settings: Settings;
  readonly state: string;
  readonly release: string;
  readonly faults: readonly Fault[];
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/**
 * Runs a version through the pipeline. The live version was tested and scanned when it was the candidate, so only the candidate is
 * again. Throws `pipeline/failed`.
 */
export function build(source: Source, role: Role, { settings, state, release, faults, tell, signal }: Building): Promise<Artifact> {
  return runPipeline({
    source,
    role,
    stages: async (folder) => disturbed(await stagesFor(folder, role, settings), role, faults),
    state,
    logs: path.join(releaseFolder(state, release), "logs"),
    tell,
    signal,
    start: settings.start,
  });
}

/** Where everything about one release is kept. */
export function releaseFolder(state: string, release: string): string {
  return path.join(state, "releases", release);
}

async function stagesFor(folder: string, role: Role, { buildspec, folder: beside }: Settings): Promise<readonly Stage[]> {
  const stages = await stagesOf(folder, buildspec, beside);
  if (role === "candidate") return stages;
  return stages.map((stage) =>
    stage.name === "test" || stage.name === "scan" ? { ...stage, work: { do: "skip", because: "it is the live version" } } : stage,
  );
}

/** `build-fails` and `test-fails` put a failing command in the place of the candidate's own. */
function disturbed(stages: readonly Stage[], role: Role, faults: readonly Fault[]): readonly Stage[] {
  if (role === "live") return stages;
  const failing = new Set(faults.flatMap(({ name }) => (name === "build-fails" ? ["build"] : name === "test-fails" ? ["test"] : [])));
  return stages.map((stage) =>
    failing.has(stage.name)
      ? { ...stage, work: { do: "command", command: `echo 'sabotaged by --fault ${stage.name}-fails' >&2; exit 1` } }
      : stage,
  );
}
