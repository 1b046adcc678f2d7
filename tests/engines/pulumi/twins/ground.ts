import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] };
const text = JSON.stringify(policy);

export const ground: readonly Twin[] = [
  {
    type: "AWS::KMS::Key",
    make: () =>
      new aws.kms.Key("one", {
        description: "A key",
        enableKeyRotation: true,
        deletionWindowInDays: 20,
        multiRegion: true,
        policy: text,
        tags: { Name: "main" },
      }),
    is: {
      Description: "A key",
      EnableKeyRotation: true,
      PendingWindowInDays: 20,
      MultiRegion: true,
      KeyPolicy: policy,
      Tags: [{ Key: "Name", Value: "main" }],
    },
  },
  {
    type: "AWS::KMS::Alias",
    make: () => new aws.kms.Alias("one", { name: "alias/a", targetKeyId: "k" }),
    is: { AliasName: "alias/a", TargetKeyId: "k" },
  },
  {
    type: "AWS::KMS::ReplicaKey",
    make: () =>
      new aws.kms.ReplicaKey("one", {
        description: "A copy",
        deletionWindowInDays: 7,
        primaryKeyArn: "arn:aws:kms:us-east-1:1:key/mrk-1",
        policy: text,
      }),
    is: { Description: "A copy", PendingWindowInDays: 7, PrimaryKeyArn: "arn:aws:kms:us-east-1:1:key/mrk-1", KeyPolicy: policy },
  },
  {
    type: "AWS::IAM::Role",
    make: () => {
      const role = new aws.iam.Role("one", { name: "test_role", assumeRolePolicy: text, maxSessionDuration: 3600, path: "/" });
      new aws.iam.RolePolicyAttachment("attached", { role: role.name, policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    },
    is: {
      RoleName: "test_role",
      AssumeRolePolicyDocument: policy,
      MaxSessionDuration: 3600,
      Path: "/",
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    },
  },
  {
    type: "AWS::IAM::RolePolicy",
    make: () => new aws.iam.RolePolicy("one", { name: "test_policy", role: "r", policy: text }),
    is: { PolicyName: "test_policy", RoleName: "r", PolicyDocument: policy },
  },
  {
    type: "AWS::IAM::InstanceProfile",
    make: () => new aws.iam.InstanceProfile("one", { name: "test_profile", role: "r" }),
    is: { InstanceProfileName: "test_profile", Roles: ["r"] },
  },
  {
    type: "AWS::IAM::OIDCProvider",
    make: () =>
      new aws.iam.OpenIdConnectProvider("one", { url: "https://accounts.google.com", clientIdLists: ["app"], thumbprintLists: ["cf23"] }),
    is: { Url: "https://accounts.google.com", ClientIdList: ["app"], ThumbprintList: ["cf23"] },
  },
  {
    type: "AWS::S3::Bucket",
    make: () => {
      const { bucket } = new aws.s3.Bucket("one", { bucket: "my-tf-test-bucket", tags: { Name: "mine" } });
      new aws.s3.BucketVersioning("v", { bucket, versioningConfiguration: { status: "Enabled" } });
      new aws.s3.BucketPublicAccessBlock("p", {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      new aws.s3.BucketOwnershipControls("o", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
      new aws.s3.BucketServerSideEncryptionConfiguration("e", {
        bucket,
        rules: [{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: "k", sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
      });
      new aws.s3.BucketLogging("l", { bucket, targetBucket: "logs", targetPrefix: "log/" });
      new aws.s3.BucketLifecycleConfiguration("c", {
        bucket,
        rules: [
          {
            id: "old",
            status: "Enabled",
            filter: { prefix: "logs/" },
            expiration: { days: 90 },
            transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
          },
        ],
      });
      new aws.s3.BucketReplicationConfig("r", {
        bucket,
        role: "arn:aws:iam::1:role/r",
        rules: [
          {
            id: "all",
            status: "Enabled",
            priority: 1,
            deleteMarkerReplication: { status: "Disabled" },
            destination: { bucket: "arn:aws:s3:::copy", storageClass: "STANDARD" },
          },
        ],
      });
    },
    is: {
      BucketName: "my-tf-test-bucket",
      Tags: [{ Key: "Name", Value: "mine" }],
      VersioningConfiguration: { Status: "Enabled" },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { KMSMasterKeyID: "k", SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
        ],
      },
      LoggingConfiguration: { DestinationBucketName: "logs", LogFilePrefix: "log/" },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "old",
            Status: "Enabled",
            Prefix: "logs/",
            ExpirationInDays: 90,
            Transitions: [{ TransitionInDays: 30, StorageClass: "STANDARD_IA" }],
          },
        ],
      },
      ReplicationConfiguration: {
        Role: "arn:aws:iam::1:role/r",
        Rules: [
          {
            Id: "all",
            Status: "Enabled",
            Priority: 1,
            DeleteMarkerReplication: { Status: "Disabled" },
            Destination: { Bucket: "arn:aws:s3:::copy", StorageClass: "STANDARD" },
          },
        ],
      },
    },
  },
  {
    type: "AWS::S3::BucketPolicy",
    make: () => new aws.s3.BucketPolicy("one", { bucket: "b", policy: text }),
    is: { Bucket: "b", PolicyDocument: policy },
  },
  {
    type: "AWS::DynamoDB::Table",
    make: () =>
      new aws.dynamodb.Table("one", {
        name: "GameScores",
        billingMode: "PAY_PER_REQUEST",
        hashKey: "UserId",
        rangeKey: "GameTitle",
        attributes: [
          { name: "UserId", type: "S" },
          { name: "GameTitle", type: "S" },
        ],
        ttl: { attributeName: "TimeToExist", enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: "arn:aws:kms:eu-west-1:1:key/k" },
        deletionProtectionEnabled: true,
      }),
    is: {
      TableName: "GameScores",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "UserId", KeyType: "HASH" },
        { AttributeName: "GameTitle", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "UserId", AttributeType: "S" },
        { AttributeName: "GameTitle", AttributeType: "S" },
      ],
      TimeToLiveSpecification: { AttributeName: "TimeToExist", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: "arn:aws:kms:eu-west-1:1:key/k" },
      DeletionProtectionEnabled: true,
    },
  },
  {
    type: "AWS::SSM::Parameter",
    make: () => new aws.ssm.Parameter("one", { name: "foo", type: "String", insecureValue: "bar", description: "A value" }),
    is: { Name: "foo", Type: "String", Value: "bar", Description: "A value" },
  },
  {
    type: "AWS::SecretsManager::Secret",
    make: () => new aws.secretsmanager.Secret("one", { name: "example", description: "A secret", kmsKeyId: "k" }),
    is: { Name: "example", Description: "A secret", KmsKeyId: "k" },
  },
  {
    type: "AWS::SecretsManager::RotationSchedule",
    make: () =>
      new aws.secretsmanager.SecretRotation("one", {
        secretId: "s",
        rotationLambdaArn: "arn:aws:lambda:eu-west-1:1:function:f",
        rotateImmediately: true,
        rotationRules: { automaticallyAfterDays: 30, duration: "3h" },
      }),
    is: {
      SecretId: "s",
      RotationLambdaARN: "arn:aws:lambda:eu-west-1:1:function:f",
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 30, Duration: "3h" },
    },
  },
];
