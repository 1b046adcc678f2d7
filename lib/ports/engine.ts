import type { Plan } from "../plan/template.ts";

/** What AWS does to one resource. `cancelled`: given up because another one failed. `kept`: it outlives its stack. */
export interface ResourceProgress {
  readonly type: "resource";
  readonly stack: string;
  /** The part of the stack that it belongs to, such as `Network`; "" for what an engine adds of its own. */
  readonly component: string;
  readonly id: string;
  /** Its type in CloudFormation's words. */
  readonly of: string;
  readonly does: "create" | "update" | "delete" | "import";
  readonly is: "started" | "done" | "failed" | "cancelled" | "kept";
  /** What AWS says about it, or "". */
  readonly because: string;
}

/** What an engine tells while it works. */
export type Progress =
  | { readonly type: "stack"; readonly stack: string; readonly is: "started" | "done" | "unchanged" }
  | ResourceProgress
  | { readonly type: "note"; readonly text: string };

/**
 * What would happen to one resource. `may-replace`: AWS decides when it sees the values. `collide`: it would be replaced by one of the same name, which
 * AWS refuses. `release`: it leaves the stack and lives on.
 */
export interface Change {
  readonly id: string;
  readonly of: string;
  readonly will: "create" | "update" | "replace" | "may-replace" | "collide" | "destroy" | "release" | "import";
  /** Names of the properties that differ, sorted. */
  readonly properties: readonly string[];
}

/** What an apply would do to one stack; with no changes and no outputs, nothing. */
export interface StackChanges {
  readonly stack: string;
  readonly changes: readonly Change[];
  /** Names of the outputs that differ, sorted. */
  readonly outputs: readonly string[];
}

/** Values of outputs by stack, then by name. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A part of a plan: the stacks in these regions. Those of other regions are left as they are, and must be there where they are read. */
export interface Only {
  readonly regions?: readonly string[];
}

/**
 * Makes AWS what a plan says. Every verb throws `engine/no-credentials`, `engine/not-bootstrapped` or `engine/failed`; the last names the
 * stack, the resource and AWS's reason.
 */
export interface Engine {
  /** Whether a resource that changes is sent whole, with values that the plan did not change and that somebody else may have. */
  readonly sendsWhole: boolean;
  /** What an apply would do, stack by stack. Changes nothing. */
  preview(plan: Plan, only?: Only): Promise<readonly StackChanges[]>;
  /**
   * Creates and changes stacks in the order in which they need one another. Safe to repeat, also after a failure; done once AWS is done.
   * Taken back by applying the plan from before, but for what was destroyed or replaced.
   */
  apply(plan: Plan, only?: Only): Promise<Outputs>;
  /**
   * Deletes the plan's stacks, those that others need last. Stacks that are gone are done; nothing is deleted while one of them is
   * protected. There is no way back: an apply makes them again, and empty.
   */
  destroy(plan: Plan): Promise<void>;
}
