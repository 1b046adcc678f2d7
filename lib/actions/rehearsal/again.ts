import { UserError } from "../../base/errors.ts";
import type { Sources } from "../../pipeline/source.ts";
import type { Release } from "../../release/state.ts";
import type { RehearseOptions } from "../views.ts";

/**
 * Throws `release/unfinished` when versions were named that are not those of the release that was left unfinished: going on with it would
 * release something else than what was asked for. Where none were named, whoever runs the command again wants it finished.
 */
export function refuseOtherVersions(
  { id, sealed: { plan } }: Release,
  { source, from, to }: Pick<RehearseOptions, "source" | "from" | "to">,
  sources: Pick<Sources, "from" | "to">,
): void {
  const [live, candidate] = [plan.live.artifact.version, plan.candidate.artifact.version];
  const same = (from === undefined || sources.from.version === live) && (to === undefined || sources.to.version === candidate);
  if (same) return;
  // Two published versions without a folder are one project by their names alone.
  const published = source === undefined && sources.from.kind === "npm" && sources.to.kind === "npm";
  const again = published ? `sluice rehearse --from npm:${live} --to npm:${candidate}` : "sluice rehearse without --from and --to";
  throw new UserError(
    "release/unfinished",
    `${id}, from ${live} to ${candidate}, was left unfinished, and other versions were asked for`,
    `finish it with: ${again}; or, to have that undo it, ask before: sluice rollback`,
  );
}
