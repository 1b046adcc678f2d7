import { type PolicyDocument, policy, type Statement } from "../../aws/policy.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";

/** A role of IAM, which may do nothing before it is granted something. */
export type Role = Resource<"AWS::IAM::Role">;

/** A role with what it may do. Whatever uses the role must come after `policies`, or it starts without its rights (B18). */
export interface Granted {
  readonly role: Role;
  readonly policies: readonly Resource<"AWS::IAM::RolePolicy">[];
}

/**
 * A role for one purpose: who may take it on, and the statements of what it may do; without any it may do nothing (B14, D03). `managed` are
 * policies that AWS keeps, by ARN.
 */
export function role(
  block: Block,
  thing: string,
  description: string,
  trust: PolicyDocument,
  statements: readonly Statement[],
  managed: readonly string[] = [],
): Granted {
  const made = block.add(
    `${thing} role`,
    "AWS::IAM::Role",
    {
      RoleName: block.name("role", thing),
      Description: description,
      AssumeRolePolicyDocument: trust,
      ...(managed.length > 0 && { ManagedPolicyArns: managed }),
      Tags: block.site.tags,
    },
    { proves: ["B14", "D03"] },
  );
  return { role: made, policies: statements.length > 0 ? [grant(block, thing, made, statements)] : [] };
}

/** Gives a role its rights. Of its own where they name what did not exist when the role was made. */
export function grant(block: Block, thing: string, to: Role, statements: readonly Statement[]): Resource<"AWS::IAM::RolePolicy"> {
  return block.add(`${thing} policy`, "AWS::IAM::RolePolicy", {
    PolicyName: thing,
    RoleName: ref(to),
    PolicyDocument: policy(...statements),
  });
}
