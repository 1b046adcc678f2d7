import { entry, own } from "../entry.ts";

const part = { owner: "bucket", with: { bucket: own("bucket") } } as const;

/**
 * One bucket in CloudFormation, a bucket and a resource for each concern in Pulumi. The order is AWS's: versioning before replication, and what
 * reads the bucket waits for all of them.
 */
export const bucket = entry("AWS::S3::Bucket", "aws:s3/bucket:Bucket", {
  ref: "bucket",
  attributes: { DomainName: "bucketDomainName", RegionalDomainName: "bucketRegionalDomainName" },
  fields: { BucketName: "bucket" },
  keep: {
    arguments: ["forceDestroy"],
    // With CDK a custom resource of the plan's own app does the same.
    source:
      "CloudFormation, AWS::S3::Bucket: a bucket that is not empty is not deleted; Pulumi Registry, aws.s3.Bucket: forceDestroy defaults to false",
    of: (keep) => ({ forceDestroy: keep === "destroy" }),
  },
  parts: [
    {
      ...part,
      token: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      fields: { OwnershipControls: { to: "." } },
    },
    { ...part, token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", fields: { PublicAccessBlockConfiguration: { to: "." } } },
    {
      ...part,
      token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      fields: {
        BucketEncryption: {
          to: ".",
          in: {
            ServerSideEncryptionConfiguration: {
              to: "rules",
              in: {
                ServerSideEncryptionByDefault: {
                  to: "applyServerSideEncryptionByDefault",
                },
              },
            },
          },
        },
      },
    },
    { ...part, token: "aws:s3/bucketVersioning:BucketVersioning", fields: { VersioningConfiguration: { to: "versioningConfiguration" } } },
    {
      ...part,
      token: "aws:s3/bucketLogging:BucketLogging",
      fields: {
        LoggingConfiguration: {
          to: ".",
          in: {
            DestinationBucketName: "targetBucket",
            LogFilePrefix: "targetPrefix",
          },
        },
      },
    },
    {
      ...part,
      token: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      fields: {
        LifecycleConfiguration: {
          to: ".",
          in: {
            Rules: {
              to: "rules",
              in: {
                Prefix: {
                  to: "filter.prefix",
                  implied: {
                    value: "",
                    source:
                      "CloudFormation, AWS::S3::Bucket Rule: without a prefix the rule is for every object; Terraform Registry, aws_s3_bucket_lifecycle_configuration: one of filter and prefix is wanted, and an empty prefix is every object",
                  },
                },
                ExpirationInDays: "expiration.days",
                ExpirationDate: "expiration.date",
                ExpiredObjectDeleteMarker: "expiration.expiredObjectDeleteMarker",
                Transitions: { to: "transitions", in: { TransitionInDays: "days", TransitionDate: "date" } },
                NoncurrentVersionTransitions: { to: "noncurrentVersionTransitions", in: { TransitionInDays: "noncurrentDays" } },
              },
              none: { TagFilters: "use one rule for each prefix" },
            },
          },
        },
      },
    },
    {
      ...part,
      token: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
      fields: {
        ReplicationConfiguration: {
          to: ".",
        },
      },
    },
  ],
});

export const bucketPolicy = entry("AWS::S3::BucketPolicy", "aws:s3/bucketPolicy:BucketPolicy", {
  fields: { PolicyDocument: "policy" },
});
