import path from "node:path";
import type { Story } from "./story.ts";

/**
 * The folder that `--project` has to name: the one that holds `.sluice`, or the state folder itself for an app that has no folder here.
 * It is read off the files that the rehearsal told of; before there are any, the source is the best guess.
 */
export function projectOf({ outcome, stages }: Story, source: string | undefined, cwd: string): string {
  const file = outcome?.report || stages.find(({ log }) => log !== "")?.log;
  const state = file?.slice(0, Math.max(0, file.lastIndexOf(inside)));
  if (!state) return path.resolve(cwd, source ?? ".");
  return path.basename(state) === ".sluice" ? path.dirname(state) : state;
}

/** Everything of a release lies in `releases` in the state folder. */
const inside = `${path.sep}releases${path.sep}`;

/** A word that the shell takes as one. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command for one more verb on the same project. */
export function commandFor(verb: string, project: string, cwd: string): string {
  return project === cwd ? `sluice ${verb}` : `sluice ${verb} --project ${shellWord(project)}`;
}

/** A command that was meant for the project's own folder, for whoever stands elsewhere. */
export function fromHere(command: string, project: string, cwd: string): string {
  if (project === cwd) return command;
  const start = "sluice rehearse";
  return command === start ? `${start} ${shellWord(project)}` : `${command} --project ${shellWord(project)}`;
}
