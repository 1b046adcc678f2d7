import { existsSync } from "node:fs";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { rehearsalEnvironment } from "./rehearsal/settings.ts";

/** The state folder of a project that was rehearsed. Throws for an environment that does not exist, and where nothing ever ran. */
export function stateOf(project: string, environment: string): string {
  if (environment !== rehearsalEnvironment) {
    throw new UserError("usage/unknown", `there is no environment "${environment}"`, `the only one is "${rehearsalEnvironment}"`);
  }
  const inside = path.join(project, ".sluice");
  // An app without a folder of its own, such as a git URL, keeps its state elsewhere; then that folder itself is given.
  const state = existsSync(inside) ? inside : project;
  if (existsSync(path.join(state, "ledger"))) return state;
  throw new UserError(
    "release/none",
    `nothing was ever released in ${project}`,
    "start with: sluice rehearse, or name the app's folder with --project DIR",
  );
}
