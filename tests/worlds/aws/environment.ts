import path from "node:path";
import { environmentMapOf } from "../../../lib/actions/environment-map.ts";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { EnvironmentMap } from "../../../lib/ports/environment-map.ts";
import { configured } from "../../examples/b/plans.ts";

/** System A as a team would start from it. */
export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/a-multi-region-containers"));
export const plan = buildPlan(config, "production");

/** System B, whose weights a release holds, before its first one. */
export const systemB = (router: Config["rollout"]["router"]): Config =>
  configured({ rollout: { ...configured({}).rollout, router, weightHolder: "release" } }, { phase: "initial" });

/** The map of a system in production, with the values that a test gives to some outputs, and names of their own to the others. */
export function mapWith(values: Readonly<Record<string, string>>, of: Config = config): EnvironmentMap {
  const { stacks, ...rest } = of === config ? plan : buildPlan(of, "production");
  const outputs = stacks.map(({ name, outputs: all }) => [
    name,
    Object.fromEntries(all.map((output) => [output.name, values[output.name] ?? `${name}-${output.name}`])),
  ]);
  return environmentMapOf({ stacks, ...rest }, Object.fromEntries(outputs));
}

/** The resources of a system's service in the primary region. */
export function serviceOf(of: Config) {
  const { stacks } = of === config ? plan : buildPlan(of, "production");
  const [{ name }] = of.services;
  return stacks.find(({ part }) => part === name)?.resources ?? [];
}
