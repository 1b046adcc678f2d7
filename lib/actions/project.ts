import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { withoutPassword } from "../pipeline/git-clone.ts";
import { remoteHome, remoteStatePath } from "../pipeline/state.ts";
import { isFolder } from "./rehearsal/settings.ts";

/**
 * The state folder of what was rehearsed, named as for a rehearsal: a folder, a git URL, or a published version. Throws
 * `release/none` where nothing ever ran. Writes nothing.
 */
export function stateOf(source: string): string {
  // An app without a folder of its own, such as a git URL, keeps its state elsewhere; then that folder itself may be given too.
  const places = isFolder(source) || existsSync(source) ? [path.join(source, ".sluice"), source] : [remoteStateOf(source)];
  const state = places.find(wasReleased);
  if (state !== undefined) return state;
  throw new UserError(
    "release/none",
    `nothing was ever released in ${withoutPassword(source)}`,
    nextFor(remoteStates().filter(wasReleased)),
  );
}

const wasReleased = (state: string): boolean => existsSync(path.join(state, "ledger"));

function nextFor(elsewhere: readonly string[]): string {
  const [only] = elsewhere;
  const where = only !== undefined && elsewhere.length === 1 ? only : "SOURCE, the folder, git URL or npm:NAME that was rehearsed";
  return `start with: sluice rehearse, or name what was rehearsed: --project ${where}`;
}

/** Every state folder of an app that has no folder here. */
function remoteStates(): readonly string[] {
  const home = remoteHome();
  return existsSync(home) ? readdirSync(home).map((name) => path.join(home, name)) : [];
}

/** All versions of a package share one state folder. */
function remoteStateOf(source: string): string {
  return remoteStatePath(withoutPassword(source.replace(/^(npm:@?[^@]+)@.*$/, "$1")));
}

/** A source as an action takes it: a folder from wherever the command was typed, everything else as it is. */
export function sourceFrom(cwd: string, source: string): string {
  return isFolder(source) ? path.resolve(cwd, source) : source;
}
