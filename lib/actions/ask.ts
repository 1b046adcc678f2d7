import { UserError } from "../base/errors.ts";
import { systemClock } from "../base/time.ts";
import { record } from "../release/controller.ts";
import { currentStep, foldLedger, type Release } from "../release/state.ts";
import { holderHere } from "../worlds/local/ledger.ts";
import { stateOf } from "./project.ts";
import { rehearsalLedger } from "./rehearsal/open.ts";
import type { Ask } from "./views.ts";

const answers: Record<Ask, string> = {
  approve: "approved: it goes on",
  pause: "paused before its next step; the gates are still read",
  resume: "goes on",
  abort: "aborts: everything is put back",
  rollback: "rolls back: everything is put back",
  promote: "skips the rest of its bakes and waits; the gates still have to pass",
};

/** Writes what a person asks into the ledger, where the controller's next turn reads it. Throws `release/none` when no release runs. */
export async function ask(project: string, environment: string, what: Ask, by: string): Promise<{ release: string; text: string }> {
  const ledger = rehearsalLedger(stateOf(project, environment));
  const { release } = foldLedger(await ledger.read());
  if (!release || release.ended)
    throw new UserError("release/none", `no release of "${environment}" is running`, "start one with: sluice rehearse");
  refuse(release, what);
  await record(ledger, "asked", { what, by }, { release: release.id, at: systemClock.now(), holder: holderHere(by) });
  return { release: release.id, text: `${release.id} ${answers[what]}` };
}

/** What would change nothing is refused, so that nobody believes it did. */
function refuse(release: Release, what: Ask): void {
  if (release.turnedBack && what !== "abort" && what !== "rollback") {
    throw new UserError("usage/invalid", `${release.id} is already going back`, "watch it with: sluice status");
  }
  const approval = release.steps.some(({ step }) => step.kind === "approval");
  if (what === "approve" && (!approval || release.approved)) {
    throw new UserError("usage/invalid", `${release.id} waits for no approval`, "rehearse with --approve to be asked");
  }
  if (what === "resume" && !release.paused) {
    throw new UserError(
      "usage/invalid",
      `${release.id} is not paused; it is at: ${currentStep(release)?.step.id ?? "its end"}`,
      "watch it with: sluice status",
    );
  }
}
