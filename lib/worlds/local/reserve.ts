import { randomBytes } from "node:crypto";
import { open, rename, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { errorNumber } from "../../base/errors.ts";

const size = 256 * 1_024;

/**
 * Makes sure that a file of 256 KiB stands ready to be given up when the disk is full. True if it does.
 * It is made only where twice its size is free, so that a disk that just ran full does not count as recovered.
 */
export async function keepReserve(file: string): Promise<boolean> {
  const next = `${file}.${process.pid}.next`;
  try {
    if ((await stat(file).catch(() => undefined))?.size === size) return true;
    const disk = await statfs(path.dirname(file));
    if (disk.bavail * disk.bsize < 2 * size) return false;
    await write(next);
    await rename(next, file);
    return true;
  } catch (error) {
    if (errorNumber(error) === undefined) throw error;
    await rm(next, { force: true });
    return false;
  }
}

/** Frees the 256 KiB for the entries that turn a release back. Safe to repeat; there is nothing to free the second time. */
export async function giveUpReserve(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** Random bytes, because zeros take no space where the file system compresses or leaves holes. */
async function write(file: string): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    await handle.writeFile(randomBytes(size));
    await handle.sync();
  } finally {
    await handle.close();
  }
}
