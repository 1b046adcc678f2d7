import { doctor } from "../../lib/actions/doctor.ts";
import { environmentMapOf } from "../../lib/actions/environment-map.ts";
import type { Target } from "../../lib/actions/target.ts";
import type { Account, Answer, Question } from "../../lib/ports/account.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";

/** Looks where no deploy from elsewhere kept a map. */
export const look = (target: Target, load: () => Promise<Account>, kept = async (): Promise<EnvironmentMap | undefined> => undefined) =>
  doctor(target, { load, kept });

/** An account of which a test says what it answers. */
export const accountThat = (answer: (question: Question) => Promise<Answer>, account = "111111111111"): Account => ({
  caller: async () => ({ account, arn: `arn:aws:sts::${account}:assumed-role/looks/me` }),
  answer,
});

/** What a deploy of an environment told: each output says whose it is. */
export function mapOf({ plan }: Pick<Target, "plan">): EnvironmentMap {
  const told = plan.stacks.map(({ name, outputs }) => [
    name,
    Object.fromEntries(outputs.map((output) => [output.name, `${output.name} of ${name}`])),
  ]);
  return environmentMapOf(plan, Object.fromEntries(told));
}
