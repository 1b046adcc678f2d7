import { createHash } from "node:crypto";
import { UserError } from "../../base/errors.ts";
import { type Entry, isEntry, isRecord } from "../../ports/ledger.ts";

/** The part of a ledger file that was checked. */
export interface Chain {
  /** Bytes, up to and with the last line end. What follows in the file is a torn line. */
  readonly size: number;
  /** SHA-256 of the last line without its line end. */
  readonly hash: string;
  readonly entries: readonly Entry[];
}

/** A ledger before its first entry, whose `prevHash` is all zeros. */
export const emptyChain: Chain = { size: 0, hash: "0".repeat(64), entries: [] };

const sumStart = ',"sum":"';
const sumLength = sumStart.length + 64 + '"}'.length;
const newline = 0x0a;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * An entry as its line in the file. `sum`, the last field, is the SHA-256 of all bytes before it: `prevHash` protects every line but the last.
 */
export function seal(entry: Entry): Buffer {
  const open = JSON.stringify(entry).slice(0, -1);
  return Buffer.from(`${open}${sumStart}${sha256(Buffer.from(open))}"}\n`);
}

/**
 * Checks the bytes that follow a chain and adds their entries to it. A last line without its end is left out: nobody was told that it was
 * written. Throws `ledger/corrupt` or `ledger/version` with line and position on anything else that is not as it was written.
 */
export function extend(chain: Chain, bytes: Buffer, file: string): Chain {
  const entries = [...chain.entries];
  let { hash } = chain;
  let from = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
    const line = bytes.subarray(from, end);
    entries.push(checkLine(line, hash, entries.length, file));
    hash = sha256(line);
    from = end + 1;
  }
  // A tear leaves the beginning of a line; a whole line with something else in place of its end was changed afterwards.
  if (sumHolds(bytes.subarray(from, -1))) throw corrupt(file, entries.length, "its line end was changed");
  return { size: chain.size + from, hash, entries };
}

function checkLine(line: Buffer, prevHash: string, position: number, file: string): Entry {
  const sealed = sumHolds(line);
  const found = parse(line);
  if (isRecord(found) && typeof found.v === "number" && found.v !== 1 && (sealed || !("sum" in found))) {
    throw new UserError(
      "ledger/version",
      `${file}, line ${position + 1} (position ${position}) has version ${found.v}; this Sluice reads version 1`,
      "use the Sluice that wrote it, or a newer one",
    );
  }
  if (!sealed) throw corrupt(file, position, "its bytes are not those that were written");
  const { sum: _, ...entry } = isRecord(found) ? found : {};
  if (!isEntry(entry)) throw corrupt(file, position, "it is not an entry");
  if (entry.position !== position) throw corrupt(file, position, `it says position ${entry.position}`);
  if (entry.prevHash !== prevHash) throw corrupt(file, position, "it does not follow from the line before it");
  return entry;
}

function sumHolds(line: Buffer): boolean {
  if (line.length <= sumLength) return false;
  const body = line.subarray(0, -sumLength);
  return line.toString("latin1", body.length) === `${sumStart}${sha256(body)}"}`;
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

function corrupt(file: string, position: number, why: string): UserError {
  return new UserError(
    "ledger/corrupt",
    `${file}, line ${position + 1} (position ${position}) is damaged: ${why}`,
    `put a good copy back, or begin a new ledger: mv ${file} ${file}.damaged`,
  );
}
