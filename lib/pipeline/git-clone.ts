import { mkdir } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { git, gitTrouble, type Repository } from "./git.ts";
import { writing } from "./state.ts";

/** Whether text names a repository elsewhere: https, ssh, git and file URLs, `user@host:path`, or anything that ends in .git. */
export function gitUrl(text: string): boolean {
  return /^(https?|ssh|git|file):\/\//.test(text) || /^[\w.-]+@[\w.-]+:/.test(text) || text.endsWith(".git");
}

/** The URL as it may be shown and stored. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/]*@/, "$1");
}

/**
 * A bare clone in the state folder, brought up to date. The address is given to git for each fetch and stored nowhere, since it may
 * hold a password. Throws `source/not-found` where the repository cannot be read.
 */
export async function bareClone(url: string, state: string, signal: AbortSignal | undefined): Promise<Repository> {
  const shown = withoutPassword(url);
  if (url.startsWith("-") || /^[a-z][\w+.-]*::/.test(url))
    throw new UserError("source/git", `"${shown}" is not an address that git may be given`, "use an https, ssh or file address");
  const cwd = path.join(state, "source.git");
  await writing(state, () => mkdir(cwd, { recursive: true, mode: 0o700 }));
  const where = { cwd, signal };
  try {
    await git(where, ["init", "--bare", "--quiet", "."]);
  } catch (error) {
    signal?.throwIfAborted();
    throw gitTrouble(`clone ${shown}`, error);
  }
  try {
    const heads = await git(where, ["ls-remote", "--symref", "--", url, "HEAD"]);
    await git(where, [
      "fetch",
      "--quiet",
      "--prune",
      "--no-write-fetch-head",
      "--",
      url,
      "+refs/heads/*:refs/heads/*",
      "+refs/tags/*:refs/tags/*",
    ]);
    const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(heads)?.[1];
    if (head) await git(where, ["symbolic-ref", "HEAD", head]);
  } catch (error) {
    signal?.throwIfAborted();
    const { details } = gitTrouble("fetch", error);
    throw new UserError(
      "source/not-found",
      `${shown} cannot be fetched`,
      "check the address and that git can reach it: git ls-remote URL",
      details.map((line) => line.replaceAll(url, shown)),
    );
  }
  return { ...where, prefix: "" };
}
