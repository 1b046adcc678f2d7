import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { buildPlan } from "../plan/build.ts";
import type { Plan } from "../plan/template.ts";

/** An environment of a configuration, as the actions on AWS take it. */
export interface Target {
  /** The project's folder. */
  readonly folder: string;
  readonly config: Config;
  readonly plan: Plan;
}

/** Where a person says that the environment is. */
export interface Asked {
  readonly folder: string;
  readonly environment: string;
  /** The configuration file, where it is named. */
  readonly config?: string;
}

/** Loads the configuration and plans the environment. Asks AWS nothing. */
export async function openTarget({ folder, environment, config: file }: Asked): Promise<Target> {
  const { config } = await loadConfig(folder, file);
  return { folder, config, plan: buildPlan(config, environment) };
}
