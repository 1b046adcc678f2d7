import { createHash } from "node:crypto";
import type { Slot } from "../../base/outcome.ts";
import type { Artifact } from "../../ports/artifact.ts";

/**
 * `failover` and `failback` move callers, database and fleets between two regions; a `drill` proves what it can without moving callers; after a move
 * `replicate` makes the database of the region that rests a replica again.
 */
export type RecoveryKind = "failover" | "failback" | "drill" | "replicate";

/** The steps that a recovery can have; each does one thing. */
export type RecoveryStep = "start" | "fence" | "catch-up" | "promote" | "settle" | "lead" | "verify" | "free" | "rest" | "follow";

/** Copies of one version in the slot of a region. */
export interface Copies {
  readonly slot: Slot;
  readonly artifact: Artifact;
  readonly count: number;
}

/** What a recovery does, in its order, fixed before anything moves. */
export interface RecoveryPlan {
  readonly v: 1;
  readonly id: string;
  readonly kind: RecoveryKind;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  /** The region that is left answers nobody, so nothing there is stopped or waited for. */
  readonly lost: boolean;
  /** What serves in the region that is left, to be put back; unknown where that is lost. */
  readonly serving: Copies | undefined;
  /** What will serve in the other one, after `replicate` by the next move. */
  readonly served: Copies;
  readonly steps: readonly RecoveryStep[];
}

/** A plan that nobody can change unseen: every fold over the ledger checks the seal. */
export interface SealedRecovery {
  readonly plan: RecoveryPlan;
  /** SHA-256 over the plan's JSON. */
  readonly hash: string;
}

/**
 * Copies are started before anybody loses anything: what cannot start in the other region is found out while the way back is whole. Where the
 * region is lost there is nothing to keep, and copies begin with a database that takes writes. So they do on the way back: a proxy leads to no
 * replica (Amazon RDS User Guide, "Quotas and limitations for RDS Proxy"), and they ran there before.
 */
const stepsOf = (kind: RecoveryKind, lost: boolean): readonly RecoveryStep[] => {
  if (kind === "drill") return ["start", "rest"];
  if (kind === "replicate") return ["rest", "follow"];
  if (kind === "failback") return ["fence", "catch-up", "promote", "start", "lead", "verify", "free"];
  return lost
    ? ["promote", "start", "lead", "verify", "free"]
    : ["start", "fence", "catch-up", "promote", "settle", "lead", "verify", "free"];
};

/** Plans a recovery. */
export const planRecovery = (given: Omit<RecoveryPlan, "v" | "steps">): RecoveryPlan => ({
  v: 1,
  ...given,
  steps: stepsOf(given.kind, given.lost),
});

/** Fixes a plan before anything moves. */
export const sealRecovery = (plan: RecoveryPlan): SealedRecovery => ({ plan, hash: hashOf(plan) });

/** Whether a plan that was read back is the one that was sealed. */
export const recoverySealHolds = ({ plan, hash }: SealedRecovery): boolean => hashOf(plan) === hash;

const hashOf = (plan: RecoveryPlan): string => createHash("sha256").update(JSON.stringify(plan)).digest("hex");

/** What the name of a database ends with that a replica takes the place of: each recovery has one of its own. */
export const keptAs = ({ id }: Pick<RecoveryPlan, "id">): string => id.replace(/^replicate-/, "kept-");

/** What a step does, for people. */
export function recoveryTitle({ id, kind, from, to, served, serving }: RecoveryPlan, step: RecoveryStep): string {
  const copies = ({ count, artifact }: Copies) => `${count} ${count === 1 ? "copy" : "copies"} of ${artifact.version}`;
  const titles: Record<RecoveryStep, string> = {
    start: `start ${copies(served)} in ${to}`,
    fence: `stop ${serving ? copies(serving) : "what serves"} in ${from}, so that nothing is written there any more`,
    "catch-up": `wait until the replica in ${to} has all that was written`,
    promote: `promote the replica in ${to}: from here there is no way back but a failback`,
    settle: `wait until the copies in ${to} are well with their database`,
    lead: `lead callers to ${to}`,
    verify: "ask from outside as a caller does",
    free: `let the copies in ${to} scale by themselves, down to the fewest that are configured`,
    rest: kind === "drill" ? `stop the copies in ${to} again` : `stop what still runs in ${to}`,
    follow: `make the database in ${to} a copy of that in ${from}, and keep the one before it as ${keptAs({ id })}: AWS takes hours`,
  };
  return titles[step];
}
