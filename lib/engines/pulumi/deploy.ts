import { mkdirSync } from "node:fs";
import { type EngineEvent, LocalWorkspace, type Stack as PulumiStack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../base/errors.ts";
import { refuseProtected } from "../../plan/protected.ts";
import type { Plan } from "../../plan/template.ts";
import type { Engine, Only, Outputs, Progress } from "../../ports/engine.ts";
import { changesIn } from "./changes.ts";
import { failureOf } from "./failure.ts";
import { refuseJump } from "./previous.ts";
import { environmentProgram } from "./program.ts";
import { progressFrom } from "./progress.ts";
import { environmentOf, type PulumiSettings } from "./state.ts";

/**
 * Deploys plans with Pulumi's Automation API, which runs the Pulumi CLI: a Pulumi stack for each environment of the project, named after it. Other
 * deploys of it are kept out by Pulumi's own lock.
 */
export function pulumiEngine(settings: PulumiSettings): (tell: (progress: Progress) => void) => Engine {
  return (tell) => ({
    sendsWhole: false,
    preview: (plan, only) =>
      withStack(settings, plan, tell, async (stack, hear) => {
        const seen: EngineEvent[] = [];
        await stack.preview({ ...targets(plan, settings, only), onEvent: (event) => seen.push(hear(event)) });
        return changesIn(plan, seen);
      }),
    apply: (plan, only) =>
      withStack(settings, plan, tell, async (stack, hear) => {
        await readOwned(stack, plan, settings, only);
        await stack.up({ ...targets(plan, settings, only), onEvent: hear });
        return outputsOf(await stack.outputs());
      }),
    destroy: async (plan) => {
      refuseProtected(plan);
      await withStack(settings, plan, tell, (stack, hear) => stack.destroy({ onEvent: hear }));
    },
  });
}

/**
 * Reads what releases move into Pulumi's state. Of what a program ignores Pulumi keeps what the state says, and the provider sends that with every other
 * change of a record or of a floor of scaling (terraform-provider-aws, `resourceRecordUpdate` and `resourceTargetUpdate`): the weights of the first
 * deploy, if nobody looked.
 */
async function readOwned(
  stack: PulumiStack,
  { environment, stacks }: Plan,
  { project }: PulumiSettings,
  { regions }: Only = {},
): Promise<void> {
  const here = stacks.filter(({ region }) => regions?.includes(region) ?? true);
  const owned = here.flatMap(({ name, resources }) => resources.filter(({ releaseOwns }) => releaseOwns).map(({ id }) => `${name}-${id}`));
  // A pattern finds nothing before the first deploy, where a name would be refused.
  if (owned.length > 0) await stack.refresh({ target: owned.map((name) => `urn:pulumi:${environment}::${project}::**::${name}`) });
}

/** The URNs of these regions' stacks, and of what everything stands on: the component of the environment and the providers. */
function targets({ environment, stacks }: Plan, { project }: PulumiSettings, { regions }: Only = {}): { readonly target?: string[] } {
  if (regions === undefined) return {};
  const own = stacks.filter((stack) => regions.includes(stack.region)).flatMap(({ name }) => [name, `${name}-*`]);
  const any = `urn:pulumi:${environment}::${project}::**`;
  return { target: [`${any}::${project}`, "**pulumi:providers:aws::*", ...own.map((name) => `${any}::${name}`)] };
}

async function withStack<T>(
  settings: PulumiSettings,
  plan: Plan,
  tell: (progress: Progress) => void,
  act: (stack: PulumiStack, hear: (event: EngineEvent) => EngineEvent) => Promise<T>,
): Promise<T> {
  const { project, folder } = settings;
  const progress = progressFrom(plan, tell);
  let refused: UserError | undefined;
  const program = () =>
    programOf(settings, plan).catch((error: unknown) => {
      // The CLI tells what a program throws as a crash of it.
      if (error instanceof UserError) refused = error;
      throw error;
    });
  try {
    const { envVars, secretsProvider } = environmentOf(settings, plan);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const args = { projectName: project, stackName: plan.environment, program };
    const stack = await LocalWorkspace.createOrSelectStack(args, {
      workDir: folder,
      envVars,
      ...(secretsProvider !== undefined && { secretsProvider }),
    });
    const done = await act(stack, (event) => {
      progress.hear(event);
      return event;
    });
    progress.end();
    return done;
  } catch (error) {
    throw refused ?? failureOf(error, progress.failures());
  }
}

async function programOf({ project, config }: PulumiSettings, plan: Plan) {
  await refuseJump(config, plan);
  return environmentProgram(project, plan);
}

/** Outputs by stack and name, as the program exports them. Secret ones are left out: they are nobody's to read. */
function outputsOf(found: Awaited<ReturnType<PulumiStack["outputs"]>>): Outputs {
  return Object.fromEntries(
    Object.entries(found).flatMap(([stack, { value, secret }]) => {
      if (secret || typeof value !== "object" || value === null) return [];
      return [[stack, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))]];
    }),
  );
}
