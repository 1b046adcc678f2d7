import { App, type AppProps, Stack as CdkStack, DefaultStackSynthesizer, type IReusableStackSynthesizer } from "aws-cdk-lib";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import type { Construct } from "constructs";
import { templateOf } from "../../plan/as-template.ts";
import type { Plan, Stack } from "../../plan/template.ts";
import { acknowledge } from "./acknowledge.ts";
import { takeArchives } from "./archives.ts";
import { emptyOnDestroy } from "./empty-on-destroy.ts";
import { include } from "./include.ts";
import { neededStacks } from "./order.ts";

/** A stack of a plan, as CDK has it. */
export interface Rendered {
  readonly plan: Stack;
  readonly stack: CdkStack;
  /** Finds the typed L1 of a resource by its logical id. */
  readonly included: CfnInclude;
}

/** A CDK app whose templates hold what the plan says and nothing else. */
export function newApp(options: AppProps = {}): App {
  // What deploys checks the bootstrap version itself; the rule would add a parameter that the plan does not have. It is the app's own, as it
  // remembers what it is to upload: the template of another plan would go up under the name of this one.
  // CDK's class misses its own interface under exactOptionalPropertyTypes: `bootstrapQualifier` may be undefined.
  const defaultStackSynthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IReusableStackSynthesizer;
  return new App({ analyticsReporting: false, defaultStackSynthesizer, ...options });
}

/** A CDK app with one stack for each stack of the plan. */
export function renderApp(plan: Plan, options: AppProps = {}): App {
  const app = newApp(options);
  render(app, plan);
  return app;
}

/** Puts a plan's stacks under a scope, which is an app, or anything in one. */
export function render(scope: Construct, plan: Plan): readonly Rendered[] {
  const rendered = plan.stacks.map((stack) => renderStack(scope, stack));
  for (const { plan: consumer, stack } of rendered) {
    for (const needed of neededStacks(consumer, plan)) {
      const producer = rendered.find(({ plan: other }) => other === needed);
      if (producer) stack.addStackDependency(producer.stack);
    }
  }
  return rendered;
}

function renderStack(scope: Construct, plan: Stack): Rendered {
  const stack = new CdkStack(scope, plan.name, {
    stackName: plan.name,
    env: { account: plan.account, region: plan.region },
    terminationProtection: plan.protect,
  });
  const included = include(stack, templateOf(plan));
  takeArchives(plan, included);
  emptyOnDestroy(plan, included);
  acknowledge(plan, included);
  return { plan, stack, included };
}
