import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import { phases } from "../../config/schema/migration.ts";
import { legalMove, type Place, standingOf } from "../../plan/phases.ts";
import type { Plan } from "../../plan/template.ts";

/**
 * Refuses a deploy that would move a migration further than one legal step, before any resource changes (B07). Where it is now the stack's own
 * outputs say. Without a migration whose weights the engine holds, and before the first deploy, every phase may be begun from `initial`.
 */
export async function refuseJump(config: Config, plan: Plan): Promise<void> {
  const environment = config.environments.find(({ name }) => name === plan.environment);
  if (!environment?.migration || config.rollout.weightHolder !== "engine") return;
  const { phase, shares } = standingOf(config, environment);
  const to: Place = phase === "traffic-shift" ? { phase, weight: shares.green } : { phase };
  const { weights } = config.rollout;
  const movesData = config.database !== undefined && environment.migration.snapshot !== undefined;
  const move = legalMove((await placeNow(plan)) ?? { phase: "initial" }, to, { weights, movesData });
  if ("refused" in move)
    throw new UserError(
      "plan/phase",
      move.refused,
      `write the next phase into environments.${plan.environment}.migration, and deploy again`,
    );
}

/** Where the last deploy left the migration, or undefined before the first. */
async function placeNow({ stacks }: Plan): Promise<Place | undefined> {
  const name = stacks.find(({ outputs }) => outputs.some((one) => one.name === "Phase"))?.name;
  if (name === undefined) return undefined;
  const self = new pulumi.StackReference("before", { name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}` });
  const { value } = await self.getOutputDetails(name);
  const [said, weight]: unknown[] =
    typeof value === "object" && value !== null ? [Reflect.get(value, "Phase"), Reflect.get(value, "Weight")] : [];
  const phase = phases.find((one) => one === said);
  if (phase === undefined) return undefined;
  return phase === "traffic-shift" ? { phase, weight: Number(weight) } : { phase };
}
