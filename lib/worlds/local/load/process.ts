import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Duration } from "../../../base/time.ts";
import { inheritedEnvironment } from "../../../machine/environment.ts";
import { isAlive, type ProcessId, signal } from "../../../machine/processes.ts";
import { findBackground, forgetDead, moduleBeside, startBackground } from "../background.ts";
import { type Call, controlClient, Unreachable } from "../control.ts";
import type { LoadVerbs } from "./verbs.ts";

/** The generator of one folder, whether it runs or not. */
export interface LoadProcess {
  /** Undefined when none runs, or when it ended just now. */
  tell<Name extends keyof LoadVerbs>(name: Name, input: LoadVerbs[Name]["in"]): Promise<LoadVerbs[Name]["out"] | undefined>;
  /** Starts one where none runs. */
  start(): Promise<Call<LoadVerbs>>;
  /** Resolves once the process is gone; one that does not listen is killed. */
  end(): Promise<void>;
}

/** How long a generator may take to answer, and to end, in milliseconds. */
const patience = 10_000;
const patienceAtEnd = 2_000;

/** Finds the generator by its folder. `lease`: for how long a new one goes on without being told anything. */
export function loadProcess(folder: string, lease: Duration): LoadProcess {
  const announced = path.join(folder, "process.json");

  const tellWithin = async <Name extends keyof LoadVerbs>(time: number, name: Name, input: LoadVerbs[Name]["in"]) => {
    const found = findBackground(announced);
    if (!found) return undefined;
    try {
      return await controlClient<LoadVerbs>(found.socket, time)(name, input);
    } catch (error) {
      if (error instanceof Unreachable && (await endsWithin(found.process, 1_000))) return undefined;
      throw error;
    }
  };

  return {
    tell: (name, input) => tellWithin(patience, name, input),
    async start() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      forgetDead(announced);
      const [main, log] = [moduleBeside(import.meta.url, "main"), path.join(folder, "log")];
      const { socket } = await startBackground(main, [folder, String(lease)], announced, log, inheritedEnvironment());
      return controlClient<LoadVerbs>(socket, patience);
    },
    async end() {
      const found = findBackground(announced);
      if (found) {
        const asked = await tellWithin(patienceAtEnd, "stop", null).then(
          () => true,
          () => false,
        );
        if (!asked || !(await endsWithin(found.process, patienceAtEnd))) signal(found.process, "SIGKILL");
        await endsWithin(found.process, patienceAtEnd);
      }
      forgetDead(announced);
    },
  };
}

/** Whether a process is gone before the time (in milliseconds) is over. */
async function endsWithin(process: ProcessId, time: number): Promise<boolean> {
  for (const over = performance.now() + time; isAlive(process); ) {
    if (performance.now() > over) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
