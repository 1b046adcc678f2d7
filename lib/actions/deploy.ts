import { systemClock } from "../base/time.ts";
import type { SecretStore } from "../ports/secrets.ts";
import type { Environment } from "../release/state.ts";
import type { Agree, AwsEnd, AwsTold } from "./aws-events.ts";
import { refuseOwned } from "./deploy-lock.ts";
import type { MakeEngine } from "./engines.ts";
import { environmentMapOf, writeMap } from "./environment-map.ts";
import { changesAnything, refuseTaken, refuseUnbundled } from "./preview.ts";
import type { Restores } from "./restore/restores.ts";
import { refuseMissing } from "./secret.ts";
import type { Target } from "./target.ts";

/** Does a deploy's work while nobody releases. It gets what the environment is, where releases move something of it. */
export type LockReleases = <T>(
  target: Target,
  tell: (told: AwsTold) => void,
  work: (before: Environment | undefined) => Promise<T>,
) => Promise<T>;

/** What a deploy works with. */
interface DeployWith {
  readonly engine: MakeEngine;
  readonly secrets: () => Promise<SecretStore>;
  /** Keeps releases out while it works. */
  readonly lock: LockReleases;
  /** Sees to the snapshot of a database that is restored. */
  readonly restores: Restores;
  /** Asked before anything is changed; without it nobody is. */
  readonly agree: Agree;
  readonly tell: (told: AwsTold) => void;
}

/**
 * Makes AWS what the plan of an environment says, and writes its map. Refuses while a secret is missing. What failed half-way is finished
 * by running it again; until then CloudFormation has rolled back the stack that failed and no other (AWS CloudFormation User Guide, "Choose
 * how to handle failures when provisioning resources"), and Pulumi has rolled back nothing. To go back, deploy the configuration from
 * before: what the changes call lost does not come back with it. It moves no traffic where a release holds the weights; where the engine
 * does, the phase `rolled-back` takes the traffic back.
 */
export async function deploy(target: Target, { engine: makeEngine, secrets, lock, restores, agree, tell }: DeployWith): Promise<AwsEnd> {
  const { plan, folder, only } = target;
  refuseUnbundled(plan);
  // What another stack's output says can change a stack whose template did not, so that AWS alone knows.
  let changed = false;
  const engine = makeEngine((progress) => {
    changed ||= progress.type === "stack" && progress.is === "done";
    tell(progress);
  });
  const stacks = await engine.preview(plan, only);
  tell({ type: "changes", stacks });
  refuseTaken(stacks);
  await refuseMissing(target, secrets);
  const restoring = await restores(target, stacks, tell);
  if (changesAnything(stacks) && agree && !(await agree(stacks)))
    return { outcome: "aborted", because: "nobody agreed; nothing was changed", map: "", kept: [] };
  return await lock(target, tell, async (before) => {
    if (before) refuseOwned(plan, stacks, before, engine.sendsWhole);
    await restoring?.bring();
    const map = await writeMap(folder, { ...environmentMapOf(plan, await engine.apply(plan, only)), at: systemClock.now() });
    await restoring?.verify();
    return changed
      ? { outcome: "deployed", because: "AWS is what the plan says", map, kept: [] }
      : { outcome: "unchanged", because: "AWS was what the plan says already", map, kept: [] };
  });
}
