import type { Region } from "../aws/regions.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import type { Stack } from "../plan/template.ts";
import type { Question } from "../ports/account.ts";

/** Something that a machine cannot do for a person. */
export interface Step {
  /** The same for the same configuration, such as `bootstrap 111122223333 eu-west-1`. */
  readonly id: string;
  readonly what: string;
  /** What helps whoever does it, or "". */
  readonly hint: string;
  /** Commands to run as they stand, or a page of AWS's console: what does it, or what shows that it is done. */
  readonly run: readonly string[];
  /** What shows whether it is done. Undefined: nothing that we can ask. */
  readonly question: Question | undefined;
}

/** What of an environment lies in one account and region. */
export interface Ground {
  readonly account: string;
  readonly region: Region;
  readonly stacks: readonly Stack[];
  readonly config: Config;
  readonly environment: Environment;
}
