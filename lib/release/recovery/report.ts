import { type Instant, showDuration } from "../../base/time.ts";
import { type RecoveryKind, recoveryTitle } from "./plan.ts";
import type { Recovery, RecoveryOutcome, RecoveryStepState } from "./state.ts";

/** What a recovery came to, timed. Times are milliseconds. */
export interface RecoveryReport {
  readonly v: 1;
  readonly recovery: string;
  readonly kind: RecoveryKind;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  /** `stuck`: a step cannot be done as things are, behind the point where all could be put back. */
  readonly outcome: RecoveryOutcome | "stuck";
  readonly because: string;
  readonly plannedAt: Instant;
  /** From the plan until callers were answered in the other region; undefined where they were not moved. */
  readonly rto: number | undefined;
  /** How long nobody was answered, there or where all was put back: from the fence, or where the region was lost from the plan. */
  readonly unserved: number | undefined;
  /** How much of what was written last is lost: 0 after a fence; undefined where it is not known, or nothing was moved. */
  readonly rpo: number | undefined;
  readonly steps: readonly {
    readonly step: string;
    readonly title: string;
    readonly is: RecoveryStepState["is"];
    readonly took: number | undefined;
  }[];
  /** What a drill found beside its steps, or a move before them. */
  readonly findings: readonly Finding[];
  /** What is left for a person to do. */
  readonly left: readonly string[];
}

/** One thing that a failover depends on, and whether it is so. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly saw: string;
}

/** What the ledger does not say. */
export interface Beside {
  readonly stuck?: string;
  readonly findings: readonly Finding[];
  readonly left: readonly string[];
}

/** The report of a recovery, from its ledger alone and what was seen beside it. */
export function recoveryReport(recovery: Recovery, { stuck, findings, left }: Beside): RecoveryReport {
  const { plan, plannedAt, steps, ended } = recovery;
  const timeOf = (step: RecoveryStepState["step"]) => steps.find((one) => one.step === step && one.is === "done");
  const served = ended?.outcome === "moved" ? timeOf("verify")?.endedAt : undefined;
  const fence = steps.find(({ step }) => step === "fence");
  const dark = fence?.startedAt ?? recovery.lostAt ?? (plan.lost ? plannedAt : undefined);
  const answered = served ?? (fence?.is === "undone" ? fence.endedAt : undefined);
  return {
    v: 1,
    recovery: plan.id,
    kind: plan.kind,
    environment: plan.environment,
    from: plan.from,
    to: plan.to,
    outcome: ended?.outcome ?? "stuck",
    because: ended?.because ?? stuck ?? "",
    plannedAt,
    rto: served === undefined ? undefined : served - plannedAt,
    unserved: answered === undefined || dark === undefined ? undefined : answered - dark,
    rpo: rpoOf(recovery),
    steps: steps.map(({ step, is, startedAt, endedAt }) => ({
      step,
      title: recoveryTitle(plan, step),
      is,
      took: startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt,
    })),
    findings,
    left,
  };
}

/**
 * What was written before the fence was waited for; where nothing was fenced, what came after the replica's last is lost. A region that wrote on after a
 * person had called it lost did so until the promotion, for all that is known.
 */
function rpoOf({ plan, plannedAt, steps, caughtUpTo, lostAt }: Recovery): number | undefined {
  const done = (wanted: RecoveryStepState["step"]) => steps.find(({ step, is }) => step === wanted && is === "done");
  const promoted = done("promote");
  if (!promoted) return undefined;
  if (!plan.lost || done("catch-up")) return 0;
  if (caughtUpTo === undefined) return undefined;
  const lost = lostAt ?? plannedAt;
  return Math.max(0, (caughtUpTo > lost ? (promoted.startedAt ?? lost) : lost) - caughtUpTo);
}

/** The report for people, as Markdown. */
export function recoveryReportText(report: RecoveryReport): string {
  const { kind, environment, recovery, from, to, outcome, because, plannedAt, steps, findings, left } = report;
  return [
    `# ${kind} of ${environment}: ${outcome}`,
    "",
    `${recovery}, from ${from} to ${to}, ${new Date(plannedAt).toISOString()}: ${because}`,
    "",
    ...timesOf(report).map((line) => `- ${line}`),
    "",
    "| step | is | took |",
    "|---|---|---|",
    ...steps.map(({ title, is, took }) => `| ${title} | ${is} | ${took === undefined ? "" : showDuration(took)} |`),
    ...(findings.length === 0 ? [] : ["", "| looked at | ok | saw |", "|---|---|---|"]),
    ...findings.map(({ what, ok, saw }) => `| ${what} | ${ok ? "yes" : "no"} | ${saw} |`),
    ...(left.length === 0 ? [] : ["", "Left for a person:", ""]),
    ...left.map((line) => `- ${line}`),
    "",
  ].join("\n");
}

/** RTO and RPO in words. */
export function timesOf({ rto, unserved, rpo }: RecoveryReport): readonly string[] {
  return [
    ...(rto === undefined ? [] : [`RTO ${showDuration(rto)}: from the plan until callers were answered`]),
    ...(unserved === undefined ? [] : [`nobody was answered for ${showDuration(unserved)}`]),
    ...(rto === undefined
      ? []
      : [rpo === undefined ? "RPO not known: the lag of the replica could not be read" : `RPO ${showDuration(rpo)} of writes`]),
  ];
}
