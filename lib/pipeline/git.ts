import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { errorNumber, UserError } from "../base/errors.ts";
import { nearest } from "./nearest.ts";

const run = promisify(execFile);

/** A git repository, and the folder inside it that holds the app. */
export interface Repository {
  /** Where git runs. */
  readonly cwd: string;
  /** The app's folder inside the repository: "" for its root, else with a slash at the end. */
  readonly prefix: string;
}

/**
 * Runs git in a way that changes nothing by itself: no optional locks, no hooks, no file monitor, no questions.
 * Arguments are never read by a shell. Throws what execFile throws.
 */
export async function git(cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const quiet = ["--no-optional-locks", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never"];
  const { stdout } = await run("git", [...quiet, ...args], { cwd, env: { ...gitEnvironment(), ...env }, maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

/** Our environment without what binds git to another repository, as inside a git hook. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const binding =
    /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|CONFIG_PARAMETERS)$/;
  const kept = Object.entries(process.env).filter(([name]) => !binding.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
}

/** A failure of git as a mistake that the user can act on; the text keeps git's own words. */
export function gitTrouble(doing: string, error: unknown): UserError {
  if (errorNumber(error) === "ENOENT")
    return new UserError(
      "source/git",
      `git is needed to ${doing}, and it is not installed`,
      "install git, or name two folders: --from FOLDER --to FOLDER",
    );
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
  return new UserError("source/git", `git could not ${doing}`, "see what git says below", said.split("\n").slice(-6));
}

/**
 * The repository around a folder, or undefined where there is none. Without git installed that is only an error if `needed`.
 */
export async function findRepository(folder: string, needed: boolean): Promise<Repository | undefined> {
  try {
    const prefix = (await git(folder, ["rev-parse", "--show-prefix"])).replace(/\n$/, "");
    return { cwd: folder, prefix };
  } catch (error) {
    if (!needed) return undefined;
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    if (said.includes("not a git repository")) return undefined;
    if (errorNumber(error) === "ENOENT" && !(await insideRepository(folder))) return undefined;
    throw gitTrouble(`read ${folder}`, error);
  }
}

async function insideRepository(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await stat(path.join(at, ".git")).catch(() => undefined)) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** The full hash of the commit that a revision names, or undefined. A name that looks like an option never reaches git as one. */
export async function resolveCommit({ cwd }: Repository, revision: string): Promise<string | undefined> {
  try {
    return (await git(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && typeof error.code === "number") return undefined;
    throw gitTrouble(`look up ${revision}`, error);
  }
}

/** The commit that a revision names. Throws `source/not-found` with the names that come nearest. */
export async function commitOf(repository: Repository, revision: string): Promise<string> {
  const found = await resolveCommit(repository, revision);
  if (found) return found;
  const names = await git(repository.cwd, ["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"]);
  const near = nearest(revision, names.split("\n").filter(Boolean));
  throw new UserError(
    "source/not-found",
    `there is no revision or folder "${revision}"`,
    near.length > 0 ? `what comes nearest: ${near.join(", ")}` : "name a commit, a folder or npm:PACKAGE@VERSION",
  );
}

/** Whether anything below the app's folder differs from HEAD, new files included. */
export async function isDirty({ cwd }: Repository): Promise<boolean> {
  try {
    return (await git(cwd, ["status", "--porcelain=v1", "-z", "--untracked-files=normal", "--", ".", ":(exclude).sluice"])) !== "";
  } catch (error) {
    throw gitTrouble("compare the working tree with HEAD", error);
  }
}
