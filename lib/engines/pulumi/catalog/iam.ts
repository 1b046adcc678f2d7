import { entry, own } from "../entry.ts";

export const role = entry("AWS::IAM::Role", "aws:iam/role:Role", {
  ref: "name",
  attributes: { RoleId: "uniqueId" },
  fields: { AssumeRolePolicyDocument: "assumeRolePolicy" },
  none: { Policies: "use AWS::IAM::RolePolicy" },
  parts: [
    {
      token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      owner: "role",
      with: { role: own("name") },
      each: "ManagedPolicyArns",
      element: "policyArn",
    },
  ],
});

export const rolePolicy = entry("AWS::IAM::RolePolicy", "aws:iam/rolePolicy:RolePolicy", {
  fields: { PolicyName: "name", PolicyDocument: "policy", RoleName: "role" },
});

export const instanceProfile = entry("AWS::IAM::InstanceProfile", "aws:iam/instanceProfile:InstanceProfile", {
  ref: "name",
});

export const oidcProvider = entry("AWS::IAM::OIDCProvider", "aws:iam/openIdConnectProvider:OpenIdConnectProvider", {
  ref: "arn",
});
