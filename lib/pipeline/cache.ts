import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Buildspec } from "./buildspec.ts";
import { copyEntries, entries, hashText } from "./content.ts";
import { matching } from "./patterns.ts";
import { writing } from "./state.ts";

/** Puts back what an earlier run of the same buildspec kept; nothing on the first run. What the checkout has already stays as it is. */
export async function restoreCache(spec: Buildspec, folder: string, cache: string): Promise<void> {
  const kept = placeOf(spec, cache);
  if (spec.cachePaths.length === 0 || !(await stat(kept).catch(() => undefined))) return;
  const own = new Set((await entries(folder, new Set([".git"]))).map((entry) => entry.path));
  const missing = (await entries(kept, new Set())).filter((entry) => !own.has(entry.path));
  await writing(folder, () => copyEntries(kept, missing, folder));
}

/** Keeps what `cache.paths` names for the next run, all of it or nothing. */
export async function saveCache(spec: Buildspec, folder: string, cache: string): Promise<void> {
  if (spec.cachePaths.length === 0) return;
  await writing(cache, async () => {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    const next = await mkdtemp(path.join(cache, "next-"));
    try {
      await copyEntries(folder, await matching(folder, spec.cachePaths), next);
      await rm(placeOf(spec, cache), { recursive: true, force: true });
      await rename(next, placeOf(spec, cache));
    } catch (error) {
      await rm(next, { recursive: true, force: true });
      throw error;
    }
  });
}

function placeOf(spec: Buildspec, cache: string): string {
  return path.join(cache, hashText(spec.file).slice(0, 16));
}
