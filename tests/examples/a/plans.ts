import path from "node:path";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Plan, Type } from "../../../lib/plan/template.ts";
import { type Found, readTemplates, type Templates } from "../template.ts";

export const root = path.join(import.meta.dirname, "../../..");

/** The configuration of system A as a team would start from it. */
export const { config } = await loadConfig(path.join(root, "examples/a-multi-region-containers"));

export const whole = buildPlan(config, "production");

/** Production, in which each stack is known by its part and its region. */
export const production = byRegion(whole);
export const staging = readTemplates(buildPlan(config, "staging"));

export const primary = "eu-west-1";
export const secondary = "us-west-2";
export const regions = [primary, secondary] as const;

function byRegion(plan: Plan): Templates {
  return readTemplates({ ...plan, stacks: plan.stacks.map((stack) => ({ ...stack, part: `${stack.part} ${stack.region}` })) });
}

/** Production with other settings. */
export const changed = (change: Partial<Config>): Templates => byRegion(buildPlan({ ...config, ...change }, "production"));

/** What production has of a type in a region. */
export const inRegion = (region: string, type: Type, templates = production): readonly Found[] =>
  templates.all(type).filter(({ stack }) => stack.endsWith(` ${region}`));

/** The one of a type in a region whose logical id ends so. */
export function theOne(region: string, type: Type, end = "", templates = production): Found {
  const [only, ...others] = inRegion(region, type, templates).filter(({ id }) => id.endsWith(end));
  if (!only || others.length > 0) throw new Error(`${only ? others.length + 1 : "no"} ${type} …${end} in ${region}`);
  return only;
}

/** The database that takes writes. */
export const writer = production.one("AWS::RDS::DBInstance", ({ stack, id }) => stack === `data ${primary}` && id === "DatabaseInstance");
