import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../base/errors.ts";
import { writing } from "./state.ts";

/** One file, link or folder below a root, by its path with forward slashes. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "link" | "folder";
  readonly executable: boolean;
}

/** Everything below a folder, sorted by path. Entries whose own name is in `without` are left out at any depth; sockets and devices always. */
export async function entries(root: string, without: ReadonlySet<string>): Promise<Entry[]> {
  const found: Entry[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const name of await readdir(path.join(root, folder))) {
      if (without.has(name)) continue;
      const entry = await entryAt(root, folder ? `${folder}/${name}` : name);
      if (!entry) continue;
      found.push(entry);
      if (entry.kind === "folder") await walk(entry.path);
    }
  };
  await walk("");
  return found.sort(byPath);
}

/** For `sort`: by code units, which are the same in every locale, so that digests are too. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** One entry by its path, or undefined for what is neither file, link nor folder. */
export async function entryAt(root: string, at: string): Promise<Entry | undefined> {
  const is = await lstat(path.join(root, at));
  if (is.isDirectory()) return { path: at, kind: "folder", executable: true };
  if (is.isSymbolicLink()) return { path: at, kind: "link", executable: false };
  return is.isFile() ? { path: at, kind: "file", executable: (is.mode & 0o100) !== 0 } : undefined;
}

/** SHA-256 over names, kinds, executable bits and contents. Folders count only by what is in them, as in git. */
export async function contentDigest(root: string, of: readonly Entry[]): Promise<string> {
  const whole = createHash("sha256");
  for (const entry of of) {
    if (entry.kind === "folder") continue;
    const content =
      entry.kind === "link" ? hashText(await readlink(path.join(root, entry.path))) : await hashFile(path.join(root, entry.path));
    whole.update(`${entry.kind}\0${entry.executable}\0${entry.path}\0${content}\0`);
  }
  return whole.digest("hex");
}

/** SHA-256 of a file, in hexadecimal. Reads it as a stream. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Copies a version that is known by its content. Throws if somebody wrote to it in between. */
export async function copyVersion(root: string, of: readonly Entry[], digest: string, into: string): Promise<void> {
  await writing(into, async () => {
    await mkdir(into, { recursive: true });
    await copyEntries(root, of, into);
  });
  if ((await contentDigest(into, of)) !== digest)
    throw new UserError("source/not-found", `${root} changed while it was copied`, "run the same command again when nothing writes there");
}

/** Copies entries from one root to another; links stay links. */
export async function copyEntries(root: string, of: readonly Entry[], into: string): Promise<void> {
  for (const entry of of) {
    const target = path.join(into, entry.path);
    if (entry.kind === "folder") {
      await mkdir(target, { recursive: true });
      continue;
    }
    await mkdir(path.dirname(target), { recursive: true });
    if (entry.kind === "link") await symlink(await readlink(path.join(root, entry.path)), target);
    else await copyFile(path.join(root, entry.path), target).then(() => chmod(target, entry.executable ? 0o755 : 0o644));
  }
}
