import type { App } from "aws-cdk-lib";
import { CfnPolicy, CfnRolePolicy } from "aws-cdk-lib/aws-iam";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, it } from "vitest";
import { allow, anyResource, policy, trusts } from "../../lib/aws/policy.ts";
import { type Plan, ref } from "../../lib/plan/template.ts";
import { type Finding, settle } from "../acknowledged.ts";
import { planOf, resource, stackOf } from "../engines/cdk/plans.ts";
import { appOf } from "../engines/cdk/scratch.ts";
import { systems } from "./systems.ts";

const judge = "cdk-nag";

/** What the rules of AwsSolutions find in a plan as CDK has it. */
function findingsIn(plan: Plan): readonly (Finding & { readonly said: string })[] {
  const app = appOf(plan);
  showRolePolicies(app);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const partOf = new Map(plan.stacks.map(({ name, part }) => [name, part]));
  return violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath = "" }) => {
      const [stack = "", , id = ""] = constructPath.split("/");
      const [, rule = "", allowed] = /^([^[]+)(?:\[(.*)\])?$/.exec(ruleName) ?? [];
      const where = `${partOf.get(stack)}/${id}`;
      return { judge, rule, resource: allowed === undefined ? where : `${where} ${allowed}`, said: description };
    }),
  );
}

/** cdk-nag reads AWS::IAM::Policy and not AWS::IAM::RolePolicy, so each of ours is shown to it as one. */
function showRolePolicies(app: App): void {
  for (const node of app.node.findAll()) {
    if (!(node instanceof CfnRolePolicy)) continue;
    const { policyName, policyDocument, roleName } = node;
    new CfnPolicy(node, "Shown", { policyName, policyDocument, roles: [roleName] });
  }
}

const found = systems.flatMap(({ plan }) => findingsIn(plan));

it("cdk-nag's AwsSolutions rules find nothing in any example but what is acknowledged", () => {
  expect(systems.length).toBeGreaterThan(0);
  expect(settle(judge, found).open).toEqual([]);
});

it("nothing is acknowledged that cdk-nag does not find", () => {
  expect(settle(judge, found).idle).toEqual([]);
});

it("an acknowledgement covers its own rule and resource, and one that covers nothing is told", () => {
  const line = { judge, rule: "AwsSolutions-S1", resource: /^base\/Logs$/, reason: "…" } as const;
  const other = { ...line, resource: /^base\/Gone$/ };
  const finding = { judge, rule: line.rule, resource: "base/Logs" } as const;
  expect(settle(judge, [finding], [line, other])).toEqual({ open: [], idle: [other] });
  expect(settle(judge, [{ ...finding, resource: "web/Logs" }], [line]).open).toHaveLength(1);
  expect(settle(judge, [{ ...finding, rule: "AwsSolutions-S10" }], [line]).open).toHaveLength(1);
});

it("cdk-nag sees a wildcard in the policy of a role, and a bucket without logs, TLS and policy", () => {
  const role = resource("Role", "AWS::IAM::Role", { RoleName: "shop", AssumeRolePolicyDocument: trusts("ec2.amazonaws.com") });
  const wide = resource("Wide", "AWS::IAM::RolePolicy", {
    PolicyName: "wide",
    RoleName: ref(role),
    PolicyDocument: policy(allow({ actions: "s3:*", resources: anyResource("BrokenOnPurposeForThisTest") })),
  });
  const bucket = resource("Bucket", "AWS::S3::Bucket", { BucketName: "open" });
  const seen = findingsIn(planOf(stackOf("broken", [role, wide, bucket])));
  expect([...new Set(seen.map(({ rule, resource: at }) => `${rule} ${at}`))].sort()).toEqual([
    "AwsSolutions-IAM5 broken/Wide Action::s3:*",
    "AwsSolutions-IAM5 broken/Wide Resource::*",
    "AwsSolutions-S1 broken/Bucket",
    "AwsSolutions-S10 broken/Bucket",
  ]);
});
