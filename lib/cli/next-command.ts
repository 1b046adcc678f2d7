import path from "node:path";
import { sourceFrom } from "../actions/project.ts";
import { shown } from "../actions/shown.ts";
import { commandLine, shellWord } from "../base/commands.ts";
import type { Story } from "./story.ts";

/**
 * The folder that `--project` has to name: the one that holds `.sluice`, or the state folder itself for an app that has no folder here.
 * Until the rehearsal has told of it, the source is the best guess.
 */
export function projectOf({ state }: Pick<Story, "state">, source: string | undefined, cwd: string): string {
  if (state === undefined) return shown(sourceFrom(cwd, source ?? "."));
  return path.basename(state) === ".sluice" ? path.dirname(state) : state;
}

/** A command as it was typed, to be shown and typed again: without passwords. */
export function typed(args: readonly string[]): string {
  return commandLine("sluice", ...args.map(shown));
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
