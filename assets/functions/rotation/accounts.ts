import type { Credentials } from "./store.ts";

/** The accounts of a database, seen by its administrator. */
export interface Accounts {
  has(user: string): Promise<boolean>;
  /** Whether somebody works under this name: a session of it did something within a day. */
  busy(user: string): Promise<boolean>;
  /** Makes the account of an app unless it is there, sets its password, and lets it do all that the app may. */
  putApp(credentials: Credentials): Promise<void>;
  /** Sets the password of the administrator who asks. */
  changeOwn(credentials: Credentials): Promise<void>;
  end(): Promise<void>;
}

/** Where a database or its proxy listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Opens a session; undefined if name or password are refused. Throws if the database cannot be reached. */
export type Open = (address: Address, credentials: Credentials) => Promise<Accounts | undefined>;

/** Milliseconds after which a database that does not answer is given up. */
export const patience = 10_000;
