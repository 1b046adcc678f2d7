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
  // A program of the Automation API exports the stacks themselves, and `bin/tap.ts`, which is a module, exports them under a name.
  const [own, module] = await Promise.all([outputOf(self, name), outputOf(self, "stacks")]);
  const outputs = own ?? memberOf(module, name);
  const phase = phases.find((one) => one === memberOf(outputs, "Phase"));
  if (phase === undefined) return undefined;
  return phase === "traffic-shift" ? { phase, weight: Number(memberOf(outputs, "Weight")) } : { phase };
}

/** One secret among them makes a secret of the whole, which is then told elsewhere. */
async function outputOf(stack: pulumi.StackReference, name: string): Promise<unknown> {
  const { value, secretValue } = await stack.getOutputDetails(name);
  return value ?? secretValue;
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
