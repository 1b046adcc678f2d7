import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { findSecrets, type SecretFinding } from "../base/secret-text.ts";
import { entries } from "./content.ts";

interface FileFinding extends SecretFinding {
  readonly file: string;
}

interface SecretScan {
  readonly findings: readonly FileFinding[];
  /** How many text files were read. */
  readonly files: number;
}

const biggest = 1024 * 1024;
/** Full of hashes, or not written by the app's people. */
const skipped = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml)$|\.(map|min\.js|svg)$/;

/** Looks for secrets in every text file of a folder, `node_modules` and lock files aside. */
export async function scanSecrets(folder: string): Promise<SecretScan> {
  const findings: FileFinding[] = [];
  let files = 0;
  for (const entry of await entries(folder, new Set([".git", ".sluice", "node_modules"]))) {
    if (entry.kind !== "file" || skipped.test(entry.path)) continue;
    const text = await textOf(path.join(folder, entry.path));
    if (text === undefined) continue;
    files++;
    findings.push(...findSecrets(text).map((found) => ({ file: entry.path, ...found })));
  }
  return { findings, files };
}

/** The text of a file, or undefined for what is binary, empty or over a megabyte. */
async function textOf(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size === 0 || size > biggest) return undefined;
  } finally {
    await handle.close();
  }
  const bytes = await readFile(file);
  return bytes.subarray(0, 8_192).includes(0) ? undefined : bytes.toString("utf8");
}
