import { paginateDescribeDBSnapshots, type RDSClient } from "@aws-sdk/client-rds";
import { GetBucketReplicationCommand, type ReplicationRule, type S3Client } from "@aws-sdk/client-s3";
import { type Instant, instant } from "../../base/time.ts";
import { asked, failureOf } from "./failure.ts";

/** A bucket, and the one in the other region that takes its copies. */
export interface CopiedBucket {
  readonly name: string;
  readonly copyArn: string;
}

/**
 * Whether what is put into a bucket is copied to the other one: a rule for all of it that is on and leads there. What comes back is what was seen (Amazon S3
 * API reference, GetBucketReplication: an answer of its own where there is none).
 */
export async function copies({ name, copyArn }: CopiedBucket, client: S3Client): Promise<{ readonly ok: boolean; readonly saw: string }> {
  try {
    const { ReplicationConfiguration } = await client.send(new GetBucketReplicationCommand({ Bucket: name }));
    const rules = ReplicationConfiguration?.Rules?.filter(({ Destination }) => Destination?.Bucket === copyArn) ?? [];
    const on = rules.filter(({ Status }) => Status === "Enabled");
    if (on.some(takesAll)) return { ok: true, saw: "on" };
    const saw = on.length > 0 ? "only a part of the objects" : rules.length > 0 ? "a rule that is off" : "no rule that leads there";
    return { ok: false, saw };
  } catch (error) {
    if (error instanceof Error && error.name === "ReplicationConfigurationNotFoundError") return { ok: false, saw: "nothing is copied" };
    throw failureOf(error, `see what is copied from ${name}`);
  }
}

/** A filter chooses by how names begin, by a tag, or by several; a rule of the first version has none, and a prefix (API reference, ReplicationRule). */
const takesAll = ({ Filter, Prefix }: ReplicationRule): boolean => (Filter ? !Filter.Prefix && !Filter.Tag && !Filter.And : !Prefix);

/**
 * From when the newest backup of a database is that AWS Backup keeps in a client's region, or undefined without one. A copy keeps the name of its
 * database and the time of its original (Amazon RDS API reference, DescribeDBSnapshots and DBSnapshot).
 */
export function newestBackup(client: RDSClient, database: string): Promise<Instant | undefined> {
  return asked(`list the backups of ${database}`, async () => {
    const times: number[] = [];
    const of = { DBInstanceIdentifier: database, SnapshotType: "awsbackup" };
    for await (const { DBSnapshots = [] } of paginateDescribeDBSnapshots({ client }, of))
      for (const { Status, OriginalSnapshotCreateTime: made } of DBSnapshots)
        if (Status === "available" && made) times.push(made.getTime());
    return times.length === 0 ? undefined : instant(Math.max(...times));
  });
}
