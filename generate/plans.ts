import { readdirSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "../lib/config/load.ts";
import { buildPlan } from "../lib/plan/build.ts";
import type { Plan } from "../lib/plan/template.ts";

const folder = path.join(import.meta.dirname, "../examples");

/** The plans of each example that has environments, by its folder's name. */
export const plans: ReadonlyMap<string, readonly Plan[]> = new Map(
  (await Promise.all(readdirSync(folder).sort().map(plansOf))).filter(([, planned]) => planned.length > 0),
);

async function plansOf(example: string): Promise<readonly [string, readonly Plan[]]> {
  const { config } = await loadConfig(path.join(folder, example));
  return [example, config.environments.map(({ name }) => buildPlan(config, name))];
}
