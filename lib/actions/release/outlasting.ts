import { type Instant, showDuration } from "../../base/time.ts";
import type { ReleasePlan, Step } from "../../release/plan.ts";
import { goOnCommand } from "../ledger-of.ts";

/** What a step waits for at the least, in milliseconds, where nobody lets the old version go sooner. */
function least(step: Step): number {
  switch (step.kind) {
    case "bake":
    case "keep-warm":
    case "settle":
      return step.span;
    case "deploy":
      return step.every * (step.weights.length - 1);
    default:
      return 0;
  }
}

/** What is told before a release that will not have ended when the credentials do which it is carried out with; undefined where it may have. */
export function outlasting({ environment, steps }: ReleasePlan, now: Instant, end: Instant | undefined): string | undefined {
  const span = steps.reduce((sum, step) => sum + least(step), 0);
  if (end === undefined || !(now + span > end)) return undefined;
  const driver = steps.find((step) => step.kind === "deploy")?.by;
  const then = driver === undefined ? "callers would stay where they are" : `${driver} would go on`;
  return [
    `the credentials in the environment of this command end at ${new Date(end).toISOString()}, and the release takes ${showDuration(span)} or more`,
    `${then} with nobody at the gates until somebody signs in and runs: ${goOnCommand(environment)}`,
    'begin with credentials that last, or that are renewed: aws sso login and AWS_PROFILE, or a function in the environment, rollout.host "lambda"',
  ].join("; ");
}
