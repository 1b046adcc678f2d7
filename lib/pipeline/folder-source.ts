import path from "node:path";
import { contentDigest, copyVersion, entries } from "./content.ts";
import type { Source } from "./version.ts";

/** Left behind when a folder is taken as a version: history, our state, and what the install stage makes anew. */
const leftOut: ReadonlySet<string> = new Set([".git", ".sluice", "node_modules"]);

/** A folder as a version; its digest is its content. */
export async function folderSource(folder: string, name: string): Promise<Source> {
  const found = await entries(folder, leftOut);
  const digest = await contentDigest(folder, found);
  return {
    version: name.replace(/^\.\//, "").replace(/\/+$/, "") || path.basename(folder),
    from: `folder ${folder}`,
    kind: "folder",
    digest,
    revision: digest,
    notes: [],
    checkout: (into) => copyVersion(folder, found, digest, into),
  };
}
