import { allow } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import { bucket } from "./bucket.ts";
import { key as keyFor } from "./key.ts";
import { startedBy } from "./source-event.ts";

/**
 * An archive in a bucket that tells EventBridge of every new version (CodePipeline User Guide, "Amazon S3 source action reference"; Amazon
 * S3 User Guide, "Using EventBridge").
 */
export function fromObject(block: Block, key: string) {
  const encryption = att(keyFor(block, "source", "Encrypts the source that the pipeline starts from"), "Arn");
  const made = bucket(block, "source", { key: encryption, announces: true });
  block.stack.output("SourceBucketName", ref(made), `Where to put the source, as ${key}`);
  return {
    provider: "S3" as const,
    configuration: { S3Bucket: ref(made), S3ObjectKey: key, PollForSourceChanges: "false" },
    statements: [
      allow({
        sid: "FetchesTheSource",
        actions: ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
        resources: sub(`\${${made.id}.Arn}/${key}`),
      }),
      allow({
        sid: "KnowsTheSourceBucket",
        actions: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
        resources: att(made, "Arn"),
      }),
      allow({ sid: "OpensTheSource", actions: "kms:Decrypt", resources: encryption }),
    ],
    triggers: [],
    starts: (on: Block, pipelineArn: Value<string>) =>
      startedBy(on, pipelineArn, `A new version of ${key} starts the pipeline`, {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [ref(made)] }, object: { key: [key] } },
      }),
  };
}
