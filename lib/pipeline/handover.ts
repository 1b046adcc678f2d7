import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Handover } from "./buildspec.ts";
import { copyEntries, type Entry } from "./content.ts";
import { matching, patternOf } from "./patterns.ts";
import { writing } from "./state.ts";

/**
 * The folder with what a build hands on: the checkout itself without a handover, else `into`, filled with the files that it names
 * (`base-directory` may be a pattern over top-level folders; `exclude-paths` is relative to it). Undefined if no file matches.
 */
export async function handedOver(checkout: string, handover: Handover | undefined, into: string): Promise<string | undefined> {
  if (!handover) return checkout;
  let count = 0;
  for (const base of await baseFolders(checkout, handover.baseDirectory)) {
    const root = path.join(checkout, base);
    const taken = await matching(root, handover.files, handover.excludePaths);
    count += taken.length;
    await writing(into, () => (handover.discardPaths ? copyFlat(root, taken, into) : copyEntries(root, taken, into)));
  }
  return count === 0 ? undefined : into;
}

async function baseFolders(checkout: string, base: string): Promise<string[]> {
  const isFolder = (at: string) =>
    stat(path.join(checkout, at)).then(
      (is) => is.isDirectory(),
      () => false,
    );
  const names = base.includes("*") ? (await readdir(checkout)).filter((name) => patternOf(base).test(name)).sort() : [base];
  const folders: string[] = [];
  for (const name of names) if (await isFolder(name)) folders.push(name);
  return folders;
}

async function copyFlat(root: string, taken: readonly Entry[], into: string): Promise<void> {
  for (const entry of taken) {
    const name = path.posix.basename(entry.path);
    await copyEntries(path.join(root, path.posix.dirname(entry.path)), [{ ...entry, path: name }], into);
  }
}
