import { planIn } from "./plan.ts";
import type { Release } from "./state.ts";
import { lastShift, trafficOf } from "./traffic.ts";
import { isTakenBack, wavesOf } from "./waves.ts";

/**
 * Where the callers of a release are that nobody carries on, as its ledger tells: a shift that was begun may have come to pass, and so may one
 * that was being taken back. What AWS moves by itself it goes on moving.
 */
export function standing(release: Release): string {
  const { plan } = release.sealed;
  const regions = wavesOf(plan).map(({ region }) => region);
  const shares = regions.length > 0 ? regions.map((region) => `${shareIn(release, region)} in ${region}`) : [shareIn(release, undefined)];
  const driven = release.steps.find(({ step, is }) => step.kind === "deploy" && is === "running")?.step;
  const still = driven?.kind === "deploy" ? `${driven.by} goes on by itself, and no gate is read` : "nothing moves";
  return `${release.id} stands with ${shares.join(", ")}; ${still} while nobody is in charge of it`;
}

/** The candidate's share in a wave, as far as it is known. */
function shareIn(release: Release, wave: string | undefined): string {
  const { slot } = planIn(release.sealed.plan, wave).candidate;
  const held: number = trafficOf(release, wave)?.weight ?? 0;
  const last = lastShift(release, wave);
  const goesBack = release.turnedBack && (!last || isTakenBack(release, last));
  const begun = release.steps.flatMap(({ step, is }) =>
    step.kind === "shift" && step.wave === wave && is === "running" ? [step.weight] : [],
  );
  const most = Math.max(held, ...begun);
  if (goesBack && most > 0) return `at most ${most} % on ${slot}`;
  return most > held ? `between ${held} and ${most} % on ${slot}` : `${held} % on ${slot}`;
}
