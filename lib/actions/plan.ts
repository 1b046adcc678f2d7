import { setFlagsFromString } from "node:v8";
import { UserError } from "../base/errors.ts";
import { loadProject } from "../config/load.ts";
import type { Graph } from "../engines/pulumi/graph.ts";
import { type Template, templateOf } from "../plan/as-template.ts";
import { buildPlan } from "../plan/build.ts";
import { physicalName } from "../plan/physical-name.ts";
import { notingSources } from "../plan/source.ts";
import type { Plan } from "../plan/template.ts";
import { pulumiPackages } from "./engines.ts";
import { installed } from "./installed.ts";

/** A plan as other programs read it: each template is CloudFormation, as it can be handed to AWS. */
interface PlannedTemplates {
  readonly environment: string;
  readonly stacks: readonly { readonly name: string; readonly account: string; readonly region: string; readonly template: Template }[];
}

/** A plan as Pulumi is told it. */
interface PlannedProgram {
  readonly environment: string;
  readonly resources: readonly (Omit<Graph["resources"][number], "inputs"> & { readonly inputs: unknown })[];
}

/** A plan as people read it. */
export interface PlanView {
  readonly environment: string;
  readonly stacks: readonly StackView[];
}

/** One stack, its resources grouped by the block that they are part of. */
export interface StackView {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly outputs: number;
  readonly blocks: readonly { readonly name: string; readonly resources: readonly ResourceView[] }[];
}

interface ResourceView {
  readonly id: string;
  readonly type: string;
  /** Its name in AWS, or "" where AWS gives one. */
  readonly name: string;
}

/**
 * Plans an environment of the configuration in a folder, or of the file that was named. Asks AWS nothing. Without an environment the only
 * one is taken; throws `plan/environment` where there are none or several.
 */
export async function plan(folder: string, wanted: Wanted): Promise<Plan> {
  const { config, environment } = await chosen(folder, wanted);
  return buildPlan(config, environment);
}

interface Wanted {
  readonly config?: string;
  readonly environment?: string;
}

async function chosen(folder: string, { config: file, environment }: Wanted) {
  const config = await loadProject(folder, file);
  return { config, environment: environment ?? onlyOne(config.environments.map(({ name }) => name)) };
}

function onlyOne(names: readonly string[]): string {
  const [first = "", ...others] = names;
  if (others.length === 0) return first;
  throw new UserError("plan/environment", `the configuration has ${names.length} environments`, `name one of: ${names.join(", ")}`);
}

/** A plan without its properties: what there will be and what it is called, in the plan's own order. */
export function viewOf({ environment, stacks }: Plan): PlanView {
  return {
    environment,
    stacks: stacks.map(({ name, account, region, resources, outputs }) => ({
      name,
      account,
      region,
      outputs: outputs.length,
      blocks: [...Map.groupBy(resources, ({ block }) => block)].map(([block, members]) => ({
        name: block,
        resources: members.map((one) => ({ id: one.id, type: one.type, name: physicalName(one) ?? "" })),
      })),
    })),
  };
}

/** The plan as CloudFormation, for programs that check or deploy templates themselves. */
export function templatesOf({ environment, stacks }: Plan): PlannedTemplates {
  return {
    environment,
    stacks: stacks.map((stack) => ({ name: stack.name, account: stack.account, region: stack.region, template: templateOf(stack) })),
  };
}

/**
 * The Pulumi program that a plan becomes, as it asks Pulumi for resources; no CLI, account or network is needed. The same plan gives the same
 * text, so that two can be compared: what AWS will say stands as `⟦name of the resource.output⟧`, and secrets are masked by a key that everybody
 * may know, since a plan holds the value of none.
 */
export async function programOf(folder: string, wanted: Wanted): Promise<PlannedProgram> {
  const { config, environment } = await chosen(folder, wanted);
  const { capture, environmentProgram, named } = await installed("the Pulumi engine", pulumiPackages, async () => {
    const [captured, marks, program] = await Promise.all([
      import("../engines/pulumi/capture.ts"),
      import("../engines/pulumi/marks.ts"),
      import("../engines/pulumi/program.ts"),
    ]);
    return { ...captured, ...marks, ...program };
  });
  const { project } = config;
  const planned = notingSources(() => buildPlan(config, environment));
  // A large program leaves much behind that is soon garbage: with a young heap that does not grow, system A takes 357 MB instead of 416.
  if (planned.stacks.flatMap((stack) => stack.resources).length > 300) setFlagsFromString("--semi-space-growth-factor=1");
  const { resources } = await capture({ project, stack: environment, key: project }, () => environmentProgram(project, planned));
  return {
    environment,
    resources: resources.map((node) => ({
      ...node,
      inputs: named(node.inputs, resources),
      provider: String(named(node.provider, resources)),
    })),
  };
}
