import { stat } from "node:fs/promises";
import path from "node:path";
import { errorNumber, UserError } from "../base/errors.ts";
import { nearest } from "../config/nearest.ts";
import { CommandFailed, capture } from "../machine/capture.ts";
import { gitEnvironment } from "../machine/environment.ts";

/** The option that says which version is meant. */
export type VersionOption = "--from" | "--to";

/** Where git runs, and what ends it. */
export interface Where {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** A git repository, and the folder inside it that holds the app. */
export interface Repository extends Where {
  /** The app's folder inside the repository: "" for its root, else with a slash at the end. */
  readonly prefix: string;
}

/**
 * Runs git in a way that changes nothing by itself: no optional locks, no hooks, no file monitor, no questions, and nothing of our
 * environment that it does not need. Arguments are never read by a shell. Throws what `capture` throws.
 */
export async function git({ cwd, signal }: Where, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const quiet = ["--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never"];
  return await capture("git", [...quiet, ...args], { cwd, signal, env: { ...gitEnvironment(), ...env } });
}

/** A failure of git as a mistake that the user can act on; the text keeps git's own words. */
export function gitTrouble(doing: string, error: unknown): UserError {
  if (errorNumber(error) === "ENOENT")
    return new UserError(
      "source/git",
      `git is needed to ${doing}, and it is not installed`,
      "install git, or name two folders: --from FOLDER --to FOLDER",
    );
  const said = error instanceof CommandFailed ? error.stderr.trim() : String(error);
  return new UserError("source/git", `git could not ${doing}`, "see what git says below", said.split("\n").slice(-6));
}

/**
 * The repository around a folder, or undefined where there is none. Without git installed that is only an error if `needed`.
 */
export async function findRepository({ cwd, signal }: Where, needed: boolean): Promise<Repository | undefined> {
  try {
    const prefix = (await git({ cwd, signal }, ["rev-parse", "--show-prefix"])).replace(/\n$/, "");
    return { cwd, signal, prefix };
  } catch (error) {
    signal?.throwIfAborted();
    if (!needed) return undefined;
    if (error instanceof CommandFailed && error.stderr.includes("not a git repository")) return undefined;
    if (errorNumber(error) === "ENOENT" && !(await insideRepository(cwd))) return undefined;
    throw gitTrouble(`read ${cwd}`, error);
  }
}

async function insideRepository(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await stat(path.join(at, ".git")).catch(() => undefined)) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** The full hash of the commit that a revision names, or undefined. A name that looks like an option never reaches git as one. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string | undefined> {
  try {
    return (await git(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])).trim();
  } catch (error) {
    repository.signal?.throwIfAborted();
    if (error instanceof CommandFailed) return undefined;
    throw gitTrouble(`look up ${revision}`, error);
  }
}

/** The commit that a revision names. Throws `source/not-found` with the option that it belongs to and the names that come nearest. */
export async function commitOf(repository: Repository, revision: string, option: VersionOption): Promise<string> {
  const found = await resolveCommit(repository, revision);
  if (found) return found;
  const listed = ["for-each-ref", "--sort=-creatordate", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"];
  const names = (await git(repository, listed)).split("\n").filter(Boolean);
  const near = nearest(revision, names);
  const others = near.length > 0 ? `what comes nearest: ${near.join(", ")}` : `the newest here: ${names.slice(0, 5).join(", ")}`;
  throw new UserError(
    "source/not-found",
    `there is no revision or folder "${revision}"`,
    `name another with ${option}, a commit, a folder or npm:PACKAGE@VERSION; ${names.length > 0 ? others : "there is no commit here yet"}`,
  );
}

/** Whether anything below the app's folder differs from HEAD, new files included. */
export async function isDirty(repository: Repository): Promise<boolean> {
  try {
    return (await git(repository, ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--", ".", ":(exclude).sluice"])) !== "";
  } catch (error) {
    repository.signal?.throwIfAborted();
    throw gitTrouble("compare the working tree with HEAD", error);
  }
}
