import type { Value } from "../../aws/value.ts";
import { type ArtifactStore, artifactStore, storeOf } from "../blocks/artifacts.ts";
import type { Bucket } from "../blocks/bucket.ts";
import { codeBucket } from "../blocks/code-bucket.ts";
import { key, usedByLogs, usedByPublishers } from "../blocks/key.ts";
import { publishers, topic } from "../blocks/topic.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";

/** What builds of a region stand on: a store with a key of its own, and the key of their logs (C03). */
export interface Regional {
  readonly store: ArtifactStore;
  readonly logsKey: Value<string>;
}

/** `logs` is the bucket of the stack that the other buckets write their access logs to. */
export function regional(stack: Draft, logs: Bucket): Regional {
  const storage = stack.block("Storage");
  const logsKey = key(stack.block("Encryption"), "logs", "Encrypts the logs of this region's builds", [usedByLogs(stack.site)]);
  const { bucketName, bucketArn, keyArn } = artifactStore(storage, ref(logs));
  stack.output("LogBucketName", ref(logs), "Bucket of the access logs");
  return {
    store: storeOf({
      bucketName: stack.output("ArtifactBucketName", bucketName, "Bucket of what the stages hand on"),
      bucketArn: stack.output("ArtifactBucketArn", bucketArn, "The same bucket by its ARN"),
      keyArn: stack.output("ArtifactKeyArn", keyArn, "The key of what the stages hand on"),
    }),
    logsKey: stack.output("LogsKeyArn", att(logsKey, "Arn"), "The key of the logs"),
  };
}

/** What there is once, in the region of the pipeline: whom to tell, and where the code of functions lies. */
export function central(
  stack: Draft,
  logs: Bucket,
  emails: readonly string[],
): { readonly topicArn: Value<string>; readonly codeBucket: Value<string> } {
  const keys = stack.block("Encryption");
  const noticesKey = key(keys, "notices", "Encrypts what people are told", [usedByPublishers(stack.site, publishers)]);
  const told = topic(stack.block("Alerts"), "notices", att(noticesKey, "Arn"), emails);
  return {
    topicArn: stack.output("TopicArn", ref(told), "Topic of alarms and of what the pipeline does"),
    codeBucket: codeBucket(stack, ref(logs)),
  };
}
