import type { Config } from "../../config/config.ts";
import { bucket } from "../blocks/bucket.ts";
import { key } from "../blocks/key.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import type { ReplicaBucket } from "../blocks/replication.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";

/** The bucket in another region that takes a copy of every release, with a key of that region. It must be there before anything copies (B11, B18). */
export function replica(stack: Draft, { monitoring, storage }: Config): ReplicaBucket {
  const made = key(stack.block("Encryption"), "replica", "Encrypts the copies of the releases in this region");
  const block = stack.block("Storage");
  const logs = ref(logBucket(block, monitoring.logRetention));
  const copies = bucket(block, "replica", {
    key: att(made, "Arn"),
    logs,
    ...(storage.keep !== undefined && { expireAfter: storage.keep }),
  });
  stack.output("LogBucketName", logs, "Bucket of the access logs");
  stack.output("ReplicaBucketName", ref(copies), "Bucket with the copies of the releases");
  return {
    arn: stack.output("ReplicaBucketArn", att(copies, "Arn"), "Bucket with the copies of the releases"),
    keyArn: stack.output("ReplicaKeyArn", att(made, "Arn"), "The key of the copies"),
    region: stack.site.region,
  };
}
