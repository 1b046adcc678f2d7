import type { Tell } from "../../base/events.ts";
import { slots } from "../../base/outcome.ts";
import { duration, systemClock } from "../../base/time.ts";
import { signal as sendSignal } from "../../machine/processes.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { RehearsedWorld } from "../../ports/world.ts";
import { newController, record, recordPlan } from "../../release/controller.ts";
import { numbers } from "../../release/observe.ts";
import {
  gateTitle,
  type Placement,
  planRelease,
  type ReleasePlan,
  type SealedPlan,
  seal,
  stepTitle,
  undoTitle,
} from "../../release/plan.ts";
import { type Report, reportOf } from "../../release/report.ts";
import type { Release } from "../../release/state.ts";
import { turnUntilEnded } from "../carry-out.ts";
import { disturb, type Reach } from "../faults/inject.ts";
import type { Fault } from "../faults/parse.ts";
import { keepReport } from "../keep-report.ts";
import type { Signals } from "../views.ts";
import type { Tenure } from "./open.ts";
import type { Settings } from "./settings.ts";
import type { Site } from "./site.ts";

/** What carries one rehearsed release, from its lock to where its events go. */
export interface Rehearsal {
  readonly tenure: Tenure;
  readonly settings: Settings;
  readonly site: Site;
  readonly state: string;
  readonly faults: readonly Fault[];
  readonly tell: Tell;
  readonly signals: Signals;
}

/** Computes and seals the plan, shows it, and writes it down: from here on the release is what the ledger says. */
export async function sealPlan({ tenure, settings, tell }: Rehearsal, live: Placement, candidate: Artifact): Promise<SealedPlan> {
  const { rollout, migrate, gates, checks, reading, kinds, environment, count } = settings;
  const plan = planRelease({
    release: tenure.release,
    environment,
    live,
    candidate: { artifact: candidate, count },
    gates,
    checks,
    reading,
    kinds,
    migrate,
    rollout,
  });
  const sealed = seal(plan);
  tellPlan(sealed, tell);
  await recordPlan(tenure.ledger, sealed, { release: plan.release, at: systemClock.now(), holder: tenure.holder });
  return sealed;
}

/** Shows a sealed plan: before anything moves, and to whoever goes on with it. */
export function tellPlan({ plan, hash }: SealedPlan, tell: Tell): void {
  tell({
    type: "plan",
    release: plan.release,
    hash,
    from: plan.live.artifact.version,
    to: plan.candidate.artifact.version,
    candidate: plan.candidate.slot,
    steps: plan.steps.map((step) => ({ id: step.id, title: stepTitle(plan, step), undo: undoTitle(plan, step) })),
    gates: plan.gates.map(gateTitle),
  });
}

/** Turns the controller until the release has ended. The first Ctrl-C asks for a rollback, as any other person would. */
export async function carryOut(rehearsal: Rehearsal, plan: ReleasePlan): Promise<Release> {
  const { tenure, site, signals, tell, faults } = rehearsal;
  const plain: RehearsedWorld = site.world(plan.candidate.slot);
  const world = faults.reduce((disturbed, fault) => disturb(disturbed, fault, reachOf(rehearsal, plan)), plain);
  return turnUntilEnded(newController(world, tenure.holder, tell), tenure.release, signals.stop, tenure.ledger);
}

async function ask({ tenure }: Rehearsal, by: string): Promise<void> {
  await record(tenure.ledger, "asked", { what: "rollback", by }, { release: tenure.release, at: systemClock.now(), holder: tenure.holder });
}

function reachOf(rehearsal: Rehearsal, plan: ReleasePlan): Reach {
  const { state, tell, site } = rehearsal;
  return {
    state,
    candidate: plan.candidate.slot,
    tell,
    steps: plan.steps.map(({ id }) => id),
    shifts: plan.steps.flatMap((step) => (step.kind === "shift" ? [{ id: step.id, weight: step.weight }] : [])),
    async killInstance() {
      const copy = (await site.plane.now.processes()).find(({ slot }) => slot === plan.candidate.slot);
      if (copy) process.kill(copy.pid, "SIGKILL");
    },
    async killPlane() {
      sendSignal(site.plane.now.process, "SIGKILL");
    },
    killController: () => process.kill(process.pid, "SIGKILL"),
    askRollback: () => ask(rehearsal, "the fault asks-rollback"),
  };
}

/** Measures what the ledger does not know, and writes `report.json` and `report.md`. */
export async function writeReport(
  { site, state, tenure }: Rehearsal,
  release: Release,
): Promise<{ readonly report: Report; readonly file: string }> {
  const { plan } = release.sealed;
  const world = site.world(plan.candidate.slot);
  await systemClock.wait(duration(2 * world.meter.delay));
  const readings = await world.meter.read({ from: release.plannedAt, to: systemClock.now() });
  const measured = Object.fromEntries(slots.map((slot) => [slot, numbers(readings[slot])]));
  const report = reportOf(await tenure.ledger.read(), { callers: await world.traffic.count(), slots: measured });
  return { report, file: await keepReport(state, report) };
}
