import type { Statement } from "../../aws/policy.ts";
import { objectsIn } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { type Bucket, bucket } from "./bucket.ts";
import { key } from "./key.ts";

/** What the bucket of static files is called, beside project and environment: CloudFront knows it by its host before it exists. */
export const filesBucket = "files";

/** Files that change only with a version: encrypted with a key of their own, and read by one distribution and nobody else (A15). */
export function staticFiles(block: Block, logs: Value<string>, distributionArn: Value<string>): Bucket {
  const { stack } = block;
  const encryption = key(block, filesBucket, "Encrypts the static files", [readBy(distributionArn, "kms:Decrypt", "*")]);
  const made = bucket(block, filesBucket, {
    key: att(encryption, "Arn"),
    logs,
    statements: (own) => [readBy(distributionArn, "s3:GetObject", objectsIn(att(own, "Arn")))],
  });
  stack.output("FilesBucketName", ref(made), "Bucket of the static files, which a release fills");
  stack.output("FilesKeyArn", att(encryption, "Arn"), "The key of the static files");
  return made;
}

const readBy = (distributionArn: Value<string>, action: string, resource: Value<string>): Statement => ({
  Sid: "CloudFrontReadsForThisDistribution",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: action,
  Resource: resource,
  Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
});
