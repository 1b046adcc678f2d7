import { encryptedOnly, policy, type Statement, tlsOnly } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Properties } from "../cloudformation.gen.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";

/** What its policy lets write, must come after `policy`: AWS tries it at once (B18). */
export interface Bucket extends BareBucket {
  readonly policy: Resource<"AWS::S3::BucketPolicy">;
}

/** A bucket that may have no policy yet, as statements about it are written. */
export type BareBucket = Resource<"AWS::S3::Bucket">;

interface BucketNeeds {
  /** The key of every object. Without it Amazon S3's own, where a writer knows no other (logs). */
  readonly key?: Value<string>;
  /** The bucket that the log of its requests goes to. */
  readonly logs?: Value<string>;
  /** Days after which objects go. Without it they stay. */
  readonly expireAfter?: number;
  /** Whether EventBridge hears of every object that is made, changed or deleted. */
  readonly announces?: boolean;
  /** Where copies of its objects go. */
  readonly replication?: Replication;
  /** What its policy allows beyond the refusals that every bucket has. */
  readonly statements?: (bucket: BareBucket) => readonly Statement[];
}

/** How copies go to another bucket, and what must be there first: the rights of the role that copies (B18). */
export interface Replication {
  readonly configuration: NonNullable<Properties["AWS::S3::Bucket"]["ReplicationConfiguration"]>;
  readonly after: readonly Resource[];
}

/** A private bucket: versioned, encrypted, without ACLs, TLS only, with a lifecycle (B11, C13). */
export function bucket(block: Block, thing: string, { key, logs, expireAfter, announces, replication, statements }: BucketNeeds): Bucket {
  const { site } = block;
  const made = block.add(
    `${thing} bucket`,
    "AWS::S3::Bucket",
    {
      BucketName: block.name("bucket", thing),
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: "Enabled" },
      BucketEncryption: { ServerSideEncryptionConfiguration: [encryption(key)] },
      LifecycleConfiguration: { Rules: lifecycle(expireAfter) },
      ...(logs && { LoggingConfiguration: { DestinationBucketName: logs, LogFilePrefix: `s3/${thing}/` } }),
      ...(announces && { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }),
      ...(replication && { ReplicationConfiguration: replication.configuration }),
      Tags: site.tags,
    },
    { ...(replication && { after: replication.after }), keep: site.protected ? "retain" : "destroy", proves: ["B11", "C13", "D10"] },
  );
  const arn = att(made, "Arn");
  const guard = block.add(`${thing} bucket policy`, "AWS::S3::BucketPolicy", {
    Bucket: ref(made),
    PolicyDocument: policy(tlsOnly(arn), ...(key === undefined ? [] : [encryptedOnly(arn, key)]), ...(statements?.(made) ?? [])),
  });
  return { ...made, policy: guard };
}

function encryption(key: Value<string> | undefined) {
  if (key === undefined) return { ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } };
  return { ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: key }, BucketKeyEnabled: true };
}

/** Old versions and abandoned uploads cost money for nothing. */
function lifecycle(expireAfter: number | undefined) {
  return [
    {
      Id: "clean",
      Status: "Enabled" as const,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      ...(expireAfter !== undefined && { ExpirationInDays: expireAfter }),
    },
  ];
}
