import * as aws from "@pulumi/aws";
import { expect } from "vitest";
import type { Twin } from "./twin.ts";

const dead = { deadLetterTargetArn: "q", maxReceiveCount: 4 };

/** What holds data and messages can besides what the first twins of it show. */
export const stores: readonly Twin[] = [
  {
    type: "AWS::RDS::DBInstance",
    make: () =>
      new aws.rds.Instance("one", {
        identifier: "mydb",
        instanceClass: "db.t4g.micro",
        password: "foobarbaz",
        port: 5432,
        iamDatabaseAuthenticationEnabled: true,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        performanceInsightsKmsKeyId: "k",
        masterUserSecretKmsKeyId: "k",
        applyImmediately: false,
        backupRetentionPeriod: 1,
      }),
    is: {
      DBInstanceIdentifier: "mydb",
      DBInstanceClass: "db.t4g.micro",
      MasterUserPassword: { $secret: expect.any(String) },
      Port: "5432",
      EnableIAMDatabaseAuthentication: true,
      CACertificateIdentifier: "rds-ca-rsa2048-g1",
      PerformanceInsightsKMSKeyId: "k",
      MasterUserSecret: { KmsKeyId: "k" },
      ApplyImmediately: false,
    },
  },
  {
    type: "AWS::RDS::DBInstance",
    make: () =>
      new aws.rds.Instance("one", {
        instanceClass: "db.t4g.micro",
        replicateSourceDb: "arn:aws:rds:eu-west-1:1:db:mydb",
        applyImmediately: true,
      }),
    is: { DBInstanceClass: "db.t4g.micro", SourceDBInstanceIdentifier: "arn:aws:rds:eu-west-1:1:db:mydb" },
  },
  {
    type: "AWS::DynamoDB::Table",
    make: () =>
      new aws.dynamodb.Table("one", {
        name: "GameScores",
        billingMode: "PROVISIONED",
        readCapacity: 20,
        writeCapacity: 10,
        hashKey: "UserId",
        attributes: [{ name: "UserId", type: "S" }],
      }),
    is: {
      TableName: "GameScores",
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 10 },
      KeySchema: [{ AttributeName: "UserId", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "UserId", AttributeType: "S" }],
    },
  },
  {
    type: "AWS::KMS::Key",
    make: () => new aws.kms.Key("one", { isEnabled: true, customerMasterKeySpec: "SYMMETRIC_DEFAULT" }),
    is: { Enabled: true, KeySpec: "SYMMETRIC_DEFAULT" },
  },
  {
    type: "AWS::S3::Bucket",
    make: () => {
      const { bucket } = new aws.s3.Bucket("one", { bucket: "my-tf-test-bucket" });
      new aws.s3.BucketLifecycleConfiguration("c", {
        bucket,
        rules: [
          {
            id: "at",
            status: "Enabled",
            expiration: { date: "2030-01-13T00:00:00Z" },
            transitions: [{ date: "2029-01-13T00:00:00Z", storageClass: "GLACIER" }],
          },
          {
            id: "old",
            status: "Enabled",
            expiration: { expiredObjectDeleteMarker: true },
            noncurrentVersionTransitions: [{ noncurrentDays: 30, newerNoncurrentVersions: 2, storageClass: "STANDARD_IA" }],
          },
        ],
      });
      new aws.s3.BucketLogging("l", {
        bucket,
        targetBucket: "logs",
        targetPrefix: "log/",
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
      });
      new aws.s3.BucketReplicationConfig("r", {
        bucket,
        role: "r",
        rules: [{ status: "Enabled", destination: { bucket: "copy", encryptionConfiguration: { replicaKmsKeyId: "k" } } }],
      });
    },
    is: {
      BucketName: "my-tf-test-bucket",
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "at",
            Status: "Enabled",
            ExpirationDate: "2030-01-13T00:00:00Z",
            Transitions: [{ TransitionDate: "2029-01-13T00:00:00Z", StorageClass: "GLACIER" }],
          },
          {
            Id: "old",
            Status: "Enabled",
            ExpiredObjectDeleteMarker: true,
            NoncurrentVersionTransitions: [{ TransitionInDays: 30, NewerNoncurrentVersions: 2, StorageClass: "STANDARD_IA" }],
          },
        ],
      },
      LoggingConfiguration: {
        DestinationBucketName: "logs",
        LogFilePrefix: "log/",
        TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: "EventTime" } },
      },
      ReplicationConfiguration: {
        Role: "r",
        Rules: [{ Status: "Enabled", Destination: { Bucket: "copy", EncryptionConfiguration: { ReplicaKmsKeyID: "k" } } }],
      },
    },
  },
  {
    type: "AWS::SecretsManager::Secret",
    make: () =>
      new aws.secretsmanager.Secret("one", {
        name: "example",
        recoveryWindowInDays: 0,
        replicas: [{ region: "eu-central-1", kmsKeyId: "k" }],
      }),
    is: { Name: "example", ReplicaRegions: [{ Region: "eu-central-1", KmsKeyId: "k" }] },
  },
  {
    type: "AWS::SecretsManager::RotationSchedule",
    make: () =>
      new aws.secretsmanager.SecretRotation("one", {
        secretId: "s",
        rotationRules: { scheduleExpression: "rate(30 days)" },
        externalSecretRotationMetadatas: [{ key: "adminSecretArn", value: "s" }],
        externalSecretRotationRoleArn: "r",
      }),
    is: {
      SecretId: "s",
      RotationRules: { ScheduleExpression: "rate(30 days)" },
      ExternalSecretRotationMetadata: [{ Key: "adminSecretArn", Value: "s" }],
      ExternalSecretRotationRoleArn: "r",
    },
  },
  {
    type: "AWS::Backup::BackupVault",
    make: () => new aws.backup.Vault("one", { name: "example_backup_vault", tags: { Name: "mine" } }),
    is: { BackupVaultName: "example_backup_vault", BackupVaultTags: { Name: "mine" } },
  },
  {
    type: "AWS::Backup::BackupPlan",
    make: () =>
      new aws.backup.Plan("one", {
        name: "p",
        rules: [
          {
            ruleName: "r",
            targetVaultName: "v",
            lifecycle: { coldStorageAfter: 30 },
            copyActions: [{ destinationVaultArn: "arn:v", lifecycle: { coldStorageAfter: 60 } }],
          },
        ],
        tags: { Name: "mine" },
      }),
    is: {
      BackupPlan: {
        BackupPlanName: "p",
        BackupPlanRule: [
          {
            RuleName: "r",
            TargetBackupVault: "v",
            Lifecycle: { MoveToColdStorageAfterDays: 30 },
            CopyActions: [{ DestinationBackupVaultArn: "arn:v", Lifecycle: { MoveToColdStorageAfterDays: 60 } }],
          },
        ],
      },
      BackupPlanTags: { Name: "mine" },
    },
  },
  {
    type: "AWS::Backup::BackupSelection",
    make: () =>
      new aws.backup.Selection("one", {
        iamRoleArn: "r",
        name: "s",
        planId: "p",
        selectionTags: [{ type: "STRINGEQUALS", key: "foo", value: "bar" }],
      }),
    is: {
      BackupPlanId: "p",
      BackupSelection: {
        IamRoleArn: "r",
        SelectionName: "s",
        ListOfTags: [{ ConditionType: "STRINGEQUALS", ConditionKey: "foo", ConditionValue: "bar" }],
      },
    },
  },
  {
    type: "AWS::SNS::Topic",
    make: () =>
      new aws.sns.Topic("one", { name: "t", signatureVersion: 2, archivePolicy: JSON.stringify({ MessageRetentionPeriod: "30" }) }),
    is: { TopicName: "t", SignatureVersion: "2", ArchivePolicy: { MessageRetentionPeriod: "30" } },
  },
  {
    type: "AWS::SNS::Subscription",
    make: () =>
      new aws.sns.TopicSubscription("one", {
        topic: "t",
        protocol: "sqs",
        endpoint: "q",
        filterPolicy: JSON.stringify({ kind: ["release"] }),
        deliveryPolicy: JSON.stringify({ healthyRetryPolicy: { numRetries: 3 } }),
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: "q" }),
        replayPolicy: JSON.stringify({ PointType: "Timestamp" }),
      }),
    is: {
      TopicArn: "t",
      Protocol: "sqs",
      Endpoint: "q",
      FilterPolicy: { kind: ["release"] },
      DeliveryPolicy: { healthyRetryPolicy: { numRetries: 3 } },
      RedrivePolicy: { deadLetterTargetArn: "q" },
      ReplayPolicy: { PointType: "Timestamp" },
    },
  },
  {
    type: "AWS::SQS::Queue",
    make: () =>
      new aws.sqs.Queue("one", {
        name: "q",
        maxMessageSize: 2048,
        receiveWaitTimeSeconds: 10,
        redrivePolicy: JSON.stringify(dead),
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["s"] }),
      }),
    is: {
      QueueName: "q",
      MaximumMessageSize: 2048,
      ReceiveMessageWaitTimeSeconds: 10,
      RedrivePolicy: dead,
      RedriveAllowPolicy: { redrivePermission: "byQueue", sourceQueueArns: ["s"] },
    },
  },
];
