import path from "node:path";
import type { Role, Tell } from "../../base/events.ts";
import { runPipeline } from "../../pipeline/run.ts";
import type { Source } from "../../pipeline/source.ts";
import { type Stage, type StageName, stagesOf } from "../../pipeline/stages.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Fault } from "../faults/parse.ts";
import type { FaultName } from "../faults/table.ts";
import { releaseFolder } from "../keep-report.ts";
import type { Settings } from "./settings.ts";

/** What building a version needs. */
interface Building {
  readonly settings: Settings;
  readonly state: string;
  readonly release: string;
  readonly faults: readonly Fault[];
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/**
 * Runs a version through the pipeline. Only the candidate is tested and scanned: the live version is what it is. Throws `pipeline/failed`.
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

async function stagesFor(folder: string, role: Role, { buildspec, folder: beside }: Settings): Promise<readonly Stage[]> {
  const stages = await stagesOf(folder, buildspec, beside);
  if (role === "candidate") return stages;
  return stages.map((stage) =>
    stage.name === "test" || stage.name === "scan" ? { ...stage, work: { do: "skip", because: "it is the live version" } } : stage,
  );
}

/** What `build-fails` and `test-fails` put in the place of the candidate's own stage. */
const sabotage: Readonly<Partial<Record<FaultName, { readonly stage: StageName; readonly command: string }>>> = {
  "build-fails": { stage: "build", command: "echo 'sabotaged by --fault build-fails' >&2; exit 1" },
  "test-fails": { stage: "test", command: "echo 'sabotaged by --fault test-fails' >&2; exit 1" },
};

function disturbed(stages: readonly Stage[], role: Role, faults: readonly Fault[]): readonly Stage[] {
  if (role === "live") return stages;
  return stages.map((stage) => {
    const command = faults.map(({ name }) => sabotage[name]).find((one) => one?.stage === stage.name)?.command;
    return command === undefined ? stage : { ...stage, work: { do: "command", command } };
  });
}
