import { planIn } from "./plan.ts";
import type { Release } from "./state.ts";
import { lastShift, trafficOf } from "./traffic.ts";
import { isTakenBack, wavesOf } from "./waves.ts";

/**
 * Where the callers of a release are that nobody carries on, as its ledger tells: a shift that was begun may have come to pass, and so may one
 * that was being taken back. What AWS moves by itself it goes on moving, or takes back: of that only what was seen last is known.
 */
export function standing(release: Release): string {
  const { plan } = release.sealed;
  const by = moverOf(release);
  if (by !== undefined) {
    const share = `${trafficOf(release)?.weight ?? 0} % on ${plan.candidate.slot}`;
    return `${release.id} had ${share} when ${by} was last asked, which goes on by itself; no gate is read while nobody is in charge of it`;
  }
  const regions = wavesOf(plan).map(({ region }) => region);
  const shares = regions.length > 0 ? regions.map((region) => `${shareIn(release, region)} in ${region}`) : [shareIn(release, undefined)];
  return `${release.id} stands with ${shares.join(", ")}; nothing moves while nobody is in charge of it`;
}

/** Who of AWS moves callers without a host: from when it was told until the old version is ended, or has them all again. */
function moverOf({ steps, turnedBack }: Release): string | undefined {
  const isIn = (kind: "deploy" | "settle", ...states: readonly string[]) =>
    steps.find(({ step, is }) => step.kind === kind && states.includes(is))?.step;
  const deploy = isIn("deploy", "running", "done");
  return deploy?.kind === "deploy" && (turnedBack || !isIn("settle", "done")) ? deploy.by : undefined;
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
