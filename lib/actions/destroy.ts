import { UserError } from "../base/errors.ts";
import { systemClock } from "../base/time.ts";
import { record, refuseHeld } from "../release/controller.ts";
import { readEnvironment } from "../release/state.ts";
import { holderHere } from "../worlds/local/ledger.ts";
import { findPlane } from "../worlds/local/plane-process.ts";
import { stateOf } from "./project.ts";
import { rehearsalLedger } from "./rehearsal/open.ts";
import { openSite } from "./rehearsal/site.ts";

/**
 * Stops a data plane that was kept, with everything in it. Throws `release/held` while a release runs, `plane/lost` when there is none. A
 * release that was left unfinished is written down as aborted. It is not started again as it was: to have one back, rehearse with `--keep`.
 */
export async function destroy(project: string, environment: string): Promise<{ text: string }> {
  const state = stateOf(project);
  const ledger = rehearsalLedger(state);
  const me = holderHere("sluice destroy");
  const { release, held, next } = await readEnvironment(ledger);
  await refuseHeld(ledger, held, me, systemClock.now());
  const plane = findPlane(state);
  if (!plane)
    throw new UserError("plane/lost", `no data plane of "${environment}" is running`, "start one that stays with: sluice rehearse --keep");
  // Whoever takes the lock meanwhile writes a later entry, and is not disturbed.
  const where = { state, settings: plane.settings, folder: project, tell: () => {}, ledger, fence: () => next - 1 };
  const site = await openSite(where, false);
  await site.close();
  if (release && !release.ended) {
    await record(
      ledger,
      "ended",
      { outcome: "aborted", because: "its data plane was stopped", undid: [], left: [] },
      { release: release.id, at: systemClock.now(), holder: me },
    );
  }
  return { text: `stopped the data plane of "${environment}" at ${plane.url}` };
}
