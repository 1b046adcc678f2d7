import { open } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";

const tailBytes = 16_384;

/** The last lines of a log, without colours and cursor movements, for an error message. Empty if there is no log. */
export async function lastLines(file: string, count = 12): Promise<string[]> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, tailBytes)), 0, undefined, from);
    const lines = stripVTControlCharacters(buffer.toString("utf8", 0, bytesRead)).split(/\r?\n/);
    return lines.filter((line) => line.trim() !== "").slice(-count);
  } finally {
    await handle.close();
  }
}
