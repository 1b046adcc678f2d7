import { isAlive, type ProcessId, signal } from "../../../machine/processes.ts";
import type { Guarded } from "./state.ts";

const patience = 2_000;

/** Kills what a dead plane left running, and resolves once it is gone. */
export async function sweep(left: readonly Guarded[]): Promise<void> {
  // Only its guard reaches the group of an app whose first process, a shell, has ended while what it started lives on.
  for (const { guard } of left) signal(guard, "SIGUSR2");
  await gone(left.map(({ guard }) => guard));
  for (const { guard, app } of left) {
    if (app) signal(app, "SIGKILL", true);
    signal(guard, "SIGKILL");
  }
  await gone(left.flatMap(({ guard, app }) => (app ? [guard, app] : [guard])));
}

async function gone(processes: readonly ProcessId[]): Promise<void> {
  const until = performance.now() + patience;
  while (processes.some(isAlive) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
}
