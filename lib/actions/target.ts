import { UserError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import { loadProject } from "../config/load.ts";
import { buildPlan } from "../plan/build.ts";
import type { Plan } from "../plan/template.ts";

/** An environment of a configuration, as the actions on AWS take it. */
export interface Target {
  /** The project's folder. */
  readonly folder: string;
  readonly config: Config;
  readonly plan: Plan;
  /** The regions that a deploy is limited to. */
  readonly only: { readonly regions?: readonly string[] };
}

/** Where a person says that the environment is. */
export interface Asked {
  readonly folder: string;
  readonly environment: string;
  /** The configuration file, where it is named. */
  readonly config?: string;
  /** The region whose stacks alone are deployed: with the first one those outside the environment's regions, such as CloudFront's. */
  readonly region?: string;
}

/** Loads the configuration and plans the environment. Asks AWS nothing. */
export async function openTarget({ folder, environment, config: file, region }: Asked): Promise<Target> {
  const config = await loadProject(folder, file);
  const plan = buildPlan(config, environment);
  if (region !== undefined) refuseStrange(plan, region);
  return { folder, config, plan, only: region === undefined ? {} : { regions: deployedWith(config, plan, region) } };
}

/** A workflow deploys region by region: without this nobody would deploy what is in none of the environment's regions. */
function deployedWith({ environments }: Config, { environment, stacks }: Plan, region: string): readonly string[] {
  const own: readonly string[] = environments.find(({ name }) => name === environment)?.regions ?? [];
  const outside = stacks.map((stack) => stack.region).filter((one) => !own.includes(one));
  return region === own[0] ? [...new Set([region, ...outside])] : [region];
}

function refuseStrange({ environment, stacks }: Plan, region: string): void {
  const known = [...new Set(stacks.map((stack) => stack.region))];
  if (known.includes(region)) return;
  throw new UserError("usage/unknown", `${environment} has nothing in the region "${region}"`, `write one of: ${known.join(", ")}`);
}
