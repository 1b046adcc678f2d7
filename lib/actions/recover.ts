import { UserError } from "../base/errors.ts";
import type { Clock } from "../base/time.ts";
import type { Config } from "../config/config.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Holder } from "../ports/ledger.ts";
import { mayPass } from "../release/patience.ts";
import { type RecoveryPlan, type RecoveryStep, recoveryTitle, sealRecovery } from "../release/recovery/plan.ts";
import { type Finding, type RecoveryReport, recoveryReport } from "../release/recovery/report.ts";
import { beginRecovery, type Carried, carryOutRecovery, leavePrimary, letRecoveryGo, type Rescuer } from "../release/recovery/run.ts";
import { canTurnBack, foldRecoveries, type Recoveries, type Recovery, withoutPrimary } from "../release/recovery/state.ts";
import type { OpenedRecovery, OpenedSide } from "../worlds/aws/recovery-opened.ts";
import { type RecoveryPlaces, recoveryPlacesOf } from "../worlds/aws/recovery-place.ts";
import { type Deployer, whileNobodyReleases } from "./deploy-lock.ts";
import { planned, refuseDirection, type Wanted } from "./recovery/begin.ts";
import type { RecoveryEnd, TellRecovery } from "./recovery/events.ts";
import { bucketFindings, findingsOf } from "./recovery/findings.ts";
import { leftAfter } from "./recovery/left.ts";

/** What a failover, failback or drill works with. */
export interface RecoverWith extends Wanted {
  readonly config: Config;
  readonly map: EnvironmentMap;
  /** Shows the plan and changes nothing. */
  readonly dryRun: boolean;
  /** Asked before anything is changed; without it nobody is. */
  readonly agree: ((plan: RecoveryPlan) => Promise<boolean>) | undefined;
  readonly open: (places: RecoveryPlaces) => OpenedRecovery;
  readonly clock: Clock;
  readonly holder: Holder;
  readonly tell: TellRecovery;
  /** Asks to put everything back, as long as that is possible. */
  readonly stop: AbortSignal;
  /** Keeps the report, and tells where. */
  readonly keep: (report: RecoveryReport) => Promise<string>;
  /** Whether the report of a recovery is kept. */
  readonly isKept: (recovery: string) => boolean;
}

/**
 * Moves an environment to its other region, or back, or proves that it could. Killed at any instant, the same command goes on. Until the replica is
 * promoted, what fails puts everything back, and so does the first Ctrl-C; after that it only goes forward (A12, ADR 0020).
 */
export async function recover(given: RecoverWith): Promise<RecoveryEnd> {
  const { config, map, clock } = given;
  const begun = clock.now();
  const places = recoveryPlacesOf(map, config);
  const aws = given.open(places);
  try {
    await aws.refuseOtherAccount();
    const end = await carried({ ...given, places, aws });
    return { type: "outcome", environment: places.environment, ms: clock.now() - begun, ...end };
  } finally {
    aws.close();
  }
}

interface Way extends RecoverWith {
  readonly places: RecoveryPlaces;
  readonly aws: OpenedRecovery;
}

type End = Omit<RecoveryEnd, "type" | "environment" | "ms">;

async function carried(way: Way): Promise<End> {
  const { kind, dryRun, agree, aws, places } = way;
  const before = foldRecoveries(await aws.ledger.read());
  await keepLateReport(way, before);
  const unfinished = before.recovery?.ended ? undefined : before.recovery;
  const lostOnTheWay = way.lost && unfinished?.plan.kind === "failover" && !unfinished.plan.lost;
  const left = lostOnTheWay ? withoutPrimary(unfinished, way.clock.now()) : unfinished;
  if (left && left.plan.kind !== kind) {
    throw new UserError(
      "release/unfinished",
      `the ${left.plan.kind} ${left.plan.id} has not ended`,
      `go on with it: sluice ${left.plan.kind} ${places.environment}`,
    );
  }
  if (!left) refuseDirection(way, places, before);
  const plan =
    left?.plan ??
    (await planned(way, { ...way, before }).catch(mayBeLost({ ...places, kind, lost: way.lost, from: places.primary.region })));
  tellPlan(way, plan, left);
  // A drill looks when its copies are up.
  const moves = !plan.lost && (plan.kind === "failover" || plan.kind === "failback");
  const found = moves && !left ? toldOf(way, await bucketFindings(aws, places)) : [];
  if (dryRun) return nothingDone("planned", 0, "a dry run changes nothing");
  if ((!left || lostOnTheWay) && agree && !(await agree(plan))) return nothingDone("aborted", 11, "nobody agreed; nothing was changed");
  if (lostOnTheWay) await leavePrimary({ ledger: aws.ledger, clock: way.clock }, way.holder);
  return whileNothingMoves(way, { plan, left }, () => endOf(way, { plan, seen: before, found })).catch(mayBeLost(plan));
}

/** Who was killed between the end of a recovery and its report left none: whoever comes next here writes it from the ledger. */
async function keepLateReport({ config, places, isKept, keep, tell }: Way, { recovery }: Recoveries): Promise<void> {
  if (!recovery?.ended || isKept(recovery.plan.id)) return;
  const left = [
    ...leftAfter({ is: "ended", recovery }, places, config.engine),
    ...(recovery.plan.kind === "drill" ? ["what the drill looked at beside its steps is in no ledger: run it again to see that"] : []),
  ];
  const file = await keep(recoveryReport(recovery, { findings: [], left }));
  tell({ type: "note", text: `there was no report of ${recovery.plan.id} here; by its ledger it is: ${file}` });
}

