import { UserError } from "../../base/errors.ts";
import { systemClock } from "../../base/time.ts";
import type { Fleet } from "../../ports/fleet.ts";
import type { Placement } from "../../release/plan.ts";

/** Makes the version run that is live before the release. Throws `app/not-healthy` with what was seen, ending with its last log lines. */
export async function bringUp(fleet: Fleet, { slot, artifact, count }: Placement, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const result = await fleet.start(slot, artifact, count);
    if (result.is === "done") return;
    if (result.is === "failed") {
      throw new UserError(
        "app/not-healthy",
        `the live version ${artifact.version} does not come up: ${result.because}`,
        "mend it, or say how to start and ask it: --start 'COMMAND --port $PORT' and --health /PATH, or start and health in sluice.config.ts",
        result.details ?? [],
      );
    }
    await systemClock.wait(result.lookAgainIn, signal);
  }
}
