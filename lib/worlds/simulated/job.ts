import { duration, type Instant } from "../../base/time.ts";
import type { Job } from "../../ports/job.ts";
import type { Result } from "../../ports/step-result.ts";
import type { HandClock } from "./clock.ts";
import type { Script } from "./script.ts";

/** What jobs are told of. */
interface JobWorld {
  readonly clock: HandClock;
  readonly ends: Script["ends"];
  /** Called when a command is begun in truth. */
  readonly changed: (what: string) => void;
}

/** Commands that take time and end as the script says, whoever looks at them. */
export function simulatedJob({ clock, ends, changed }: JobWorld): Job {
  const begun = new Map<string, Instant>();
  return {
    async run({ id, command, artifact, within }): Promise<Result> {
      const since = begun.get(id);
      if (since === undefined) {
        changed(`run ${command} of ${artifact.version}`);
        begun.set(id, clock.now());
      }
      const { takes, exit } = ends(command, artifact.digest);
      const age = clock.now() - (since ?? clock.now());
      if (age >= within && takes > within) return { is: "failed", because: `${command}: not done in time` };
      if (age < takes) return { is: "pending", lookAgainIn: duration(100), because: `${command} runs` };
      return exit === 0 ? { is: "done" } : { is: "failed", because: `${command}: exit ${exit}` };
    },
  };
}
