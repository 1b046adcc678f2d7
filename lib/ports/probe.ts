import type { Duration } from "../base/time.ts";

/** One thing to ask of a version before it gets traffic. */
export type Check =
  | {
      readonly kind: "http";
      readonly method: string;
      readonly path: string;
      readonly status: readonly number[] | "2xx-3xx";
      readonly timeout: Duration;
    }
  | { readonly kind: "command"; readonly command: string; readonly timeout: Duration };

/** What came of one check, in words that people read in reports. */
export interface Answer {
  readonly check: string;
  readonly ok: boolean;
  /** What was seen: a status, an exit code, the end of the output. */
  readonly saw: string;
}

/** Asks a version through an address that reaches it alone. */
export interface Probe {
  /** Asks everything once. `address` is a base URL; a command gets it as `SLUICE_URL`. */
  ask(address: string, checks: readonly Check[]): Promise<readonly Answer[]>;
}
