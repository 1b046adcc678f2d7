import path from "node:path";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import type { Migration } from "../../../lib/config/schema/migration.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { readTemplates, type Templates } from "../template.ts";

const root = path.join(import.meta.dirname, "../../..");

/** The configuration of system B as a team would start from it. */
export const { config } = await loadConfig(path.join(root, "examples/b-dev-to-production"));

export const [service] = config.services;
const { compute: given } = service;
if (given?.kind !== "ec2") throw new Error("B runs on EC2");
export const compute = given;

/** System B with other settings; those of the migration are production's. */
export function configured(change: Partial<Config>, migration: Partial<Migration> = {}): Config {
  const environments = config.environments.map((one) => (one.migration ? { ...one, migration: { ...one.migration, ...migration } } : one));
  return { ...config, environments, ...change };
}

export const planned = (change: Partial<Config>, migration: Partial<Migration> = {}, environment = "production"): Templates =>
  readTemplates(buildPlan(configured(change, migration), environment));

export const production = planned({});
export const development = planned({}, {}, "development");
export const byName = planned({ rollout: { ...config.rollout, router: "dns" } });

/** Between whose colours DNS splits the callers, as a release says. */
export const byReleases = configured({ rollout: { ...config.rollout, router: "dns", weightHolder: "release" } });

/** Both environments, for tests that hold in each. */
export const both: readonly (readonly [string, Templates])[] = [
  ["production", production],
  ["development", development],
];
