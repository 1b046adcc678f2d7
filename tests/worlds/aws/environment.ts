import path from "node:path";
import { environmentMapOf } from "../../../lib/actions/environment-map.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { EnvironmentMap } from "../../../lib/ports/environment-map.ts";

/** System A as a team would start from it. */
export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/a-multi-region-containers"));
export const plan = buildPlan(config, "production");

/** The map of system A in production, with the values that a test gives to some outputs, and names of their own to the others. */
export function mapWith(values: Readonly<Record<string, string>>): EnvironmentMap {
  const outputs = plan.stacks.map(({ name, outputs: all }) => [
    name,
    Object.fromEntries(all.map((output) => [output.name, values[output.name] ?? `${name}-${output.name}`])),
  ]);
  return environmentMapOf(plan, Object.fromEntries(outputs));
}
