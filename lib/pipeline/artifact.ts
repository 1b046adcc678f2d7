import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readlink, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Header, Pax } from "tar";
import { type Entry, entries } from "./content.ts";
import { writing } from "./state.ts";

/** A packed folder, before it has a version and a command that starts it. */
export interface Packed {
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
  readonly file: string;
  readonly bytes: number;
}

const leftOut: ReadonlySet<string> = new Set([".git", ".sluice"]);
const keptArtifacts = 10;
const block = 512;
const types = { file: "File", link: "SymbolicLink", folder: "Directory" } as const;

/**
 * Packs a folder into `<outFolder>/<digest>.tar`. The same content gives the same file, whatever its times, owners, umask, hard links or
 * the order in which it was written: entries are sorted, modes are 755 or 644. Nothing is left behind when it fails half-way.
 */
export async function pack(folder: string, outFolder: string): Promise<Packed> {
  return await writing(outFolder, async () => {
    await mkdir(outFolder, { recursive: true, mode: 0o700 });
    const part = path.join(outFolder, `${randomUUID()}.part`);
    try {
      const { digest, bytes } = await writeTar(folder, await entries(folder, leftOut), part);
      const file = path.join(outFolder, `${digest}.tar`);
      await rename(part, file);
      return { digest, file, bytes };
    } finally {
      await rm(part, { force: true });
    }
  });
}

async function writeTar(folder: string, of: readonly Entry[], part: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of tarOf(folder, of)) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted, createWriteStream(part, { mode: 0o600, flush: true }));
  return { digest: hash.digest("hex"), bytes };
}

/** Not tar's own `create`: that packs a second hard link as a reference to the first and keeps what is left of the modes. */
async function* tarOf(folder: string, of: readonly Entry[]): AsyncGenerator<Buffer> {
  for (const entry of of) {
    const at = path.join(folder, entry.path);
    const size = entry.kind === "file" ? (await lstat(at)).size : 0;
    yield* headerOf(entry, size, entry.kind === "link" ? await readlink(at) : undefined);
    if (entry.kind !== "file") continue;
    let read = 0;
    for await (const chunk of createReadStream(at)) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (read !== size) throw new Error(`${at} changed while it was packed`);
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

function* headerOf(entry: Entry, size: number, linkpath: string | undefined): Generator<Buffer> {
  const fields = { path: entry.kind === "folder" ? `${entry.path}/` : entry.path, size, ...(linkpath !== undefined && { linkpath }) };
  const header = new Header({ ...fields, type: types[entry.kind], mode: entry.executable ? 0o755 : 0o644, mtime: new Date(0) });
  // What does not fit into the old fields, such as a long path, goes before it into an extended header.
  if (header.encode()) yield new Pax(fields).encode();
  if (!header.block) throw new Error(`no header could be written for ${entry.path}`);
  yield header.block;
}

/** Removes all but the newest ten artifacts of a state folder, and never one whose digest is in `inUse`. Returns what it removed. */
export async function prune(state: string, inUse: ReadonlySet<string>): Promise<string[]> {
  const folder = path.join(state, "artifacts");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".tar"));
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })));
  const old = aged
    .sort((a, b) => b.at - a.at)
    .slice(keptArtifacts)
    .map(({ name }) => name.slice(0, -".tar".length))
    .filter((digest) => !inUse.has(digest));
  for (const digest of old) await rm(path.join(folder, `${digest}.tar`), { force: true });
  return old;
}
