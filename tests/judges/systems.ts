import { readdirSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";

const folder = path.join(import.meta.dirname, "..", "..", "examples");

/** Every environment of every example that has any, as a plan. */
export const systems = (await Promise.all(readdirSync(folder).sort().map(plansOf))).flat();

async function plansOf(example: string) {
  const { config } = await loadConfig(path.join(folder, example));
  return config.environments.map(({ name }) => ({ name: `${example} ${name}`, plan: buildPlan(config, name) }));
}
