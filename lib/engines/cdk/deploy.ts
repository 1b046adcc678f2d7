import { DiffMethod, type ICloudAssemblySource, type IIoHost, Toolkit } from "@aws-cdk/toolkit-lib";
import { refuseProtected } from "../../plan/protected.ts";
import type { Plan } from "../../plan/template.ts";
import type { Engine, Only, Outputs, Progress, ResourceProgress } from "../../ports/engine.ts";
import { changesOf } from "./changes.ts";
import { failureOf } from "./failure.ts";
import { halfMade, type Message, progressOf } from "./progress.ts";
import { endsHalfMade } from "./protection.ts";
import { renderApp } from "./render.ts";

/** Deploys plans with CloudFormation through the CDK toolkit, which must be bootstrapped in every account and region of the plan. */
export function cdkEngine(tell: (progress: Progress) => void): Engine {
  return {
    sendsWhole: true,
    preview: (whole, only) => {
      const plan = within(whole, only);
      return withToolkit(plan, tell, async (toolkit, source) => {
        const found = await toolkit.diff(source, { method: DiffMethod.TemplateOnly() });
        return plan.stacks.map((stack) => changesOf(stack, found[stack.name]));
      });
    },
    apply: (plan, only) => withToolkit(within(plan, only), tell, deploy),
    destroy: async (plan) => {
      refuseProtected(plan);
      await withToolkit(plan, tell, (toolkit, source) => toolkit.destroy(source));
    },
  };
}

/** The other regions' stacks are read by name, and need not be in the app. */
const within = (plan: Plan, { regions }: Only = {}): Plan =>
  regions === undefined ? plan : { ...plan, stacks: plan.stacks.filter((stack) => regions.includes(stack.region)) };

async function deploy(toolkit: Toolkit, source: ICloudAssemblySource): Promise<Outputs> {
  const { stacks } = await toolkit.deploy(source, { deploymentMethod: { method: "change-set" } });
  return Object.fromEntries(stacks.map(({ stackName, outputs }) => [stackName, outputs]));
}

async function withToolkit<T>(
  plan: Plan,
  tell: (progress: Progress) => void,
  act: (toolkit: Toolkit, source: ICloudAssemblySource) => Promise<T>,
): Promise<T> {
  const failed: ResourceProgress[] = [];
  const notes = new Set<string>();
  const half = new Set<string>();
  const hear = (message: Message): void => {
    const [progress, stack] = [progressOf(message, plan), halfMade(message)];
    if (stack !== undefined) half.add(stack);
    if (progress?.type === "resource" && progress.is === "failed") failed.push(progress);
    // The toolkit warns of the same role with every stack.
    if (progress?.type === "note" && notes.has(progress.text)) return;
    if (progress?.type === "note") notes.add(progress.text);
    if (progress) tell(progress);
  };
  const toolkit = new Toolkit({ ioHost: hostFor(hear), emojis: false, color: false });
  try {
    return await act(toolkit, await sourceOf(toolkit, plan));
  } catch (error) {
    throw failureOf(
      error,
      failed,
      [...half].flatMap((stack) => endsHalfMade(plan, stack, failed)),
    );
  }
}

/**
 * Nothing is looked up, so the assembly needs no account. Paths and versions in templates would only differ from the plan. CDK's own
 * validation of templates prints to the terminal, and the guard has looked at the plan.
 */
function sourceOf(toolkit: Toolkit, plan: Plan): Promise<ICloudAssemblySource> {
  return toolkit.fromAssemblyBuilder(
    async ({ outdir = "", context = {} }) => renderApp(plan, { outdir, context, builtinCloudFormationValidation: false }).synth(),
    {
      clobberEnv: false,
      lookups: false,
      resolveDefaultEnvironment: false,
      synthOptions: { pathMetadata: false, assetMetadata: false, versionReporting: false },
    },
  );
}

/** Whoever calls an engine has asked already: every question of the toolkit is answered with yes. */
function hostFor(hear: (message: Message) => void): IIoHost {
  return {
    notify: async (message) => hear(message),
    requestResponse: async (request) => request.defaultResponse,
  };
}
