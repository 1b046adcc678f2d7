import type { RequestKind } from "../../../ports/traffic.ts";
import type { Book } from "./book.ts";

/** What the load generator can be told. Every call renews its lease. */
export type LoadVerbs = {
  /** Rate 0 stops. The same rate and kinds again change nothing but the address. */
  readonly send: {
    readonly in: { readonly address: string; readonly rate: number; readonly kinds: readonly RequestKind[] };
    readonly out: null;
  };
  readonly book: { readonly in: null; readonly out: Book };
  readonly fresh: { readonly in: null; readonly out: null };
  readonly stop: { readonly in: null; readonly out: null };
};
