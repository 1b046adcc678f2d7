import type { Instant } from "../base/time.ts";

/** What is deployed, by the names and ARNs that its stacks gave: all that a world on AWS needs to know of an environment. */
export interface EnvironmentMap {
  /** Of this form. */
  readonly v: 1;
  readonly environment: string;
  /** When it was deployed; absent in maps from before that was written. */
  readonly at?: Instant;
  readonly stacks: readonly {
    /** What the stack is for, such as `base`. */
    readonly part: string;
    readonly name: string;
    readonly account: string;
    readonly region: string;
    readonly outputs: Readonly<Record<string, string>>;
  }[];
}
