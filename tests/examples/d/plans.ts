import path from "node:path";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { readTemplates, type Templates } from "../template.ts";

export const root = path.join(import.meta.dirname, "../../..");

/** The configuration of system D as a team would start from it. */
export const { config } = await loadConfig(path.join(root, "examples/d-container-pipeline"));

export const production = readTemplates(buildPlan(config, "production"));
export const staging = readTemplates(buildPlan(config, "staging"));

/** Both environments, for tests that hold in each. */
export const both: readonly (readonly [string, Templates])[] = [
  ["production", production],
  ["staging", staging],
];

/** System D with other settings. */
export function changed(change: Partial<Config>, environment = "production"): Templates {
  return readTemplates(buildPlan({ ...config, ...change }, environment));
}

/** The service of D with other settings. */
export function withService(change: Partial<Config["services"][0]>): Templates {
  const [service] = config.services;
  return changed({ services: [{ ...service, ...change }] });
}
