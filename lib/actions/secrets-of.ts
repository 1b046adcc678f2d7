import { parseArn } from "../aws/arns.ts";
import type { Config } from "../config/config.ts";
import type { Plan } from "../plan/template.ts";
import type { SecretReference } from "../ports/secrets.ts";

/** A secret that a configuration names, and every place where its value must be kept. */
export interface NamedSecret {
  /** Where it stands in the configuration, such as `dockerHub.token`. */
  readonly name: string;
  readonly references: readonly SecretReference[];
}

/** The secrets that an environment needs before it is deployed: a parameter in every region, a secret where its ARN says (D07). */
export function secretsOf({ delivery }: Config, plan: Plan): readonly NamedSecret[] {
  const { username, token } = delivery?.dockerHub ?? {};
  const named = { "dockerHub.username": username, "dockerHub.token": token };
  return Object.entries(named).flatMap(([name, where]) => (where === undefined ? [] : [{ name, references: referencesOf(where, plan) }]));
}

function referencesOf(where: string, { stacks }: Plan): readonly SecretReference[] {
  const parsed = parseArn(where);
  if ("arn" in parsed) return [{ kind: "secret", where, account: parsed.arn.account, region: parsed.arn.region }];
  const sites = Map.groupBy(stacks, ({ account, region }) => `${account}/${region}`);
  return [...sites.values()].flatMap(([one]) =>
    one ? [{ kind: "parameter" as const, where, account: one.account, region: one.region }] : [],
  );
}
