import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { folderSource } from "./folder-source.ts";
import { findRepository, isDirty, type Repository, resolveCommit, type VersionOption } from "./git.ts";
import { bareClone, gitUrl, withoutPassword } from "./git-clone.ts";
import { commitSource, previousOf, workingTreeSource } from "./git-source.ts";
import { isNpmSpec, npmSource } from "./npm-source.ts";
import { localState, openState, remoteState } from "./state.ts";
import type { Source } from "./version.ts";

export type { Source } from "./version.ts";

/** The two versions of a rehearsal, and the project that they are of. */
export interface Sources {
  /** What people call the app: the name of its folder, repository or package. */
  readonly project: string;
  readonly state: string;
  readonly from: Source;
  readonly to: Source;
}

interface Asked {
  /** A folder or a git URL; by default the working folder, which two npm versions do not need. */
  readonly where?: string | undefined;
  readonly cwd?: string | undefined;
  /** A git revision, a folder, or `npm:package@version`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Where to keep state, instead of the project's own place. */
  readonly state?: string | undefined;
  /** Ends what is under way: git at a repository far away, npm at its registry. */
  readonly signal?: AbortSignal | undefined;
}

/** Where specs are looked up: a folder of the user's, a repository, or both. */
interface Place {
  readonly folder?: string;
  readonly repository?: Repository;
}

/**
 * Finds the two versions to rehearse. By default HEAD and the commit before it; with uncommitted changes, the working tree and HEAD.
 * Throws `source/not-found`, `source/no-previous` or `source/git`, and at an abort the signal's reason.
 */
export async function resolveSources(asked: Asked): Promise<Sources> {
  if (asked.where !== undefined && (await isUrl(asked.where))) return await fromUrl(asked.where, asked);
  if (asked.where === undefined && isNpmSpec(asked.from) && isNpmSpec(asked.to)) return await fromNpm(asked.from, asked.to, asked);
  const folder = await projectFolder(asked.where ?? asked.cwd ?? ".");
  const needsGit = ![asked.from, asked.to].every((spec) => isNpmSpec(spec) || isPath(spec));
  const repository = await findRepository({ cwd: folder, signal: asked.signal }, needsGit);
  const versions = await bothVersions({ folder, ...(repository && { repository }) }, asked);
  // Only now: a command that was a mistake leaves no folder behind.
  const state = asked.state === undefined ? await localState(folder) : await openState(path.resolve(asked.state));
  return { project: path.basename(folder), state, ...versions };
}

async function fromUrl(url: string, asked: Asked): Promise<Sources> {
  const plain = withoutPassword(url);
  const state = asked.state === undefined ? await remoteState(plain) : await openState(path.resolve(asked.state));
  const repository = await bareClone(url, state, asked.signal);
  return { project: path.basename(plain.replace(/\/+$/, ""), ".git"), state, ...(await bothVersions({ repository }, asked)) };
}

async function fromNpm(from: string, to: string, { state: wanted, signal }: Asked): Promise<Sources> {
  const [older, newer] = [await npmSource(from, signal), await npmSource(to, signal)];
  const project = newer.version.slice(0, newer.version.lastIndexOf("@"));
  const state = wanted === undefined ? await remoteState(`npm:${project}`) : await openState(path.resolve(wanted));
  return { project, state, from: older, to: newer };
}

async function bothVersions(place: Place, asked: Asked): Promise<{ from: Source; to: Source }> {
  const to = asked.to === undefined ? await newest(place) : await oneVersion(place, asked.to, "--to", asked.signal);
  if (asked.from !== undefined) return { from: await oneVersion(place, asked.from, "--from", asked.signal), to };
  if (!place.repository || to.kind === "npm")
    throw new UserError("source/no-previous", `there is no version before ${to.version} here to release from`, "name it: --from VERSION");
  const before = to.kind === "commit" ? await previousOf(place.repository, asked.to ?? "HEAD") : "HEAD";
  return { from: await commitSource(place.repository, before, "--from"), to };
}

async function newest({ folder, repository }: Place): Promise<Source> {
  if (!repository)
    throw new UserError(
      "source/no-previous",
      `${folder} is not a git repository, so there are no two commits to take`,
      "name two folders or npm versions: --from FOLDER --to FOLDER",
    );
  return folder !== undefined && (await isDirty(repository))
    ? await workingTreeSource(repository)
    : await commitSource(repository, "HEAD", "--to");
}

async function oneVersion(
  { folder, repository }: Place,
  spec: string,
  option: VersionOption,
  signal: AbortSignal | undefined,
): Promise<Source> {
  if (isNpmSpec(spec)) return await npmSource(spec, signal);
  if (spec.startsWith("-"))
    throw new UserError(
      "source/git",
      `"${spec}" looks like an option, not like a revision`,
      "name a revision, a folder or npm:PACKAGE@VERSION",
    );
  const at = folder === undefined ? undefined : path.resolve(folder, spec);
  const isFolder = at !== undefined && (await isDirectory(at));
  const revision = repository && !isPath(spec) ? await resolveCommit(repository, spec) : undefined;
  if (isFolder && revision)
    throw new UserError(
      "source/not-found",
      `"${spec}" is a folder and a git revision`,
      `say which: ${option} ./${spec} for the folder, ${option} ${revision} for the revision`,
    );
  if (at !== undefined && isFolder) return await folderSource(at, spec);
  if (repository && !isPath(spec)) return await commitSource(repository, spec, option);
  throw new UserError(
    "source/not-found",
    `there is no folder ${at ?? spec}`,
    `name a git revision, a folder or npm:PACKAGE@VERSION with ${option}`,
  );
}

/** Written like a path, so that it is never taken for a revision. */
function isPath(spec: string | undefined): boolean {
  return spec !== undefined && (/^\.{1,2}(\/|$)/.test(spec) || path.isAbsolute(spec));
}

async function isUrl(where: string): Promise<boolean> {
  return gitUrl(where) && !(await isDirectory(where));
}

async function isDirectory(at: string): Promise<boolean> {
  return await stat(at).then(
    (is) => is.isDirectory(),
    () => false,
  );
}

async function projectFolder(where: string): Promise<string> {
  if (await isDirectory(where)) return await realpath(where);
  if (isNpmSpec(where))
    throw new UserError(
      "source/not-found",
      `${where} is one version, and a rehearsal needs the one that is live too`,
      `name both: --from npm:PACKAGE@OLDER --to ${where}`,
    );
  throw new UserError(
    "source/not-found",
    `there is no folder ${path.resolve(where)}`,
    "give the folder of an app, or a git URL such as https://HOST/NAME.git",
  );
}
