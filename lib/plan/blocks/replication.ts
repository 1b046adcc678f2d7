import { bucketArn } from "../../aws/arns.ts";
import { allow, objectsIn, trusts, viaService } from "../../aws/policy.ts";
import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, sub } from "../template.ts";
import type { Replication } from "./bucket.ts";
import { type Granted, role } from "./role.ts";

/** A bucket of another region that takes copies, and its key there. */
export interface ReplicaBucket {
  readonly arn: Value<string>;
  readonly keyArn: Value<string>;
  readonly region: Region;
}

/**
 * Copies every object of a bucket to other regions, encrypted again with the key there, by a role of its own (B11; Amazon S3 User Guide,
 * "Setting up permissions for live replication", "Replicating encrypted objects": with a bucket key the context is the bucket's ARN, and a key
 * of several regions is to Amazon S3 like any other, so each region has its own; ADR 0013).
 */
export function replication(block: Block, thing: string, key: Value<string>, replicas: readonly ReplicaBucket[]): Replication {
  const granted = replicator(block, thing, key, replicas);
  return {
    after: granted.policies,
    configuration: {
      Role: att(granted.role, "Arn"),
      Rules: replicas.map((replica, at) => ({
        Id: at === 0 ? "everything" : `everything-${at + 1}`,
        Status: "Enabled",
        Priority: at + 1,
        Filter: { Prefix: "" },
        // What is deleted here stays there: a mistake must not reach the copy.
        DeleteMarkerReplication: { Status: "Disabled" },
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
        Destination: {
          Bucket: replica.arn,
          EncryptionConfiguration: { ReplicaKmsKeyID: replica.keyArn },
          Metrics: { Status: "Enabled", EventThreshold: { Minutes: 15 } },
          ReplicationTime: { Status: "Enabled", Time: { Minutes: 15 } },
        },
      })),
    },
  };
}

function replicator(block: Block, thing: string, key: Value<string>, replicas: readonly ReplicaBucket[]): Granted {
  const { site } = block;
  // By name, since the bucket comes after its role.
  const source = bucketArn(site.region, block.name("bucket", thing));
  const encrypted = (region: Region, bucket: Value<string>) => ({
    StringEquals: viaService(region, "s3"),
    ArnLike: { "kms:EncryptionContext:aws:s3:arn": bucket },
  });
  return role(
    block,
    `${thing}-replication`,
    "Copies objects to the replicas in other regions",
    // Amazon S3 does not promise to say for whom it takes the role on: the trust policy of the first page above has no condition.
    trusts("s3.amazonaws.com"),
    [
      allow({ actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"], resources: source }),
      allow({
        actions: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
        resources: objectsIn(source),
      }),
      ...replicas.map(({ arn }) =>
        allow({ actions: ["s3:ReplicateObject", "s3:ReplicateTags"], resources: sub("${Replica}/*", { Replica: arn }) }),
      ),
      allow({ actions: "kms:Decrypt", resources: key, conditions: encrypted(site.region, source) }),
      ...replicas.map(({ arn, keyArn, region }) =>
        allow({ actions: ["kms:Encrypt", "kms:GenerateDataKey"], resources: keyArn, conditions: encrypted(region, arn) }),
      ),
    ],
  );
}
