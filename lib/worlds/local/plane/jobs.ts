import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { duration, showDuration } from "../../../base/time.ts";
import { inheritedEnvironment } from "../../../machine/environment.ts";
import { done, type Result } from "../../../ports/step-result.ts";
import { runCommand } from "../commands.ts";
import type { Ended, StateFile } from "./state.ts";
import { unpack } from "./unpack.ts";
import type { Changes } from "./verbs.ts";

type JobOrder = Changes["run"]["in"];

interface Places {
  readonly slots: string;
  readonly logs: string;
}

/** Runs commands of artifacts, each once. */
export interface Jobs {
  run(order: JobOrder): Promise<Result>;
}

/**
 * What was begun is on disk before the command is: a plane that comes back finds it begun and not ended, and does not run it again, since the
 * command died with the plane before it, nobody knows how far it was.
 */
export function openJobs({ slots, logs }: Places, state: StateFile): Jobs {
  const running = new Set<string>();
  const ended = (id: string, how: Ended) => state.change({ jobs: { ...state.now.jobs, [id]: how } });
  const carryOut = async ({ id, command, artifact, within }: JobOrder): Promise<Ended> => {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const folder = path.join(slots, `job-${artifact.digest.slice(0, 12)}`);
    try {
      const problem = await unpack(artifact, folder);
      if (problem !== undefined) return { because: problem, said: "" };
      const env = { ...inheritedEnvironment(), ...state.now.settings.env };
      const { exit, tail } = await runCommand(command, { cwd: folder, env, timeout: within, log: path.join(logs, `job-${id}.log`) });
      if (exit === 0) return { said: tail };
      return { because: exit === "timeout" ? `not done within ${showDuration(within)}` : `exit ${exit}`, said: tail };
    } catch (error) {
      return { because: error instanceof Error ? error.message : String(error), said: "" };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    async run(order) {
      const { id, command } = order;
      const how = state.now.jobs?.[id];
      if (how === undefined) {
        running.add(id);
        await ended(id, { because: "it was interrupted, and nobody knows how far it came", said: "" });
        void carryOut(order).then(async (result) => {
          await ended(id, result);
          running.delete(id);
        });
      }
      if (how === undefined || running.has(id)) return { is: "pending", lookAgainIn: duration(100), because: `${command} runs` };
      if (how.because === undefined) return done;
      return { is: "failed", because: `${command}: ${how.because}`, details: how.said === "" ? [] : how.said.split("\n") };
    },
  };
}
