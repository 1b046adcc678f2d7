import { PolicyDocument } from "aws-cdk-lib/aws-iam";
import { CfnBucket, CfnBucketPolicy } from "aws-cdk-lib/aws-s3";
import { BucketAutoDeleteObjects } from "aws-cdk-lib/aws-s3/mixins";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { references } from "../../plan/as-template.ts";
import type { Stack } from "../../plan/template.ts";

/**
 * Has buckets emptied before they are deleted, where they may be: CloudFormation refuses to delete a bucket that holds something, which only
 * a custom resource can change. It is the one thing that this engine adds to a plan. Registries have a property for it, `EmptyOnDelete`.
 */
export function emptyOnDestroy({ resources }: Stack, included: CfnInclude): void {
  for (const { id, keep = "destroy" } of resources) {
    const bucket = included.getResource(id);
    if (!CfnBucket.isCfnBucket(bucket) || keep !== "destroy") continue;
    const policyId = resources.find(
      ({ properties }) => "PolicyDocument" in properties && "Bucket" in properties && references(properties.Bucket).has(id),
    )?.id;
    const policy = policyId === undefined ? undefined : included.getResource(policyId);
    const apply = (): unknown => bucket.with(new BucketAutoDeleteObjects());
    if (CfnBucketPolicy.isCfnBucketPolicy(policy)) keepingStatements(policy, apply);
    else apply();
  }
}

/** CDK parses a policy document before it adds a statement, which fails on references and rewrites the rest: it gets an empty one instead. */
function keepingStatements(policy: CfnBucketPolicy, change: () => void): void {
  const ours: { Statement: unknown } = policy.policyDocument;
  const added = new PolicyDocument();
  policy.policyDocument = added;
  change();
  policy.policyDocument = { ...ours, Statement: [ours.Statement, added.toJSON().Statement].flat() };
}
