import path from "node:path";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Plan } from "../../../lib/plan/template.ts";
import { type Found, type Part, readTemplates, type Templates } from "../template.ts";

export const root = path.join(import.meta.dirname, "../../..");

/** The configuration of system C as a team would start from it. */
export const { config } = await loadConfig(path.join(root, "examples/c-pulumi-pipeline"));

/** An environment's plan in which each stack is named `<part>@<region>`: the home has the same parts in several regions. */
export function planOf(environment: string, change: Partial<Config> = {}): Plan {
  const plan = buildPlan({ ...config, ...change }, environment);
  return { ...plan, stacks: plan.stacks.map((stack) => ({ ...stack, part: `${stack.part}@${stack.region}` })) };
}

export const tools = readTemplates(planOf("tools"));
export const stages = ["staging", "frankfurt", "virginia"] as const;
export const regionOf = { staging: "eu-west-1", frankfurt: "eu-central-1", virginia: "us-east-1" } as const;

/** System C with another source or other words about its pipeline. */
export function delivered(change: Partial<NonNullable<Config["delivery"]>>): Templates {
  if (!config.delivery) throw new Error("C has a pipeline");
  return readTemplates(planOf("tools", { delivery: { ...config.delivery, ...change } }));
}

export const pipelineOf = (templates: Templates): Found =>
  templates.one("AWS::CodePipeline::Pipeline", (one) => one.text("Name").endsWith("-delivery"));

export const stagesOf = (templates: Templates): readonly Part[] => pipelineOf(templates).parts("Stages");

export const stageOf = (templates: Templates, name: string): Part => {
  const found = stagesOf(templates).find((one) => one.at("Name") === name);
  if (!found) throw new Error(`there is no stage ${name}`);
  return found;
};

export const actionsOf = (templates: Templates): readonly Part[] => stagesOf(templates).flatMap((stage) => stage.parts("Actions"));

export const actionOf = (templates: Templates, name: string): Part => {
  const found = actionsOf(templates).find((one) => one.at("Name") === name);
  if (!found) throw new Error(`there is no action ${name}`);
  return found;
};

/** The variables that a build gets from its project and from the action. */
export function variablesOf(templates: Templates, action: Part): Readonly<Record<string, unknown>> {
  const project = templates.follow(action.at("Configuration.ProjectName"));
  const own = project.parts("Environment.EnvironmentVariables").map((one) => [one.text("Name"), one.at("Value")] as const);
  const given: { name: string; value: string }[] = JSON.parse(String(action.at("Configuration.EnvironmentVariables") ?? "[]"));
  return Object.fromEntries([...own, ...given.map(({ name, value }) => [name, value] as const)]);
}
