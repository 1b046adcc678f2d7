import type { CommandOutcome, Outcome, Slot } from "./outcome.ts";
import type { Instant } from "./time.ts";

/** How one version is called in events: `live` is what runs now, `candidate` what is to replace it. */
export type Role = "live" | "candidate";

/** Whether a release may go on: `wait` while there is too little to judge, which a time limit turns into a rollback. */
export type VerdictIs = "pass" | "fail" | "wait";

/** What one gate says; `skipped` where it has nothing to judge. */
export type GateIs = VerdictIs | "skipped";

/** One line of a release plan, as it is shown. */
export interface StepLine {
  readonly id: string;
  readonly title: string;
  /** How it is undone, or "" where there is nothing to undo. */
  readonly undo: string;
}

/** What one slot did in the window that was just read. */
export interface SlotNumbers {
  readonly requests: number;
  readonly failed: number;
  /** Milliseconds; absent without requests. */
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
}

/** What one gate said in one reading, with the number or the failure that it is for. */
export interface GateLine {
  readonly gate: string;
  readonly is: GateIs;
  readonly because: string;
}

type What =
  /** The first event of a rehearsal that has begun: the folder that keeps everything of it. */
  | { readonly type: "state"; readonly folder: string }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "source"; readonly role: Role; readonly version: string; readonly from: string }
  | { readonly type: "stage-started"; readonly role: Role; readonly stage: string; readonly log: string }
  | {
      readonly type: "stage-ended";
      readonly role: Role;
      readonly stage: string;
      readonly is: "passed" | "failed" | "skipped";
      readonly ms: number;
      readonly because: string;
      readonly log: string;
    }
  | {
      readonly type: "artifact";
      readonly role: Role;
      readonly version: string;
      readonly digest: string;
      readonly bytes: number;
      readonly reused: boolean;
    }
  | {
      readonly type: "plane";
      readonly is: "started" | "found" | "restarted" | "stopped" | "kept";
      readonly url: string;
      readonly because: string;
    }
  | { readonly type: "live"; readonly slot: Slot; readonly version: string; readonly instances: number }
  | { readonly type: "traffic"; readonly rate: number; readonly paths: readonly string[] }
  | {
      readonly type: "plan";
      readonly release: string;
      readonly hash: string;
      readonly from: string;
      readonly to: string;
      readonly candidate: Slot;
      readonly steps: readonly StepLine[];
      readonly gates: readonly string[];
    }
  | { readonly type: "resumed"; readonly release: string; readonly because: string }
  /** It runs elsewhere from here on, and is only watched. */
  | { readonly type: "handed-over"; readonly release: string; readonly to: string }
  | { readonly type: "step-started"; readonly step: string; readonly title: string }
  | { readonly type: "step-done"; readonly step: string; readonly title: string; readonly ms: number }
  | { readonly type: "step-undone"; readonly step: string; readonly title: string }
  | {
      readonly type: "reading";
      readonly step: string;
      readonly weight: number;
      readonly candidate: Slot;
      /** Requests a second over the whole router. */
      readonly rate: number;
      readonly live: SlotNumbers;
      readonly next: SlotNumbers;
      readonly gates: readonly GateLine[];
      /** How long the bake still takes, in milliseconds. */
      readonly left: number;
    }
  | {
      readonly type: "verdict";
      readonly step: string;
      readonly is: VerdictIs;
      readonly because: string;
      readonly gates: readonly GateLine[];
    }
  | { readonly type: "waiting"; readonly step: string; readonly because: string }
  | { readonly type: "asked"; readonly what: string; readonly by: string }
  | { readonly type: "turned-back"; readonly because: string; readonly details: readonly string[]; readonly outcome: Outcome }
  | { readonly type: "fault"; readonly fault: string; readonly text: string }
  | { readonly type: "error"; readonly code: string; readonly message: string; readonly fix: string; readonly details: readonly string[] }
  | {
      readonly type: "outcome";
      readonly outcome: CommandOutcome;
      readonly exit: number;
      readonly because: string;
      readonly release: string;
      /** What the callers saw while it ran. */
      readonly requests: { readonly total: number; readonly failed: number };
      readonly ms: number;
      /** From the decision to turn back until the live version had all traffic again; absent where nothing was turned back. */
      readonly recoveredInMs?: number;
      readonly undid: readonly string[];
      readonly left: readonly string[];
      readonly report: string;
    };

/** Everything that a running action tells. The live view, plain lines, JSON lines and tests read this one union. */
export type Event = What & { readonly at: Instant };

/** An event before it got its time. */
export type Tell = (what: What) => void;
