import type { Instant } from "../../base/time.ts";
import type { RecoveryKind } from "../../release/recovery/plan.ts";
import type { RecoveryReport } from "../../release/recovery/report.ts";
import type { RecoveryTold } from "../../release/recovery/run.ts";

/** How the command ended. `planned`: a dry run, which changed nothing. */
export type RecoveryEndName = RecoveryReport["outcome"] | "planned" | "aborted" | "blocked" | "interrupted" | "failed";

/** What `failover`, `failback`, `replicate` and `drill` tell. */
export type RecoveryEvent = { readonly at: Instant } & (
  | RecoveryTold
  | {
      readonly type: "recovery-planned";
      readonly kind: RecoveryKind;
      readonly recovery: string;
      readonly from: string;
      readonly to: string;
      /** In words, in their order. */
      readonly steps: readonly { readonly step: string; readonly title: string }[];
      /** It was left unfinished, and goes on. */
      readonly resumed: boolean;
    }
  | { readonly type: "recovery-found"; readonly what: string; readonly ok: boolean; readonly saw: string }
  | { readonly type: "error"; readonly code: string; readonly message: string; readonly fix: string; readonly details: readonly string[] }
  | RecoveryEnd
);

/** The last event. */
export interface RecoveryEnd {
  readonly type: "outcome";
  readonly outcome: RecoveryEndName;
  readonly exit: number;
  readonly because: string;
  readonly environment: string;
  readonly ms: number;
  /** Undefined where nothing was begun. */
  readonly times?: Pick<RecoveryReport, "rto" | "unserved" | "rpo">;
  /** What is left for a person. */
  readonly left: readonly string[];
  /** The file of the report, or "". */
  readonly report: string;
  /** The command to run next, or "". */
  readonly next: string;
}

/** An event without its time. */
export type Untimed<E> = E extends unknown ? Omit<E, "at"> : never;

/** Hears what is told. */
export type TellRecovery = (event: Untimed<RecoveryEvent>) => void;
