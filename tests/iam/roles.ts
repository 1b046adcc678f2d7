import type { Resource, Stack } from "../../lib/plan/template.ts";
import type { Context } from "./conditions.ts";
import { type Answer, type ConcretePolicy, type ConcreteStatement, evaluate, listOf, type Policies } from "./evaluate.ts";
import { isKey, isOf, type Resolved } from "./resolve.ts";

export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

/** What a role is for. */
export interface RoleTable {
  /** A service of AWS, or the ARN of the role that takes it on, or of the identity provider whose tokens do. */
  readonly takenOnBy: string;
  /** For tokens: what AWS takes from one that must do, and from those that must not. */
  readonly tokens?: { readonly right: Context; readonly wrong: readonly Context[] };
  /**
   * The service does not say for which account it takes roles on. A role can be passed to a service only within its own account (IAM User
   * Guide, "Grant a user permissions to pass a role to an AWS service").
   */
  readonly namesNoAccount?: true;
  /** What the role that takes it on has to say besides (`sts:ExternalId`). */
  readonly externalId?: string;
  /** Names of the policies kept by AWS that it is given. */
  readonly managed?: readonly string[];
  readonly must: readonly Call[];
  /** Beyond what no role may (see `neverOf`). */
  readonly never?: readonly Call[];
}

/** A role of a plan with its policies, as AWS would have them. */
export interface MadeRole {
  readonly id: string;
  readonly arn: string;
  readonly trust: ConcretePolicy;
  readonly policies: readonly ConcretePolicy[];
  /** ARNs of the policies kept by AWS that it is given. */
  readonly managed: readonly string[];
}

export function rolesOf(resolved: Resolved): MadeRole[] {
  return resolved.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::IAM::Role")).map((role) => ({
      id: `${stack.part}/${role.id}`,
      arn: resolved.of(stack.part, role.id, "Arn"),
      trust: resolved.policy(stack, role.properties.AssumeRolePolicyDocument),
      managed: (role.properties.ManagedPolicyArns ?? []).map((arn) => resolved.text(stack, arn)),
      policies: stack.resources
        .filter(isOf("AWS::IAM::RolePolicy"))
        .filter(({ properties }) => resolved.text(stack, properties.RoleName) === resolved.of(stack.part, role.id))
        .map(({ properties }) => resolved.policy(stack, properties.PolicyDocument)),
    })),
  );
}

/** The same calls on the same resources, as a document of AWS names them. */
export const calls = (resources: string | readonly string[], actions: readonly string[], context?: Context): Call[] =>
  listOf(resources).flatMap((resource) => actions.map((action) => ({ action, resource, ...(context && { context }) })));

/** What AWS answers a role: by its own policies alone, and with the policy of the resource. */
export function answers(
  resolved: Resolved,
  role: MadeRole,
  call: Call,
  policies = role.policies,
): { readonly own: Answer; readonly all: Answer } {
  const request = { ...call, caller: { arn: role.arn }, context: { "aws:SecureTransport": "true", ...call.context } };
  return {
    own: evaluate(request, { identity: policies }),
    all: evaluate(request, { identity: policies, ...guardOf(resolved, call.resource) }),
  };
}

/** The policies of a role, each time without one action or one resource of one statement. */
export function lessOf(policies: readonly ConcretePolicy[]): { readonly without: string; readonly policies: readonly ConcretePolicy[] }[] {
  return policies.flatMap(({ Statement }, at) =>
    Statement.flatMap((statement, place) => {
      const replaced = (change: Partial<ConcreteStatement>) =>
        policies.map((one, other) => (other === at ? { Statement: Statement.with(place, { ...statement, ...change }) } : one));
      const actions = listOf(statement.Action);
      const resources = listOf(statement.Resource);
      return [
        ...actions.map((gone) => ({ without: gone, policies: replaced({ Action: actions.filter((one) => one !== gone) }) })),
        ...resources.map((gone) => ({
          without: `${gone} in ${statement.Sid ?? place}`,
          policies: replaced({ Resource: resources.filter((one) => one !== gone) }),
        })),
      ];
    }),
  );
}

/** The policies of a role, each time without one condition of one statement. */
export function laxerOf(policies: readonly ConcretePolicy[]): { readonly without: string; readonly policies: readonly ConcretePolicy[] }[] {
  return policies.flatMap(({ Statement }, at) =>
    Statement.flatMap((statement, place) =>
      Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.keys(keys).map((gone) => {
          const left = Object.fromEntries(Object.entries(keys).filter(([key]) => key !== gone));
          const laxer = { ...statement, Condition: { ...statement.Condition, [operator]: left } };
          return {
            without: `${gone} in ${statement.Sid ?? place}`,
            policies: policies.map((one, other) => (other === at ? { Statement: Statement.with(place, laxer) } : one)),
          };
        }),
      ),
    ),
  );
}

/**
 * The policy that a key, bucket, topic or queue of the plan itself has, by the ARN of the resource or of something in it. Not whom a role trusts:
 * that is asked of who takes it on, not of who passes or changes it.
 */
export function guardOf(resolved: Resolved, arn: string): Policies {
  for (const stack of resolved.plan.stacks) {
    const of = (resource: Resource, attribute?: string): string => resolved.of(stack.part, resource.id, attribute);
    const key = stack.resources.filter(isKey).find((one) => of(one, "Arn") === arn);
    if (key) return { resource: resolved.policy(stack, key.properties.KeyPolicy), ruledByResource: true };
    const bucket = stack.resources
      .filter(isOf("AWS::S3::BucketPolicy"))
      .find(({ properties }) => isIn(`arn:aws:s3:::${resolved.text(stack, properties.Bucket)}`, arn));
    if (bucket) return { resource: resolved.policy(stack, bucket.properties.PolicyDocument) };
    const topic = stack.resources
      .filter(isOf("AWS::SNS::TopicPolicy"))
      .find(({ properties }) => properties.Topics.some((one) => resolved.text(stack, one) === arn));
    if (topic) return { resource: resolved.policy(stack, topic.properties.PolicyDocument) };
    const queue = stack.resources.filter(isOf("AWS::SQS::Queue")).find((one) => of(one, "Arn") === arn);
    if (queue) return guardOfQueue(resolved, stack, of(queue));
  }
  return {};
}

function guardOfQueue(resolved: Resolved, stack: Stack, url: string): Policies {
  const policy = stack.resources
    .filter(isOf("AWS::SQS::QueuePolicy"))
    .find(({ properties }) => properties.Queues.some((one) => resolved.text(stack, one) === url));
  return policy ? { resource: resolved.policy(stack, policy.properties.PolicyDocument) } : {};
}

const isIn = (bucket: string, arn: string): boolean => arn === bucket || arn.startsWith(`${bucket}/`);
