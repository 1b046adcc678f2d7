import type { Job } from "../../ports/job.ts";
import type { HeldPlane } from "./plane/holder.ts";

/** Runs commands under the data plane, so that they live on when the controller dies. */
export function localJob({ call }: Pick<HeldPlane, "call">): Job {
  return { run: ({ id, command, artifact, within }) => call("run", { id, command, artifact, within }) };
}
