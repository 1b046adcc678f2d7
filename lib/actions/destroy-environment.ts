import { UserError } from "../base/errors.ts";
import type { AwsEnd, AwsTold } from "./aws-events.ts";
import type { MakeEngine } from "./engines.ts";
import { removeMap } from "./environment-map.ts";
import type { Target } from "./target.ts";

/** What a deletion works with. */
interface DestroyWith {
  /** Loads it, which nothing that is refused has to wait for. */
  readonly engine: () => Promise<MakeEngine>;
  /** Throws `release/held` while somebody releases. Nothing holds the lock after: the ledger goes too. */
  readonly refuseReleasing: (target: Target) => Promise<void>;
  /** Asked before anything is deleted; without it nobody is. */
  readonly agree: (() => Promise<boolean>) | undefined;
  readonly tell: (told: AwsTold) => void;
}

/** Throws for an environment that only a changed configuration may delete. */
function refuseProtected({ plan }: Target): void {
  const stacks = plan.stacks.filter(({ protect }) => protect).map(({ name }) => name);
  if (stacks.length === 0) return;
  const { environment } = plan;
  throw new UserError(
    "environment/protected",
    `"${environment}" is protected, and nothing of it was deleted`,
    `write environments.${environment}.protected: false, run: sluice deploy ${environment}, and then: sluice destroy ${environment}`,
    stacks,
  );
}

/**
 * Deletes the stacks of an environment and its map. Stacks that are gone are done, so a second run finishes what a first one could not.
 * There is no way back: a deploy makes the environment again, and empty. What outlives it is named in `kept`, and keys that were deleted
 * can be had back for the days that AWS waits (AWS KMS Developer Guide, "Cancel key deletion").
 */
export async function destroyEnvironment(
  target: Target,
  { engine: loadEngine, refuseReleasing, agree, tell }: DestroyWith,
): Promise<AwsEnd> {
  refuseProtected(target);
  const makeEngine = await loadEngine();
  const { plan, folder } = target;
  if (agree && !(await agree())) return { outcome: "aborted", because: "nobody agreed; nothing was deleted", map: "", kept: [] };
  const kept: string[] = [];
  const engine = makeEngine((progress) => {
    if (progress.type === "resource" && progress.is === "kept") kept.push(`${progress.stack}/${progress.id}`);
    tell(progress);
  });
  await refuseReleasing(target);
  await engine.destroy(plan);
  await removeMap(folder, plan.environment);
  return { outcome: "destroyed", because: `${plan.stacks.length} stacks are gone`, map: "", kept };
}
