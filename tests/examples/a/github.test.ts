import { expect, it } from "vitest";
import { inRegion, primary, production, regions, secondary, theOne } from "./plans.ts";

const issuer = "token.actions.githubusercontent.com";
const provider = production.one("AWS::IAM::OIDCProvider");

it("A03 the account trusts GitHub's issuer, for AWS alone", () => {
  expect([provider.at("Url"), provider.at("ClientIdList")]).toEqual([`https://${issuer}`, ["sts.amazonaws.com"]]);
});

it.each(regions)("A03 only jobs of the protected environment deploy, and only pull requests of the repository preview (%s)", (region) => {
  const trusted = (end: string) =>
    theOne(region, "AWS::IAM::Role", end)
      .parts("AssumeRolePolicyDocument.Statement")
      .map(({ value }) => value);
  const known = region === primary ? provider.attribute("Arn") : `arn:aws:iam::222222222222:oidc-provider/${issuer}`;
  const only = (subject: string) => [
    {
      Effect: "Allow",
      Principal: { Federated: known },
      Action: "sts:AssumeRoleWithWebIdentity",
      // IAM User Guide, "Create a role for OpenID Connect federation": both, or every user of GitHub gets in.
      Condition: { StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: `repo:acme/catalog:${subject}` } },
    },
  ];
  expect(trusted("GithubDeployRole")).toEqual(only("environment:production"));
  expect(trusted("GithubPreviewRole")).toEqual(only("pull_request"));
});

it.each(regions)("A03 a pull request can change nothing, not even the state (%s)", (region) => {
  const role = theOne(region, "AWS::IAM::Role", "GithubPreviewRole");
  const rights = inRegion(region, "AWS::IAM::RolePolicy").filter((one) => one.at("RoleName") === role.ref);
  const actions = rights.flatMap((one) => one.parts("PolicyDocument.Statement")).flatMap((one) => one.texts("Action"));
  expect(actions.sort()).toEqual(["kms:Decrypt", "s3:GetObject", "s3:ListBucket"]);
});

it.each(regions)(
  "A03 a deploy makes things in its own region, the edge in AWS's global one, and never changes its own role (%s)",
  (region) => {
    const role = theOne(region, "AWS::IAM::Role", "GithubDeployRole");
    const rights = inRegion(region, "AWS::IAM::RolePolicy").filter((one) => one.at("RoleName") === role.ref);
    const statements = rights.flatMap((one) => one.parts("PolicyDocument.Statement"));
    const wide = statements.filter((one) => one.at("Effect") === "Allow" && one.at("Resource") === "*");
    const placed = wide.filter((one) => one.at("Condition.StringEquals.aws:RequestedRegion") !== undefined);
    const actionsIn = Object.fromEntries(
      placed.map((one) => [one.text("Condition.StringEquals.aws:RequestedRegion"), one.texts("Action")]),
    );
    const other = region === primary ? secondary : primary;
    const whole = (place: string) => (actionsIn[place] ?? []).filter((action) => action.endsWith(":*"));
    expect(whole(region)).toEqual(expect.arrayContaining(["ec2:*", "ecs:*"]));
    expect(whole(region)).not.toContain("cloudfront:*");
    expect(whole(other)).toEqual([]);
    expect(whole("us-east-1")).toEqual(region === primary ? ["acm:*", "cloudfront:*", "kms:*", "logs:*", "route53:*", "wafv2:*"] : []);
    const refused = statements.filter((one) => one.at("Effect") === "Deny");
    expect(refused.map((one) => one.at("Resource"))).toEqual([`arn:aws:iam::222222222222:role/${role.at("RoleName")}`]);
  },
);