/** Where the region that is left answers nobody, only a person can say that it is lost, and not for a moment out of reach. */
const mayBeLost =
  ({ kind, lost, from, environment }: Pick<RecoveryPlan, "kind" | "lost" | "from" | "environment">) =>
  (error: unknown): never => {
    if (!(error instanceof UserError) || error.code !== "engine/failed" || kind !== "failover" || lost) throw error;
    const fix = `${error.fix}; if ${from} is lost, go on without it: sluice failover ${environment} --lost`;
    throw new UserError(error.code, error.message, fix, error.details);
  };

const nothingDone = (outcome: "planned" | "aborted", exit: number, because: string): End => ({
  outcome,
  exit,
  because,
  left: [],
  report: "",
  next: "",
});

interface Course {
  readonly plan: RecoveryPlan;
  readonly left: Recovery | undefined;
}

/**
 * Holds the lock of releases, whose ledger is in the primary region: not where that is lost, nor for what moves nothing of theirs. A
 * failover that goes on after its promotion goes on without it where that region answers nobody: nothing of what is left to do needs it.
 */
async function whileNothingMoves(way: Way, { plan, left }: Course, work: () => Promise<End>): Promise<End> {
  if (plan.lost || plan.kind === "drill" || plan.kind === "replicate") return work();
  let began = false;
  const begin = (): Promise<End> => {
    began = true;
    return work();
  };
  return whileNobodyReleases(releasesOf(way, plan), async ({ release }) => {
    if (!release || release.ended) return begin();
    throw new UserError(
      "release/unfinished",
      `${release.id} has not ended, so it is not known which version will serve`,
      `end it first: sluice rollback ${plan.environment}, or go on with it`,
    );
  }).catch((error: unknown) => {
    const isBehind = plan.kind === "failover" && left !== undefined && !canTurnBack(left);
    if (began || !isBehind || !mayPass(error)) throw error;
    way.tell({ type: "note", text: `${error.message}; the failover goes on without ${plan.from}` });
    return work();
  });
}

function releasesOf(way: Way, plan: RecoveryPlan): Deployer {
  const { ledger } = way.aws.primary.world("green");
  const note = (text: string) => way.tell({ type: "note", text });
  return { ledger, clock: way.clock, holder: way.holder, note, as: plan.kind, environment: plan.environment };
}

function tellPlan({ tell }: Way, plan: RecoveryPlan, left: Recovery | undefined): void {
  const { kind, id: recovery, from, to } = plan;
  const leftOut = (wanted: RecoveryStep) => left?.steps.some(({ step, is }) => step === wanted && is === "left out");
  const steps = plan.steps.filter((step) => !leftOut(step)).map((step) => ({ step, title: recoveryTitle(plan, step) }));
  tell({ type: "recovery-planned", kind, recovery, from, to, steps, resumed: left !== undefined });
}

interface Begun {
  readonly plan: RecoveryPlan;
  /** What the ledger told before. */
  readonly seen: Recoveries;
  /** What was looked at before. */
  readonly found: readonly Finding[];
}

async function endOf(way: Way, { plan, seen, found }: Begun): Promise<End> {
  const { aws, clock, holder, tell, stop, keep, places } = way;
  const side = (region: string): OpenedSide => (region === aws.primary.region ? aws.primary : aws.recovery);
  const [from, to] = [side(plan.from), side(plan.to)];
  const by: Rescuer = {
    world: {
      clock,
      ledger: aws.ledger,
      // Only the steps that need it open a region that may be lost.
      from: {
        get fleet() {
          return from.world("green").fleet;
        },
        databaseArn: from.databaseArn,
      },
      to: { fleet: to.world("green").fleet, replica: to.replica },
      entry: aws.entry,
    },
    holder,
    tell,
    stop,
  };
  await beginRecovery({ ...by, seen }, sealRecovery(plan));
  const end = await carryOutRecovery(by).catch(async (error: unknown) => {
    // Whoever goes on need not wait for its lease; where that cannot be written, it ends by itself.
    await letRecoveryGo(aws.ledger, holder, clock.now()).catch(() => undefined);
    throw error;
  });
  const findings = plan.kind === "drill" ? toldOf(way, await findingsOf(aws, places, clock.now())) : found;
  const left = leftAfter(end, places, way.config.engine);
  const report = recoveryReport(end.recovery, { findings, left, ...(end.is === "stuck" && { stuck: end.because }) });
  if (end.is === "stuck") await letRecoveryGo(aws.ledger, holder, clock.now());
  const { outcome, because, rto, unserved, rpo } = report;
  const next = end.is === "stuck" ? `sluice ${plan.kind} ${plan.environment}` : "";
  return { outcome, because, exit: exitOf(end, findings), times: { rto, unserved, rpo }, left, report: await keep(report), next };
}

function toldOf({ tell }: Way, findings: readonly Finding[]): readonly Finding[] {
  for (const one of findings) tell({ type: "recovery-found", ...one });
  return findings;
}

function exitOf(end: Carried, findings: readonly Finding[]): number {
  if (end.is === "stuck") return 12;
  if (end.recovery.ended?.outcome === "put-back") return 10;
  return end.recovery.plan.kind === "drill" && findings.some(({ ok }) => !ok) ? 3 : 0;
}
