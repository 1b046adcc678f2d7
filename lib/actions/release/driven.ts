import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Busy, Driver } from "../../ports/driver.ts";
import type { Placement } from "../../release/plan.ts";

/**
 * What is live where AWS moves the callers: what it says, for a pipeline may have put it there and no ledger knows. Throws `world/changed` while
 * something is being deployed that is of no release.
 */
export async function liveBy(
  driver: Driver,
  told: Placement | undefined,
  artifact: (digest: string, version: string) => Artifact,
): Promise<Placement> {
  const seen = await driver.live();
  if (seen.is === "busy") throw new UserError("world/changed", seen.because, fixOf(seen));
  const { slot, digest, version, count } = seen;
  const known = told?.slot === slot && told.artifact.digest === digest;
  return { slot, artifact: known ? told.artifact : artifact(digest, version), count };
}

const fixOf = ({ end }: Busy): string => `wait until it has ended${end === undefined ? "" : `, or end it: ${end}`}, then release again`;

/** What a release with a driver is not, told before it begins. */
export const limitsOf = ({ name }: Driver): string =>
  `${name} moves the callers at its own pace and watches its copies by its own alarms: no probes are asked, nothing tops up the traffic, and it waits for no gate; one that fails stops it`;

/** Throws where callers in another region would go on to get the old version: what AWS moves, it moves in each region by itself. */
export function refuseSeveral({ name }: Driver, environment: string, regions: readonly { readonly name: string }[]): void {
  if (regions.length === 1) return;
  throw new UserError(
    "world/unsupported",
    `"${environment}" serves callers in ${regions.map((region) => region.name).join(", ")}, and a release by ${name} is of one region`,
    'release to an environment of one region, let its pipeline do so, or write rollout.weightHolder: "release" and deploy',
  );
}
