import { UserError } from "../../base/errors.ts";
import type { Slot } from "../../base/outcome.ts";
import { otherSlot } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { World } from "../../ports/world.ts";
import type { Placement } from "../../release/plan.ts";

/** The domain that the test listener's certificate is for. */
export function domainOf({ environments }: Config, environment: string): string {
  const domain = environments.find(({ name }) => name === environment)?.domain;
  if (domain !== undefined) return domain;
  throw new UserError(
    "world/unsupported",
    `"${environment}" has no domain, so nobody can ask its test listener over TLS`,
    `write environments.${environment}.domain, the name that its certificate is for`,
  );
}

/** Throws where no release moves the weights or has them moved, but each deploy does by its phase. */
export function refuseOtherHolder({ rollout: { weightHolder } }: Config, environment: string): void {
  if (weightHolder !== "engine") return;
  throw new UserError(
    "world/unsupported",
    `the weights of "${environment}" are moved by the phases of its deploys, not by a release of Sluice`,
    `write rollout.weightHolder: "release" and deploy, or bring about the next phase: sluice deploy ${environment}`,
  );
}

/** Where it is looked what is live. */
interface LookedAt {
  readonly environment: string;
  readonly world: (candidate: Slot) => World;
  /** What people are told begins with it; absent where there is one region. */
  readonly region?: string;
}

/**
 * What is live: what the ledger says, or before the first release what runs in blue. Throws `world/changed` where the traffic is elsewhere:
 * a release that began there would end it.
 */
export async function liveIn(
  { environment, world, region }: LookedAt,
  live: Placement | undefined,
  artifact: ArtifactOf,
): Promise<Placement> {
  const where = region === undefined ? "" : `${region}: `;
  const slot = live?.slot ?? "blue";
  const { fleet, router } = world(otherSlot(slot));
  const candidates = await router.weight();
  if (candidates !== 0) {
    const command = await router.byHand?.(slot);
    throw new UserError(
      "world/changed",
      `${where}${slot} is live, and ${otherSlot(slot)} gets ${candidates} % of the traffic`,
      `find out who moved it, and give ${slot} all of it again${command === undefined ? "" : `: ${command}`}`,
    );
  }
  const runs = await fleet.status(slot);
  if (runs.digest === undefined || runs.wanted === 0 || (live && live.artifact.digest !== runs.digest)) {
    throw new UserError(
      "world/changed",
      `${where}${slot} is live and ${runs.digest === undefined ? "runs nothing" : `runs ${runs.version}`}${live ? `, not ${live.artifact.version}` : ""}`,
      `see what is missing with: sluice doctor ${environment}, and what the ledger knows with: sluice status ${environment}; let a version settle there, an image of the registry or an archive that the parameter of the slot names, then release again`,
      runs.trouble,
    );
  }
  return { slot, artifact: live?.artifact ?? artifact(runs.digest, runs.version ?? "live"), count: runs.wanted };
}

type ArtifactOf = (digest: string, version: string) => Artifact;
