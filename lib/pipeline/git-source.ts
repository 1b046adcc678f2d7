import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { CommandFailed } from "../machine/capture.ts";
import { byPath, contentDigest, copyVersion, type Entry, entryAt } from "./content.ts";
import { commitOf, git, gitTrouble, type Repository, resolveCommit, type VersionOption } from "./git.ts";
import { writing } from "./state.ts";
import type { Source } from "./version.ts";

/** A committed version. Throws `source/not-found` where the revision, or the app's folder in it, does not exist. */
export async function commitSource(repository: Repository, revision: string, option: VersionOption): Promise<Source> {
  const commit = await commitOf(repository, revision, option);
  const tree = await treeOf(repository, commit, { revision, option });
  const [subject = "", modules = ""] = await Promise.all([
    git(repository, ["log", "-1", "--format=%s", commit]),
    git(repository, ["ls-tree", "-r", "-z", tree]),
  ]);
  const short = commit.slice(0, 7);
  const named = /^(HEAD|[0-9a-f]{7,40})([~^]\d*)*$/.test(revision) ? short : revision;
  return {
    version: named,
    from: `commit ${short} "${subject.trim()}"`,
    kind: "commit",
    digest: tree,
    revision: commit,
    notes: submoduleNotes(modules.split("\0").flatMap((line) => (line.startsWith("160000 ") ? [line.slice(line.indexOf("\t") + 1)] : []))),
    checkout: (into, signal) => checkoutTree({ ...repository, signal }, tree, into),
  };
}

/** The working tree as it is: tracked and new files, without ignored ones. Its digest is its content. */
export async function workingTreeSource(repository: Repository): Promise<Source> {
  const { cwd } = repository;
  const { files, modules } = await workingFiles(repository);
  const head = await resolveCommit(repository, "HEAD");
  const digest = await contentDigest(cwd, files);
  const base = head === undefined ? "no commit" : head.slice(0, 7);
  return {
    version: `working tree of ${base}, with uncommitted changes`,
    from: `${cwd}, ${files.length} files`,
    kind: "working-tree",
    digest,
    revision: digest,
    notes: submoduleNotes(modules),
    checkout: (into) => copyVersion(cwd, files, digest, into),
  };
}

/** The revision just before another one. Throws `source/no-previous` where history ends. */
export async function previousOf(repository: Repository, revision: string): Promise<string> {
  const commit = await commitOf(repository, revision, "--to");
  if (await resolveCommit(repository, `${commit}~1`)) return `${commit}~1`;
  const shallow = (await git(repository, ["rev-parse", "--is-shallow-repository"])).trim() === "true";
  throw new UserError(
    "source/no-previous",
    shallow ? "this clone has only its newest commits" : `${commit.slice(0, 7)} is the only commit, and a rehearsal needs two versions`,
    shallow
      ? "run git fetch --unshallow, or name the version to release from: --from VERSION"
      : "name the version to release from: --from VERSION",
  );
}

async function treeOf(
  repository: Repository,
  commit: string,
  asked: { readonly revision: string; readonly option: VersionOption },
): Promise<string> {
  const { prefix, signal } = repository;
  try {
    return (
      await git(repository, [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        `${commit}${prefix ? `:${prefix.slice(0, -1)}` : "^{tree}"}`,
      ])
    ).trim();
  } catch {
    signal?.throwIfAborted();
    throw new UserError(
      "source/not-found",
      `${asked.revision} has no folder ${prefix}`,
      `name a revision in which the app is there already: ${asked.option} VERSION`,
    );
  }
}

/**
 * Writes a tree through an index of its own beside the target. Not `git archive`: that leaves out what .gitattributes marks
 * export-ignore, often the tests, while CodeBuild works on a clone.
 */
async function checkoutTree({ cwd, signal }: Repository, tree: string, into: string): Promise<void> {
  const index = `${into}.index`;
  await writing(into, () => mkdir(into, { recursive: true }));
  try {
    const gitDir = (await git({ cwd, signal }, ["rev-parse", "--absolute-git-dir"])).trim();
    const own = { GIT_INDEX_FILE: path.resolve(index), GIT_DIR: gitDir, GIT_WORK_TREE: path.resolve(into) };
    await git({ cwd: into, signal }, ["read-tree", tree], own);
    await git({ cwd: into, signal }, ["checkout-index", "--all", "--force"], own);
  } catch (error) {
    signal?.throwIfAborted();
    const said = error instanceof CommandFailed ? error.stderr : "";
    if (said.includes("No space left on device")) throw Object.assign(new Error(said), { code: "ENOSPC" });
    throw gitTrouble(`check out ${tree.slice(0, 7)}`, error);
  } finally {
    await rm(index, { force: true });
  }
}

async function workingFiles(repository: Repository): Promise<{ files: Entry[]; modules: string[] }> {
  const { cwd } = repository;
  const listed = await git(repository, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".", ":(exclude).sluice"]);
  const files: Entry[] = [];
  const modules: string[] = [];
  for (const at of new Set(listed.split("\0").filter(Boolean))) {
    // What is deleted but not committed yet is still listed.
    const entry = await entryAt(cwd, at).catch(() => undefined);
    if (entry?.kind === "folder") modules.push(at.replace(/\/$/, ""));
    else if (entry) files.push(entry);
  }
  return { files: files.sort(byPath), modules };
}

function submoduleNotes(modules: readonly string[]): string[] {
  return modules.length === 0 ? [] : [`git submodules are left out of the checkout: ${modules.join(", ")}`];
}
