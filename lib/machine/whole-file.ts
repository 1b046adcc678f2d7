import { open, rename, rm } from "node:fs/promises";

/**
 * Writes a whole file or none of it: to a neighbour first, synced, then renamed over. Readable by nobody else. Throws what the system
 * says, and then nothing is left beside the file.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const next = `${file}.${process.pid}.next`;
  const handle = await open(next, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
