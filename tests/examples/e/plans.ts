import path from "node:path";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import type { Environment } from "../../../lib/config/schema/environment.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { type Found, type Part, readTemplates, type Templates } from "../template.ts";

export const root = path.join(import.meta.dirname, "../../..");

/** The configuration of system E as a team would start from it. */
export const { config } = await loadConfig(path.join(root, "examples/e-cross-account-pipeline"));

export const planOf = (environment: string, change: Partial<Config> = {}): Templates =>
  readTemplates(buildPlan({ ...config, ...change }, environment));

export const tools = planOf("tools");
export const staging = planOf("staging");
export const production = planOf("production");

/** The accounts that are deployed to. */
export const stages: readonly (readonly [string, Templates])[] = [
  ["staging", staging],
  ["production", production],
];
export const all: readonly (readonly [string, Templates])[] = [["tools", tools], ...stages];

export function environmentOf(name: string): Environment {
  const found = config.environments.find((one) => one.name === name);
  if (!found) throw new Error(`E has no environment ${name}`);
  return found;
}

/** The plan of an environment with settings of an environment changed: its own, unless another is named. */
export function withEnvironment(name: string, change: Partial<Environment>, planned = name): Templates {
  return planOf(planned, { environments: config.environments.map((one) => (one.name === name ? { ...one, ...change } : one)) });
}

export function delivery(): NonNullable<Config["delivery"]> {
  if (!config.delivery) throw new Error("E has a pipeline");
  return config.delivery;
}

/** The ARN of a role by the name that a plan gives it. */
export const arnOfRole = ({ account }: Templates, role: Found): string => `arn:aws:iam::${account}:role/${role.text("RoleName")}`;

export const roleOf = (templates: Templates, thing: string): Found =>
  templates.one("AWS::IAM::Role", (one) => one.text("RoleName").endsWith(`-euc1-${thing}`));

export const pipelineOf = (templates: Templates): Found => templates.one("AWS::CodePipeline::Pipeline");

/** The actions of a pipeline in the order in which it runs them, each with the name of its stage. */
export const actionsOf = (templates: Templates): readonly (Part & { readonly stage: string })[] =>
  pipelineOf(templates)
    .parts("Stages")
    .flatMap((stage) => stage.parts("Actions").map((action) => ({ ...action, stage: stage.text("Name") })));

export function actionOf(templates: Templates, name: string): Part {
  const [only, ...others] = actionsOf(templates).filter((one) => one.at("Name") === name);
  if (!only || others.length > 0) throw new Error(`${others.length} actions ${name}`);
  return only;
}
