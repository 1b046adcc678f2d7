import { expect, it } from "vitest";
import type { Statement } from "../../../lib/aws/policy.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { att, type Keep, ref, sub } from "../../../lib/plan/template.ts";
import { planOf, resource, stackOf } from "./plans.ts";
import { synthesised } from "./scratch.ts";

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DependsOn?: string[]; readonly Properties: Record<string, unknown> }>
  >;
}

const deny = (bucket: ReturnType<typeof bucketOf>): Statement => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [att(bucket, "Arn"), sub("${Logs.Arn}/*")],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

const bucketOf = (id: string, keep: Keep) =>
  resource(id, "AWS::S3::Bucket", { BucketName: `shop-${id.toLowerCase()}`, Tags: [{ Key: "Project", Value: "shop" }] }, { keep });

const policyOf = (bucket: ReturnType<typeof bucketOf>) =>
  resource("LogsPolicy", "AWS::S3::BucketPolicy", {
    Bucket: ref(bucket),
    PolicyDocument: { Version: "2012-10-17", Statement: [deny(bucket)] },
  });

function synthesise(keep: Keep) {
  const logs = bucketOf("Logs", keep);
  const stack = stackOf("data", [logs, bucketOf("Other", keep), policyOf(logs)]);
  const template: Template = synthesised(planOf(stack)).getStackByName(stack.name).template;
  return { stack, logs, template };
}

const ofType = ({ Resources }: Template, type: string) => Object.values(Resources).filter((resource) => resource.Type === type);

it("D10: a bucket that may be destroyed is emptied first", () => {
  const { template } = synthesise("destroy");
  expect(ofType(template, "Custom::S3AutoDeleteObjects").map(({ Properties }) => Properties.BucketName)).toEqual([
    { Ref: "Logs" },
    { Ref: "Other" },
  ]);
  // The handler looks for this tag before it empties anything (aws-cdk-lib, aws-s3 auto-delete-objects-handler).
  expect(ofType(template, "AWS::S3::Bucket").map(({ Properties }) => Properties.Tags)).toEqual(
    Array(2).fill([
      { Key: "aws-cdk:auto-delete-objects", Value: "true" },
      { Key: "Project", Value: "shop" },
    ]),
  );
});

it("D10: who empties a bucket is allowed to by the bucket's one policy, which keeps what it said", () => {
  const { template, logs } = synthesise("destroy");
  const policies = ofType(template, "AWS::S3::BucketPolicy").filter(
    ({ Properties }) => JSON.stringify(Properties.Bucket) === '{"Ref":"Logs"}',
  );
  expect(policies).toHaveLength(1);
  expect(policies[0]?.Properties.PolicyDocument).toEqual({
    Version: "2012-10-17",
    Statement: [deny(logs), expect.objectContaining({ Effect: "Allow", Action: expect.arrayContaining(["s3:DeleteObject*", "s3:List*"]) })],
  });
  // On deletion CloudFormation goes backwards: the bucket is emptied while the policy still allows it.
  const custom = ofType(template, "Custom::S3AutoDeleteObjects").find(
    ({ Properties }) => JSON.stringify(Properties.BucketName) === '{"Ref":"Logs"}',
  );
  expect(custom?.DependsOn).toEqual(["LogsPolicy"]);
});

it("D10: nothing is added where buckets are retained", () => {
  const { template, stack } = synthesise("retain");
  expect(template.Resources).toEqual(JSON.parse(JSON.stringify(templateOf(stack).Resources)));
});

it("D10: a registry that may be destroyed goes with its images, by its own property", () => {
  const registry = resource("Registry", "AWS::ECR::Repository", { RepositoryName: "shop", EmptyOnDelete: true });
  const stack = stackOf("registry", [registry]);
  const template: Template = synthesised(planOf(stack)).getStackByName(stack.name).template;
  expect(template.Resources).toEqual({
    Registry: { Type: "AWS::ECR::Repository", Properties: registry.properties, DeletionPolicy: "Delete", UpdateReplacePolicy: "Delete" },
  });
});

it("D10: outside protected environments every bucket of system D is emptied, by its one policy, and every registry", async () => {
  const { config } = await loadConfig("examples/d-container-pipeline");
  const plan = buildPlan(config, "staging");
  const assembly = synthesised(plan);
  for (const { name } of plan.stacks) {
    const template: Template = assembly.getStackByName(name).template;
    const refs = (type: string, property: string) =>
      ofType(template, type)
        .map(({ Properties }) => JSON.stringify(Properties[property]))
        .sort();
    const buckets = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
      Type === "AWS::S3::Bucket" ? [JSON.stringify({ Ref: id })] : [],
    );
    expect(refs("Custom::S3AutoDeleteObjects", "BucketName")).toEqual(buckets.sort());
    expect(refs("AWS::S3::BucketPolicy", "Bucket")).toEqual(buckets.sort());
    for (const { Properties } of ofType(template, "AWS::ECR::Repository")) expect(Properties.EmptyOnDelete).toBe(true);
  }
});
