import { commandOn, rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Ledger } from "../ports/ledger.ts";
import { phaseOf } from "../release/phase.ts";
import { stepTitle } from "../release/plan.ts";
import { currentStep, type Environment, isDeploy, type Release, readEnvironment, type StepState } from "../release/state.ts";
import { trafficOf } from "../release/traffic.ts";
import { wavesOf } from "../release/waves.ts";
import { goOnCommand, startCommand, withTable } from "./ledger-of.ts";
import { stateOf } from "./project.ts";
import { isInCharge, rehearsalLedger } from "./rehearsal/open.ts";
import type { RecoveryView, StatusView, StepView } from "./views.ts";

/** Reads a rehearsal off its ledger, while a release runs and after. Writes nothing. */
export const status = (project: string): Promise<StatusView> => lookedAt(rehearsalLedger(stateOf(project)), rehearsalEnvironment);

/** The same of an environment on AWS, by its map; `isGone` says who of those in charge there no longer is. */
export function statusOn(map: EnvironmentMap, isGone: Ledger["isGone"]): Promise<StatusView> {
  return withTable(map, (ledger) => lookedAt(ledger, map.environment), isGone);
}

async function lookedAt(ledger: Ledger, environment: string): Promise<StatusView> {
  const folded = await readEnvironment(ledger);
  const view = viewOf(environment, folded, await isInCharge(ledger, folded.held));
  return { ...view, next: nextOn(view, environment) };
}

/**
 * What is known where the ledger does not answer, as when its region is lost: what the ledger of recoveries says, which is in the other region. Throws
 * the error again where that knows nothing either, or another one would help more.
 */
export function statusWithout(error: unknown, environment: string, recovery: RecoveryView | undefined): StatusView {
  if (!(error instanceof UserError) || error.code !== "engine/failed" || !recovery || recovery.because !== "") throw error;
  const away = recovery.served !== undefined && recovery.served.region !== recovery.primary;
  const next = recovery.running || away ? "" : `sluice failover ${environment} --lost --dry-run`;
  return { ...nothing, environment, live: undefined, places: [], state: "unknown", because: error.message, recovery, next };
}

const startOfRehearsal = "sluice rehearse";

function nextOn({ state, next }: StatusView, environment: string): string {
  if (next !== startOfRehearsal) return commandOn(next, environment);
  return state === "interrupted" ? goOnCommand(environment) : startCommand(environment);
}

const nothing: Omit<StatusView, "environment" | "live" | "places"> = {
  release: undefined,
  state: "none",
  phase: "initial",
  because: "nothing was released yet",
  from: "",
  to: "",
  candidate: undefined,
  weight: 0,
  waves: [],
  steps: [],
  gates: [],
  next: startOfRehearsal,
};

function viewOf(environment: string, { release, held, ...standing }: Environment, alive: boolean): StatusView {
  const holder = held && alive ? { holder: { name: held.by.name, host: held.by.host, pid: held.by.pid, since: held.since } } : {};
  const preparing = held !== undefined && held.release !== release?.id;
  if (!release || (preparing && alive)) {
    const because = held && isDeploy(held.release) ? "a deploy is under way" : beginning(environment);
    const state = alive ? ({ release: held?.release, state: "running", because, next: "" } as const) : {};
    return { ...nothing, ...state, environment, ...liveIn(standing), ...holder };
  }
  const { plan } = release.sealed;
  const state = stateName(release, alive);
  return {
    environment,
    release: release.id,
    state,
    phase: phaseOf(release),
    ...(release.ended ? { outcome: release.ended.outcome } : {}),
    because: because(release),
    from: plan.live.artifact.version,
    to: plan.candidate.artifact.version,
    candidate: plan.candidate.slot,
    weight: trafficOf(release)?.weight ?? 0,
    waves: wavesIn(release),
    ...liveIn(standing),
    ...holder,
    steps: release.steps.map((one) => stepView(release, one)),
    gates: release.verdict?.gates ?? release.turnedBack?.gates ?? [],
    since: release.since,
    next: nextCommand[state],
  };
}

/** What a release does that has no plan yet: a rehearsal builds, and one to AWS looks at what stands in its way. */
const beginning = (environment: string): string =>
  environment === rehearsalEnvironment ? "the pipeline builds both versions" : "it is looked at whether it may begin";

const nextCommand: Record<StatusView["state"], string> = {
  none: startOfRehearsal,
  running: "sluice status --watch",
  "waiting for approval": "sluice approve",
  paused: "sluice resume",
  "turning back": "sluice status --watch",
  ended: startOfRehearsal,
  interrupted: startOfRehearsal,
  unknown: "",
};

function stateName(release: Release, alive: boolean): StatusView["state"] {
  if (release.ended) return "ended";
  if (!alive) return "interrupted";
  if (release.turnedBack) return "turning back";
  if (release.paused) return "paused";
  return currentStep(release)?.step.kind === "approval" && !release.approved ? "waiting for approval" : "running";
}

function because({ ended, turnedBack, verdict }: Release): string {
  return ended?.because ?? turnedBack?.because ?? verdict?.because ?? "";
}

/** One place needs no name. */
function liveIn({ live, lives }: Pick<Environment, "live" | "lives">): Pick<StatusView, "live" | "places"> {
  const places = Object.entries(lives).map(([where, { slot, artifact }]) => ({ where, live: slot, version: artifact.version }));
  const [only, ...others] = places;
  return others.length === 0 ? { live: only?.live ?? live?.slot, places: [] } : { live: undefined, places };
}

function wavesIn(release: Release): StatusView["waves"] {
  return wavesOf(release.sealed.plan).map(({ region, candidate }) => ({
    region,
    candidate: candidate.slot,
    weight: trafficOf(release, region)?.weight ?? 0,
  }));
}

function stepView(release: Release, { step, is, startedAt, endedAt }: StepState): StepView {
  const skipped = is === "waiting" && (release.turnedBack !== undefined || release.ended !== undefined);
  const ms = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  return { id: step.id, title: stepTitle(release.sealed.plan, step), is: skipped ? "skipped" : is, ...(ms === undefined ? {} : { ms }) };
}
