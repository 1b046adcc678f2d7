import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { errorNumber, UserError } from "../base/errors.ts";

/** Does something that writes below `folder`; what the disk refuses becomes `disk/full` or `folder/read-only`. */
export async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refused = errorNumber(error);
    if (refused === "ENOSPC" || refused === "EDQUOT")
      throw new UserError("disk/full", `no space is left to write below ${folder}`, "free some space, then run the same command again");
    if (refused === "EACCES" || refused === "EROFS" || refused === "EPERM")
      throw new UserError(
        "folder/read-only",
        `${folder} cannot be written (${refused})`,
        "make it writable, or rehearse a copy of the project",
      );
    if (refused === "EEXIST" || refused === "ENOTDIR")
      throw new UserError("folder/read-only", `a file is in the way of ${folder}`, "move it away, then run the same command again");
    throw error;
  }
}

/** The state folder of a project on this machine; it hides itself from git. */
export async function localState(project: string): Promise<string> {
  return await openState(path.join(project, ".sluice"));
}

/** Where the state folders are of what has no folder on this machine (a URL, npm versions). */
export function remoteHome(): string {
  return path.join(process.env.XDG_STATE_HOME || path.join(os.homedir(), ".local", "state"), "sluice");
}

/** Where the state of such a source is, whether it is there or not. The name must hold no password. */
export function remoteStatePath(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return path.join(remoteHome(), `${plain(name)}-${hash}`);
}

/** The state folder of such a source. */
export async function remoteState(name: string): Promise<string> {
  return await openState(remoteStatePath(name));
}

/** Makes a state folder, readable by nobody else, with a .gitignore that covers all of it. Safe to repeat. */
export async function openState(state: string): Promise<string> {
  await writing(state, async () => {
    await mkdir(state, { recursive: true, mode: 0o700 });
    await writeFile(path.join(state, ".gitignore"), "*\n", { mode: 0o600 });
  });
  return state;
}

function plain(name: string): string {
  const end =
    name
      .replace(/\.git$/, "")
      .split(/[/:]/)
      .at(-1) ?? "";
  return end.replaceAll(/[^\w.@-]/g, "-").slice(0, 40) || "app";
}
