import { globalArn } from "../../aws/arns.ts";
import { allow, deny, type Statement } from "../../aws/policy.ts";
import { physicalName } from "../physical-name.ts";
import type { Site } from "../stack.ts";
import { isA, type Resource, type Stack, type Type } from "../template.ts";
import type { RoleElsewhere } from "./role-elsewhere.ts";

/**
 * What a deploy may do with IAM: make exactly the roles and instance profiles of these stacks, and pass those roles on to the services that they
 * trust. `self` is who deploys: it may change none of its own rights, though a role that it makes could get the right to (see `deployRights`).
 */
export function makesRoles(site: Site, stacks: readonly Stack[], self: RoleElsewhere): readonly Statement[] {
  const roles = all(stacks, "AWS::IAM::Role");
  return [
    ...ownRoles(site, roles),
    ...managedPolicies(site, roles),
    ...instanceProfiles(site, all(stacks, "AWS::IAM::InstanceProfile")),
    allow({
      sid: "LetsServicesMakeTheirOwnRoles",
      actions: "iam:CreateServiceLinkedRole",
      resources: globalArn(site.region, "iam", site.account, "role/aws-service-role/*"),
    }),
    deny({
      sid: "ChangesNotItself",
      actions: [
        "iam:AttachRolePolicy",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources: self.arn,
    }),
  ];
}

type Role = Resource<"AWS::IAM::Role">;

function ownRoles(site: Site, roles: readonly Role[]): readonly Statement[] {
  if (roles.length === 0) return [];
  const resources = roles.map((one) => arnIn(site, "role", one));
  return [
    allow({
      sid: "MakesTheRolesOfThePlan",
      actions: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources,
    }),
    allow({
      sid: "PassesThemOn",
      actions: "iam:PassRole",
      resources,
      conditions: { StringEquals: { "iam:PassedToService": trustedIn(roles) } },
    }),
  ];
}

/** Only the policies that the plan gives, and only to roles that it gives some (Service Authorization Reference, IAM: `iam:PolicyARN`). */
function managedPolicies(site: Site, roles: readonly Role[]): readonly Statement[] {
  const given = roles.filter(({ properties }) => policiesOf(properties).length > 0);
  if (given.length === 0) return [];
  return [
    allow({
      sid: "GivesThemTheManagedPoliciesOfThePlan",
      actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      resources: given.map((one) => arnIn(site, "role", one)),
      conditions: { ArnEquals: { "iam:PolicyARN": [...new Set(given.flatMap(({ properties }) => policiesOf(properties)))] } },
    }),
  ];
}

const policiesOf = ({ ManagedPolicyArns = [] }: Role["properties"]) => ManagedPolicyArns;

function instanceProfiles(site: Site, profiles: readonly Resource<"AWS::IAM::InstanceProfile">[]): readonly Statement[] {
  if (profiles.length === 0) return [];
  return [
    allow({
      sid: "MakesTheInstanceProfilesOfThePlan",
      actions: [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:GetInstanceProfile",
        "iam:ListInstanceProfileTags",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
      ],
      resources: profiles.map((one) => arnIn(site, "instance-profile", one)),
    }),
  ];
}

function arnIn({ region, account }: Site, kind: "role" | "instance-profile", resource: Resource): string {
  const name = physicalName(resource);
  // AWS would choose one, and nobody could be given a right to it beforehand.
  if (name === undefined) throw new Error(`${resource.id} has no name`);
  return globalArn(region, "iam", account, `${kind}/${name}`);
}

/** The services that take these roles on. */
function trustedIn(roles: readonly Role[]): readonly string[] {
  const trusted = roles.flatMap(({ properties }) => properties.AssumeRolePolicyDocument.Statement.flatMap(servicesOf));
  return [...new Set(trusted)].sort();
}

function servicesOf({ Principal }: Statement): readonly string[] {
  const named = typeof Principal === "object" ? Principal.Service : undefined;
  return [named].flat().filter((one) => typeof one === "string");
}

const all = <T extends Type>(stacks: readonly Stack[], type: T): readonly Resource<T>[] =>
  stacks.flatMap(({ resources }) => resources.filter((one) => isA(one, type)));
