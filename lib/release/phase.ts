import { hasShifted, isShifted, type Release } from "./state.ts";
import { movedShare } from "./traffic.ts";
import { isTakenBack } from "./waves.ts";

/** A phase in the words of AWS migrations; derived, never stored. With data `keep` there is no `snapshot` phase. */
export type Phase = "initial" | "blue-green" | "traffic-shift" | "complete" | "rolled-back";

/** Where a release is, for people; `undefined` is an environment that never had one. */
export function phaseOf(release: Release | undefined): Phase {
  if (!release) return "initial";
  if (release.ended?.outcome === "released") return "complete";
  // A rollback that could not be completed leaves traffic where it was.
  const left = movedShare(release) > 0 || release.steps.some((state) => isShifted(state) && isTakenBack(release, state));
  if (release.ended) return left ? "traffic-shift" : "rolled-back";
  if (hasShifted(release)) return "traffic-shift";
  return release.steps.some(({ is }) => is !== "waiting") ? "blue-green" : "initial";
}
