import type { Result } from "../../../lib/ports/step-result.ts";

/** Repeats what a test asks while time passes by `tick`. */
export function settling(tick: () => void) {
  const until = async (so: () => Promise<boolean>) => {
    for (let rounds = 0; rounds < 50; rounds++) {
      if (await so()) return;
      tick();
    }
    throw new Error("never so");
  };
  const settled = async (verb: () => Promise<Result>): Promise<Result> => {
    let last = await verb();
    await until(async () => {
      if (last.is === "pending") last = await verb();
      return last.is !== "pending";
    });
    return last;
  };
  return { until, settled };
}
