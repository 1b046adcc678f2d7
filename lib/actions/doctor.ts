import { UserError } from "../base/errors.ts";
import type { SecretStore } from "../ports/secrets.ts";
import { type Step, secretStepId, stepsOf } from "./doctor-steps.ts";
import { checkSecrets, type SecretView } from "./secret.ts";
import type { Target } from "./target.ts";

export type { Step } from "./doctor-steps.ts";

/** Every step that a machine cannot take, and what is known of it. */
export interface DoctorView {
  readonly environment: string;
  readonly steps: readonly Step[];
}

/** Lists the steps of an environment, and asks AWS about those that it can: the secrets. Changes nothing. */
export async function doctor(target: Target, store: () => Promise<SecretStore>): Promise<DoctorView> {
  const { plan, config } = target;
  const judge = await judgeSecrets(target, store);
  return { environment: plan.environment, steps: stepsOf(plan, config).map(judge) };
}

async function judgeSecrets(target: Target, store: () => Promise<SecretStore>): Promise<(step: Step) => Step> {
  try {
    const views = await checkSecrets(target, store);
    return (step) =>
      judged(
        step,
        views.find(({ name, region }) => secretStepId(name, region) === step.id),
      );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const because = error.code === "engine/no-credentials" ? "asking needs credentials, and AWS takes none from here" : error.message;
    return (step) => (step.id.startsWith("secret ") ? { ...step, because } : step);
  }
}

function judged(step: Step, view: SecretView | undefined): Step {
  if (!view) return step;
  return view.is === "missing"
    ? { ...step, is: "to do", because: view.because }
    : { ...step, is: "done", because: `written ${new Date(view.since).toISOString().slice(0, 10)}` };
}
