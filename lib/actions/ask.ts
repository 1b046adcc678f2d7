import { commandOn, rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import { systemClock } from "../base/time.ts";
import type { Ledger } from "../ports/ledger.ts";
import { record } from "../release/controller.ts";
import type { Held } from "../release/facts.ts";
import { currentStep, isDeploy, type Release, readEnvironment } from "../release/state.ts";
import { holderHere } from "../worlds/local/ledger.ts";
import { goOnCommand, startCommand, withLedger } from "./ledger-of.ts";
import { isInCharge } from "./rehearsal/open.ts";
import type { Asked } from "./target.ts";
import type { Ask } from "./views.ts";

const answers: Record<Ask, string> = {
  approve: "approved: it goes on",
  pause: "paused before its next step; the gates are still read",
  resume: "goes on",
  abort: "aborts: everything is put back",
  rollback: "rolls back: everything is put back",
  promote: "skips the rest of its bakes and waits; the gates still have to pass",
};

/**
 * Writes what a person asks into the ledger, where whoever is in charge reads it: the controller's next turn, or before there is a plan the
 * pipeline, which only stops. Throws `release/none` when there is nothing that could do it. A pause is taken back by `resume`, an approval
 * or a promotion by `rollback` until the release has ended; a release that goes back goes all the way, and another one begins anew.
 */
export async function ask(asked: Asked, what: Ask, by: string): Promise<{ release: string; text: string }> {
  return withLedger(asked, (ledger) => askIn(ledger, asked.environment, what, by));
}

/** The same in a ledger that is open. */
export async function askIn(ledger: Ledger, environment: string, what: Ask, by: string): Promise<{ release: string; text: string }> {
  const { release, held } = await readEnvironment(ledger);
  const alive = await isInCharge(ledger, held);
  const writeDown = (id: string) => record(ledger, "asked", { what, by }, { release: id, at: systemClock.now(), holder: holderHere(by) });
  if (held && alive && isDeploy(held.release)) refuseOfDeploy(held, release);
  else if (held && alive && held.release !== release?.id) {
    refuseEarly(held, what, environment);
    await writeDown(held.release);
    return { release: held.release, text: `${held.release} stops before it released anything` };
  }
  if (!release || release.ended)
    throw new UserError("release/none", `no release of "${environment}" is running`, `start one with: ${startCommand(environment)}`);
  refuse(release, what, environment);
  await writeDown(release.id);
  const nobody =
    alive && held?.release === release.id ? "" : `; nobody is in charge of it, so this is done by: ${goOnCommand(environment)}`;
  return { release: release.id, text: `${release.id} ${answers[what]}${nobody}` };
}

/** A deploy listens to nobody; what is asked of a release that stands meanwhile is written for whoever goes on with it. */
function refuseOfDeploy({ release: deploy, by, since }: Held, release: Release | undefined): void {
  if (release && !release.ended) return;
  throw new UserError(
    "release/none",
    `${deploy} is under way since ${new Date(since).toISOString()}, by ${by.name} (${by.host}), and no release`,
    "wait for it: a deploy is ended where it runs",
  );
}

/** While the pipeline runs, or a release to AWS is looked at whether it may begin, there is none yet that could go on or wait. */
function refuseEarly({ release, by, since }: Held, what: Ask, environment: string): void {
  if (what === "abort" || what === "rollback") return;
  const from = new Date(since).toISOString();
  const runs =
    environment === rehearsalEnvironment
      ? `the pipeline of ${release} runs since ${from}`
      : `it is looked at since ${from} whether ${release} may begin`;
  throw new UserError(
    "release/none",
    `there is nothing to ${what} yet: ${runs}, started by ${by.name} (process ${by.pid} on ${by.host})`,
    `watch it with: ${commandOn("sluice status --watch", environment)}, or stop it with: ${commandOn("sluice abort", environment)}`,
  );
}

/** What would change nothing is refused, so that nobody believes it did. */
function refuse(release: Release, what: Ask, environment: string): void {
  const watch = `watch it with: ${commandOn("sluice status", environment)}`;
  if (release.turnedBack && what !== "abort" && what !== "rollback") {
    throw new UserError("usage/invalid", `${release.id} is already going back`, watch);
  }
  const driven = release.sealed.plan.steps.find((step) => step.kind === "deploy");
  if (driven && (what === "pause" || what === "promote")) {
    throw new UserError(
      "usage/invalid",
      `${driven.by} moves the callers of ${release.id} at its own pace, which nobody can ${what}`,
      `${watch}, or stop it with: ${commandOn("sluice abort", environment)}`,
    );
  }
  const approval = release.steps.some(({ step }) => step.kind === "approval");
  if (what === "approve" && (!approval || release.approved)) {
    throw new UserError("usage/invalid", `${release.id} waits for no approval`, toBeAsked(environment));
  }
  if (what === "resume" && !release.paused) {
    throw new UserError("usage/invalid", `${release.id} is not paused; it is at: ${currentStep(release)?.step.id ?? "its end"}`, watch);
  }
}

const toBeAsked = (environment: string): string =>
  environment === rehearsalEnvironment ? "rehearse with --approve to be asked" : 'write rollout.approval: "before-first-shift" to be asked';
