import { type Answer, type ConcretePolicy, evaluate } from "./evaluate.ts";
import { isOf } from "./resolve.ts";
import { type Call, guardOf, type MadeRole } from "./roles.ts";
import type { World } from "./world.ts";

export const everything: ConcretePolicy = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** A role with what its own account lets it do. */
export type Asker = Pick<MadeRole, "arn" | "policies">;

/** A call that one account's role makes on what is another's. */
export interface Step {
  readonly who: MadeRole;
  readonly call: Call;
}

export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

export const steps = (who: MadeRole, made: readonly Call[]): readonly Step[] => made.map((call) => ({ who, call }));

/** The policies of what accounts share, by the ARN of the resource or of something in it. */
export function policyOf(worlds: readonly World[], arn: string): ConcretePolicy {
  const role = worlds.flatMap(({ roles }) => roles).find((one) => one.arn === arn);
  if (role) return role.trust;
  for (const { resolved } of worlds) {
    const { resource } = guardOf(resolved, arn);
    if (resource) return resource;
    for (const stack of resolved.plan.stacks) {
      const images = stack.resources.filter(isOf("AWS::ECR::Repository")).find(({ id }) => resolved.of(stack.part, id, "Arn") === arn);
      if (images) return resolved.policy(stack, images.properties.RepositoryPolicyText);
    }
  }
  throw new Error(`${arn} has no policy of its own`);
}

/** What AWS answers across accounts: both of them must allow (IAM User Guide, "Cross-account policy evaluation logic"). */
export function asks(worlds: readonly World[], who: Asker, call: Call, guard = policyOf(worlds, call.resource)): Answer {
  const request = {
    ...call,
    caller: { arn: who.arn },
    context: { "aws:SecureTransport": "true", "aws:PrincipalArn": who.arn, "kms:CallerAccount": accountOf(who.arn), ...call.context },
  };
  const own = evaluate(request, { identity: who.policies });
  const theirs = evaluate(request, { identity: [everything], resource: guard, ruledByResource: true });
  return own === "allowed" ? theirs : own;
}
