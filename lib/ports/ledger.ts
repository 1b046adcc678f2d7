import type { Instant } from "../base/time.ts";

/** Who writes: enough to find out whether the writer still lives. */
export interface Holder {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** When that process started, in the operating system's own words; a pid alone is reused. */
  readonly started: string;
  /** Where that pid means this process; absent where nobody could tell, and in entries from before it was written. */
  readonly space?: string;
}

/** One thing that happened, as it is written. `body` is checked by whoever folds over it. */
export interface Entry {
  readonly v: 1;
  readonly release: string;
  /** Counts from 0 without gaps. */
  readonly position: number;
  /** The step it belongs to, or "" for the release as a whole. */
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly at: Instant;
  readonly holder: Holder;
  readonly kind: string;
  readonly body: unknown;
  /** SHA-256 of the previous entry's line, or 64 zeros before the first. */
  readonly prevHash: string;
}

/** An entry before the ledger gave it its position and hash. */
export type Draft = Omit<Entry, "v" | "position" | "prevHash">;

/** What became of an attempt to write; being fenced is no error, for whoever was reads what is new and decides again. */
export type Appended =
  /** Written and safe. `room` is `reserve` when the disk was full and the reserve had to be used: time to turn back. */
  | { readonly is: "appended"; readonly position: number; readonly room: "ok" | "reserve" }
  /** Somebody else wrote first; nothing was written. */
  | { readonly is: "fenced"; readonly next: number };

/** Says of an entry whether what is read may begin with it. */
export type From = (entry: Entry) => boolean;

/** The end of some entries, as `read` gives it. */
export const endOf = (entries: readonly Entry[], from?: From): readonly Entry[] =>
  from ? entries.slice(Math.max(0, entries.findLastIndex(from))) : entries;

/** The append-only record of an environment's releases, and their only truth. */
export interface Ledger {
  /**
   * What was written from the newest entry on that `from` is true of, in order; everything where there is none, or without it. Refuses damage in what it
   * had to read with `ledger/corrupt` and the position; a torn last line is repaired at the next append.
   */
  read(from?: From): Promise<readonly Entry[]>;
  /**
   * Writes if the next position is the expected one. Durable when it resolves. Nothing is taken back: what was undone is an entry of its
   * own.
   */
  append(expected: number, draft: Draft): Promise<Appended>;
  /** Whether this holder is certainly gone. Only a `held` entry whose lease ended, or whose holder is gone, may be taken over. */
  isGone(holder: Holder): Promise<boolean>;
}

/** Whether what was read back has fields that can be looked at; a list has, too. */
export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isNumber = (value: unknown): value is number => typeof value === "number";

const isHolder = (value: unknown): value is Holder =>
  isRecord(value) &&
  [value.name, value.host, value.started].every((text) => typeof text === "string") &&
  isNumber(value.pid) &&
  (value.space === undefined || typeof value.space === "string");

/** Whether what was read back is an entry of version 1; its body is checked by whoever folds over it. */
export function isEntry(value: unknown): value is Entry {
  return (
    isRecord(value) &&
    value.v === 1 &&
    [value.release, value.step, value.kind, value.prevHash].every((text) => typeof text === "string") &&
    [value.position, value.attempt, value.at].every(isNumber) &&
    isHolder(value.holder)
  );
}
