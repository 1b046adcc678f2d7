import type { Instant } from "../base/time.ts";
import type { Result } from "./step-result.ts";

/** What a database and a snapshot of it have in common. */
export interface Stored {
  readonly id: string;
  readonly engine: string;
  readonly version: string;
  /** AWS's word for it, such as `available` or `creating`. */
  readonly status: string;
  /** GiB. */
  readonly storage: number;
  /** The administrator that it has. */
  readonly user: string;
  /** ARN of the key that encrypts it, or undefined where nothing does. */
  readonly keyArn: string | undefined;
}

/** A database as its account tells it. */
export interface StoredDatabase extends Stored {
  /** Host name, once it has one. */
  readonly host: string | undefined;
}

/** A snapshot of a database. */
export interface Snapshot extends Stored {
  readonly arn: string;
  /** Identifier of the database that it was taken of. */
  readonly of: string;
  /** How much of it is there, in %. */
  readonly percent: number;
  /** When it was taken; a copy is as old as what it is a copy of. */
  readonly takenAt: Instant | undefined;
}

/**
 * Snapshots of databases in one account and region. Every verb looks before it acts; a name is given once, and so has one snapshot at most.
 * All throw `engine/no-credentials`, or `engine/failed` with AWS's reason, which names who lacks the permission for what.
 */
export interface Snapshots {
  database(id: string): Promise<StoredDatabase | undefined>;
  find(id: string): Promise<Snapshot | undefined>;
  /** Names of those that people or Sluice took, the newest first. */
  newest(count: number): Promise<readonly string[]>;
  /** ARN of the key that has an alias. */
  key(alias: string): Promise<string | undefined>;
  /**
   * Takes a snapshot of a database. Done once it is available; pending, with how far it is, before; one of the name is not taken again. Undone by
   * nobody here: it may be the only way back to the data, so a person deletes it.
   */
  take(id: string, database: string): Promise<Result>;
  /** Lets an account copy it. Done at once; undone by `unshare`. */
  share(id: string, account: string): Promise<void>;
  /** Ends that; done also where there is nothing to end. */
  unshare(id: string, account: string): Promise<void>;
  /** Copies one, by its ARN, under a key of this account. Done, pending, repeated and undone as `take`. */
  copy(id: string, from: string, key: string): Promise<Result>;
}
