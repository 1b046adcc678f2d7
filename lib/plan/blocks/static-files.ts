import type { Statement } from "../../aws/policy.ts";
import { objectsIn } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { bucket } from "./bucket.ts";
import { key } from "./key.ts";
import { type ReplicaBucket, replication } from "./replication.ts";

/** What the bucket of static files is called, beside project and environment: CloudFront knows it by its host before it exists. */
export const filesBucket = "files";

interface FilesNeeds {
  readonly logs: Value<string>;
  readonly distributionArn: Value<string>;
  /** The buckets of other regions that take copies: none in those regions themselves. */
  readonly replicas: readonly ReplicaBucket[];
}

/**
 * Files that change only with a version: encrypted with a key of their own, read by one distribution and nobody else, and copied to the other
 * regions, from which they come when this one does not answer (A12, A15).
 */
export function staticFiles(block: Block, { logs, distributionArn, replicas }: FilesNeeds): ReplicaBucket {
  const { stack, site } = block;
  const encryption = key(block, filesBucket, "Encrypts the static files", [readBy(distributionArn, "kms:Decrypt", "*")]);
  const made = bucket(block, filesBucket, {
    key: att(encryption, "Arn"),
    logs,
    ...(replicas.length > 0 && { replication: replication(block, filesBucket, att(encryption, "Arn"), replicas) }),
    statements: (own) => [readBy(distributionArn, "s3:GetObject", objectsIn(att(own, "Arn")))],
  });
  stack.output("FilesBucketName", ref(made), "Bucket of the static files, which a release fills");
  return {
    arn: stack.output("FilesBucketArn", att(made, "Arn"), "The same bucket by its ARN"),
    keyArn: stack.output("FilesKeyArn", att(encryption, "Arn"), "The key of the static files"),
    region: site.region,
  };
}

const readBy = (distributionArn: Value<string>, action: string, resource: Value<string>): Statement => ({
  Sid: "CloudFrontReadsForThisDistribution",
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: action,
  Resource: resource,
  Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
});
