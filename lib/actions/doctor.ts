import dns from "node:dns/promises";
import { atMost } from "../base/at-most.ts";
import { UserError } from "../base/errors.ts";
import { duration } from "../base/time.ts";
import type { Plan } from "../plan/template.ts";
import type { Account, Answer, Caller, Question } from "../ports/account.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { ledgerSteps } from "./doctor-ledger.ts";
import { partSteps } from "./doctor-parts.ts";
import { stackSteps } from "./doctor-stacks.ts";
import type { Step } from "./doctor-step.ts";
import { stepsOf } from "./doctor-steps.ts";
import { newerThan, readOwnMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import type { Target } from "./target.ts";

/** A step that a machine cannot take, and how far it is. */
export interface StepView extends Pick<Step, "id" | "what" | "run"> {
  /** `unknown`: only the account can tell, and it did not. */
  readonly is: "done" | "to do" | "unknown";
  readonly because: string;
}

/** Every step that a machine cannot take, and what is known of it. */
export interface DoctorView {
  readonly environment: string;
  readonly steps: readonly StepView[];
}

/** The clients with which an account is asked; which of them a plan needs depends on what is in it. */
const packages = [
  "acm",
  "application-auto-scaling",
  "auto-scaling",
  "cloudcontrol",
  "cloudformation",
  "codedeploy",
  "dynamodb",
  "ec2",
  "ecr",
  "ecs",
  "elastic-load-balancing-v2",
  "kms",
  "lambda",
  "route-53",
  "s3",
  "secrets-manager",
  "service-quotas",
  "sns",
  "ssm",
  "sts",
].map((service) => `@aws-sdk/client-${service}`);

const withClients = <T>(load: () => Promise<T>): Promise<T> => installed("asking the account", packages, load);

/** Loads what asks AWS and public DNS about the environment of a target. */
export async function loadAccount({ plan }: Target): Promise<Account> {
  return await withClients(async () => {
    const { awsAccount } = await import("../worlds/aws/account.ts");
    const resolver = new dns.Resolver({ timeout: 2_000, tries: 2 });
    const [{ region = "" } = {}] = plan.stacks;
    return awsAccount({ region, nameServers: (name) => resolver.resolveNs(name), limit: duration(10_000) });
  });
}

/** How an account is asked, and where the map is that the last deploy kept, from wherever that was. */
interface DoctorWith {
  readonly load: (target: Target) => Promise<Account>;
  readonly kept: (plan: Plan) => Promise<EnvironmentMap | undefined>;
}

/** Lists the steps of an environment, and asks AWS how far each is; what one question comes to has no effect on the others. Changes nothing. */
export async function doctor(target: Target, { load, kept }: DoctorWith): Promise<DoctorView> {
  const { plan, config, folder } = target;
  const { ask, knows } = await opened(() => load(target));
  const here = await readOwnMap(folder, plan.environment);
  const beside = knows ? await keptOrNone(plan, kept) : undefined;
  const map = here ? (newerThan(here, beside) ?? here) : beside;
  const made = map ? [...stackSteps(map, config.engine), ...partSteps({ plan, map }, config.engine), ...ledgerSteps(map)] : [];
  const steps = await atMost(8, [...stepsOf(plan, config), ...made], async (step) => {
    const told: Told = step.question ? await ask(step.question) : { is: "unknown", because: "" };
    // How something comes back is only for whoever has lost it: not where it is there, nor where nobody could look.
    return viewOf(made.includes(step) && told.is !== "to do" ? { ...step, hint: "", run: [] } : step, told);
  });
  return { environment: plan.environment, steps };
}

/** An environment may never have been deployed, and the table with its map be what somebody deleted. */
async function keptOrNone(plan: Plan, kept: DoctorWith["kept"]): Promise<EnvironmentMap | undefined> {
  try {
    return await kept(plan);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

interface Opened {
  readonly ask: (question: Question) => Promise<Told>;
  /** Whether somebody is there to answer. */
  readonly knows: boolean;
}

/** Finds out who asks, once: without credentials there is one answer to everything. */
async function opened(load: () => Promise<Account>): Promise<Opened> {
  try {
    const account = await load();
    const caller = await account.caller();
    return { ask: (question) => answered(account, caller, question), knows: true };
  } catch (error) {
    const because = obstacle(error);
    return { ask: async () => ({ is: "unknown", because }), knows: false };
  }
}

type Told = Pick<StepView, "is" | "because">;

async function answered(account: Account, caller: Caller, question: Question): Promise<Told> {
  if ("account" in question && question.account !== caller.account) {
    const because = `it is in ${question.account}, and the credentials here are those of ${caller.account}; sign in to that account`;
    return { is: "unknown", because };
  }
  try {
    return toldBy(await withClients(() => account.answer(question)), caller);
  } catch (error) {
    return { is: "unknown", because: obstacle(error) };
  }
}

function toldBy(answer: Answer, { arn }: Caller): Told {
  if (answer.is !== "refused") return answer;
  return { is: "unknown", because: `${arn} may not ${answer.action}; AWS says: ${answer.because}` };
}

/** Why AWS could not be asked, and what to do about it. What is our own mistake is thrown on. */
function obstacle(error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  return `${error.message}; ${error.fix}`;
}

function viewOf({ id, what, run, hint }: Step, { is, because }: Told): StepView {
  const words = is === "done" ? [because] : [because, hint];
  return { id, what, is, because: words.filter((one) => one !== "").join("; "), run };
}
