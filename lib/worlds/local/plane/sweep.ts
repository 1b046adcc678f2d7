import { isAlive, signal } from "../processes.ts";
import type { Guarded } from "./state.ts";

const patience = 2_000;

/** Kills what a dead plane left running, and resolves once it is gone. */
export async function sweep(left: readonly Guarded[]): Promise<void> {
  for (const { guard, app } of left) {
    if (app) signal(app, "SIGKILL", true);
    signal(guard, "SIGKILL");
  }
  const until = performance.now() + patience;
  const isLeft = () => left.some(({ guard, app }) => isAlive(guard) || (app !== undefined && isAlive(app)));
  while (isLeft() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
}
