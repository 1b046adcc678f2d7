import type { Instant } from "../base/time.ts";
import type { Progress, StackChanges } from "../ports/engine.ts";

export type { Change, Progress, ResourceProgress, StackChanges } from "../ports/engine.ts";

/** How a deploy or the deletion of an environment ended. */
export type AwsOutcome = "deployed" | "unchanged" | "destroyed" | "aborted" | "blocked" | "failed";

/** What an action on AWS tells: what an engine does, and how it ended. */
export type AwsTold =
  | Progress
  | { readonly type: "changes"; readonly stacks: readonly StackChanges[] }
  | { readonly type: "error"; readonly code: string; readonly message: string; readonly fix: string; readonly details: readonly string[] }
  | {
      readonly type: "outcome";
      readonly outcome: AwsOutcome;
      readonly exit: number;
      readonly because: string;
      readonly environment: string;
      readonly ms: number;
      /** The file of the environment map, or "". */
      readonly map: string;
      /** What outlives its stack: `stack/resource`. */
      readonly kept: readonly string[];
    };

/** One of them with its time. */
export type AwsEvent = AwsTold & { readonly at: Instant };

/** What an action hands back when it went well, or when a person said no. */
export interface AwsEnd {
  readonly outcome: Extract<AwsOutcome, "deployed" | "unchanged" | "destroyed" | "aborted">;
  readonly because: string;
  readonly map: string;
  readonly kept: readonly string[];
}

/** A person's word: `undefined` where nobody can be asked. */
export type Agree = ((stacks: readonly StackChanges[]) => Promise<boolean>) | undefined;
