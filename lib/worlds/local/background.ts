import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { errorNumber } from "../../base/errors.ts";
import { isAlive, type ProcessId, processId } from "../../machine/processes.ts";
import { fromJson, isNumber, isText, textOf, withFields } from "../../machine/read-back.ts";
import { writeWhole } from "../../machine/whole-file.ts";

/** A process that lives on when its starter dies, and how to reach it. Kept in a file so that the next controller finds it. */
export interface Background {
  readonly process: ProcessId;
  /** Unix socket in a 0700 folder of its own; paths over 108 bytes do not work, so it is not in the state folder. */
  readonly socket: string;
  /** Where this was written. A project that was copied with its state folder must not reach for the original's processes. */
  readonly file: string;
}

/** A fresh 0700 folder with a short path for a socket. The process that made it removes it when it ends. */
export function socketFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), "sluice-"));
}

/** A module beside another one, whether both are TypeScript in the repository or JavaScript in the published package. */
export function moduleBeside(here: string, name: string): URL {
  return new URL(`${name}${path.extname(new URL(here).pathname)}`, here);
}

const isBackground = withFields<Background>({
  process: withFields<ProcessId>({ pid: isNumber, started: isText }),
  socket: isText,
  file: isText,
});

/** What a process announced in a file. A damaged file names nobody. */
function announced(file: string): Background | undefined {
  const text = textOf(file);
  return text === undefined ? undefined : fromJson(text, isBackground);
}

/** Reads what `announce` wrote, if that process still lives. */
export function findBackground(file: string): Background | undefined {
  const found = announced(file);
  return found && isAlive(found.process) && found.file === placeOf(file) ? found : undefined;
}

/** The whole path of a file that may be gone by now, with all links followed. */
function placeOf(file: string): string | undefined {
  try {
    return path.join(realpathSync(path.dirname(file)), path.basename(file));
  } catch (error) {
    if (errorNumber(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Called by the background process itself once its socket answers. */
export async function announce(file: string, socket: string): Promise<void> {
  const background: Background = { process: processId(), socket, file: placeOf(file) ?? file };
  await writeWhole(file, JSON.stringify(background));
}

/** Removes what a process that was killed left behind. */
export function forgetDead(file: string): void {
  if (findBackground(file)) return;
  forget(file, announced(file)?.socket ?? "");
}

/** Removes the file and the socket's folder of a process that ends. */
export function forget(file: string, socket: string): void {
  rmSync(file, { force: true });
  const folder = path.dirname(socket);
  // Only a folder of the kind that `socketFolder` makes is ever removed, whatever a damaged file says.
  if (folder.startsWith(path.join(os.tmpdir(), "sluice-"))) rmSync(folder, { recursive: true, force: true });
}

/**
 * Starts a module of ours as a process that outlives this one, and waits until it announced itself in `file`.
 * Rejects with the end of its log if it ends first.
 */
export async function startBackground(
  module: URL,
  args: readonly string[],
  file: string,
  log: string,
  env: NodeJS.ProcessEnv,
): Promise<Background> {
  const out = openSync(log, "a", 0o600);
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(module), ...args], {
    detached: true,
    stdio: ["ignore", out, out],
    env,
  });
  closeSync(out);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  child.unref();
  for (;;) {
    const found = findBackground(file);
    if (found && found.process.pid === child.pid) return found;
    const why = await Promise.race([ended, new Promise<undefined>((resolve) => setTimeout(resolve, 10, undefined))]);
    if (why !== undefined)
      throw new Error(`${path.basename(module.pathname)} did not start: ${why}\n${readFileSync(log, "utf8").slice(-2_000)}`);
  }
}
