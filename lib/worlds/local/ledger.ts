import { type FileHandle, mkdir, open } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { errorNumber, isDiskFull, UserError } from "../../base/errors.ts";
import { type Clock, type Duration, duration } from "../../base/time.ts";
import { pidSpace } from "../../machine/pid-space.ts";
import { isAlive, processId } from "../../machine/processes.ts";
import { type Appended, type Draft, type Entry, endOf, type Holder, type Ledger } from "../../ports/ledger.ts";
import { type Chain, emptyChain, extend, seal } from "./chain.ts";
import { withLock } from "./lock.ts";
import { giveUpReserve, keepReserve } from "./reserve.ts";

/** What was checked already, and how to see that the file is still the same one. */
interface Known {
  readonly inode: string;
  readonly changed: number;
  readonly chain: Chain;
}

/** This process, as the one who writes. */
export function holderHere(name: string): Holder {
  const space = pidSpace();
  return { name, host: hostname(), ...processId(), ...(space !== undefined && { space }) };
}

/**
 * Whether a holder ended whose pid means the same here. The name of its host says nothing: where a ledger is read from everywhere, another
 * machine or container may have the same one. Without a start time a pid may be anybody's. Whoever is not seen here has its lease.
 */
export const isGoneHere: Ledger["isGone"] = async (holder) =>
  holder.space !== undefined && holder.space === pidSpace() && holder.host === hostname() && holder.started !== "" && !isAlive(holder);

/**
 * A ledger as a file of JSON lines, each bound to the one before it. Any number of processes may read and append.
 * Throws `disk/full` when even the reserve is used up and `folder/read-only` where nothing may be written; then nothing was appended.
 */
export function fileLedger(
  file: string,
  { clock, lockLimit = duration(10_000) }: { readonly clock: Clock; readonly lockLimit?: Duration },
): Ledger {
  const reserve = `${file}.reserve`;
  let known: Known = { inode: "", changed: 0, chain: emptyChain };

  const check = async (handle: FileHandle): Promise<Chain> => {
    known = await catchUp(handle, known, file);
    return known.chain;
  };

  const attempt = async (expected: number, draft: Draft): Promise<Appended> => {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    return withLock(`${file}.lock`, () => appendTo(file, check, expected, draft), { clock, limit: lockLimit });
  };

  const attemptTwice = async (expected: number, draft: Draft): Promise<Appended> => {
    try {
      const appended = await attempt(expected, draft);
      if (appended.is === "fenced" || (await keepReserve(reserve))) return appended;
      return { ...appended, room: "reserve" };
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await giveUpReserve(reserve);
      const appended = await attempt(expected, draft);
      return appended.is === "fenced" ? appended : { ...appended, room: "reserve" };
    }
  };

  return {
    async read(from) {
      const handle = await open(file, "r").catch((error: unknown) => {
        if (errorNumber(error) === "ENOENT") return undefined;
        throw explained(error, file, "read");
      });
      if (!handle) return [];
      return check(handle)
        .then((chain): readonly Entry[] => endOf(chain.entries, from))
        .finally(() => handle.close());
    },
    append: (expected, draft) =>
      attemptTwice(expected, draft).catch((error: unknown) => {
        throw explained(error, file, "write");
      }),
    isGone: isGoneHere,
  };
}

async function appendTo(file: string, check: (handle: FileHandle) => Promise<Chain>, expected: number, draft: Draft): Promise<Appended> {
  const handle = await open(file, "a+", 0o600);
  try {
    const { size, hash, entries } = await check(handle);
    const position = entries.length;
    if (position !== expected) return { is: "fenced", next: position };
    const { release, step, attempt, at, holder, kind, body } = draft;
    await handle.truncate(size);
    try {
      await handle.appendFile(seal({ v: 1, release, position, step, attempt, at, holder, kind, body, prevHash: hash }));
      await handle.sync();
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
    if (position === 0) await syncFolder(path.dirname(file));
    return { is: "appended", position, room: "ok" };
  } finally {
    await handle.close();
  }
}

/** Checks what was added since last time, and everything when the file is another one or was changed in place. */
async function catchUp(handle: FileHandle, known: Known, file: string): Promise<Known> {
  const { dev, ino, size, mtimeMs: changed } = await handle.stat();
  const inode = `${dev}:${ino}`;
  const grown = known.inode === inode && (size > known.chain.size || (size === known.chain.size && changed === known.changed));
  const from = grown ? known.chain : emptyChain;
  try {
    return { inode, changed, chain: extend(from, await readFrom(handle, from.size, size), file) };
  } catch (error) {
    // Either a new file got the old one's inode, or this read met another process that was just cutting off a torn line: look once more.
    if (!(error instanceof UserError)) throw error;
    return { inode, changed, chain: extend(emptyChain, await readFrom(handle, 0, (await handle.stat()).size), file) };
  }
}

async function readFrom(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from);
  let got = 0;
  while (got < bytes.length) {
    const { bytesRead } = await handle.read(bytes, got, bytes.length - got, from + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return bytes.subarray(0, got);
}

/** A new file's name is safe only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function explained(error: unknown, file: string, verb: "read" | "write"): unknown {
  if (isDiskFull(error)) {
    return new UserError(
      "disk/full",
      `no space left to write ${file}`,
      `free some space on the disk of ${path.dirname(file)} and start again`,
    );
  }
  if (!["EROFS", "EACCES", "EPERM"].includes(errorNumber(error) ?? "")) return error;
  return new UserError(
    "folder/read-only",
    `this user may not ${verb} ${file} (${errorNumber(error)})`,
    `run as the owner of ${path.dirname(file)}, or let the current user read and write there`,
  );
}
