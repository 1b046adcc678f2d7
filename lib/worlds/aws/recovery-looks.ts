import { GetBucketReplicationCommand, type S3Client } from "@aws-sdk/client-s3";
import { failureOf } from "./failure.ts";

/** A bucket, and the one in the other region that takes its copies. */
export interface CopiedBucket {
  readonly name: string;
  readonly copyArn: string;
}

/**
 * Whether what is put into a bucket is copied to the other one: a rule that is on and leads there. What comes back is what was seen (Amazon S3
 * API reference, GetBucketReplication: an answer of its own where there is none).
 */
export async function copies({ name, copyArn }: CopiedBucket, client: S3Client): Promise<{ readonly ok: boolean; readonly saw: string }> {
  try {
    const { ReplicationConfiguration } = await client.send(new GetBucketReplicationCommand({ Bucket: name }));
    const rules = ReplicationConfiguration?.Rules?.filter(({ Destination }) => Destination?.Bucket === copyArn) ?? [];
    const ok = rules.some(({ Status }) => Status === "Enabled");
    return { ok, saw: ok ? "on" : rules.length > 0 ? "a rule that is off" : "no rule that leads there" };
  } catch (error) {
    if (error instanceof Error && error.name === "ReplicationConfigurationNotFoundError") return { ok: false, saw: "nothing is copied" };
    throw failureOf(error, `see what is copied from ${name}`);
  }
}
