import { existsSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { archivesOf } from "../plan/archives.ts";
import type { Plan } from "../plan/template.ts";
import type { StackChanges } from "../ports/engine.ts";
import type { AwsTold } from "./aws-events.ts";
import type { MakeEngine } from "./engines.ts";
import type { Target } from "./target.ts";

/** What a deploy would change, and what in it cannot be undone. */
export interface PreviewView {
  readonly environment: string;
  readonly stacks: readonly StackChanges[];
  /** `stack/resource` of all that would be deleted, or deleted and made anew, or may be. */
  readonly lost: readonly string[];
}

/** Throws `archive/missing` where a function's code is not there: a deploy would fail in its midst, when it comes to that function. */
export function refuseUnbundled(plan: Plan): void {
  const missing = archivesOf(plan).filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return;
  throw new UserError(
    "archive/missing",
    `the code of ${missing.length === 1 ? "a function" : `${missing.length} functions`} of "${plan.environment}" is not bundled`,
    "in a checkout of Sluice: npm run bundle; the published package brings it, so there: npm ci",
    missing.map(({ file }) => file),
  );
}

/** Asks an engine what a deploy would change. Changes nothing. */
export async function preview({ plan, only }: Target, makeEngine: MakeEngine, tell: (told: AwsTold) => void): Promise<PreviewView> {
  refuseUnbundled(plan);
  return viewOf(plan.environment, await makeEngine(tell).preview(plan, only));
}

/** Says of changes what is lost by them: resources that are replaced are made anew, without what was in them. */
export function viewOf(environment: string, stacks: readonly StackChanges[]): PreviewView {
  const lost = stacks.flatMap(({ stack, changes }) =>
    changes.filter(({ will }) => will === "destroy" || will === "replace" || will === "may-replace").map(({ id }) => `${stack}/${id}`),
  );
  return { environment, stacks, lost };
}

/**
 * Throws `plan/name-taken` for what a deploy would make anew under the name that it has: CloudFormation refuses that, and Pulumi fails at it in its midst.
 * Names freeze at the first deploy, and with them what AWS changes of nothing that is there, such as the port of a target group (ADR 0007).
 */
export function refuseTaken(stacks: readonly StackChanges[]): void {
  const taken = stacks.flatMap(({ stack, changes }) =>
    changes.flatMap(({ id, of, will, properties }) => (will === "collide" ? [`${stack}/${id} (${of}): ${properties.join(", ")}`] : [])),
  );
  if (taken.length === 0) return;
  throw new UserError(
    "plan/name-taken",
    `AWS would have to replace ${taken.length === 1 ? "something" : `${taken.length} resources`} under the same name, which it gives to no second one`,
    "take back what changes there: a service keeps the port of its first deploy (services.<name>.port), which its app is told by PORT; or make it anew beside the old one, as a service or an environment of another name",
    taken,
  );
}

/** Whether a deploy would do anything. */
export function changesAnything(stacks: readonly StackChanges[]): boolean {
  return stacks.some(({ changes, outputs }) => changes.length + outputs.length > 0);
}
