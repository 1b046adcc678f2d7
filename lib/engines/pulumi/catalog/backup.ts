import { entry, own } from "../entry.ts";

export const vault = entry("AWS::Backup::BackupVault", "aws:backup/vault:Vault", {
  ref: "name",
  attributes: { BackupVaultArn: "arn", BackupVaultName: "name" },
  keep: {
    arguments: ["forceDestroy"],
    source:
      "AWS Backup, DeleteBackupVault: a vault with recovery points is not deleted; Pulumi Registry, aws.backup.Vault: forceDestroy defaults to false",
    of: (keep) => ({ forceDestroy: keep === "destroy" }),
  },
  fields: {
    EncryptionKeyArn: "kmsKeyArn",
    BackupVaultTags: "tags",
  },
  none: {
    Notifications: "another resource in Pulumi",
    AccessPolicy: "another resource in Pulumi",
  },
  parts: [
    {
      token: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
      owner: "backupVaultName",
      with: { backupVaultName: own("name") },
      fields: { LockConfiguration: { to: "." } },
    },
  ],
});

export const plan = entry("AWS::Backup::BackupPlan", "aws:backup/plan:Plan", {
  ref: "id",
  attributes: { BackupPlanId: "id", BackupPlanArn: "arn" },
  fields: {
    BackupPlan: {
      to: ".",
      in: {
        BackupPlanRule: {
          to: "rules",
          in: {
            TargetBackupVault: "targetVaultName",
            StartWindowMinutes: "startWindow",
            CompletionWindowMinutes: "completionWindow",
            ScheduleExpression: "schedule",
            Lifecycle: { to: "lifecycle", in: { DeleteAfterDays: "deleteAfter", MoveToColdStorageAfterDays: "coldStorageAfter" } },
            CopyActions: {
              to: "copyActions",
              in: {
                DestinationBackupVaultArn: "destinationVaultArn",
                Lifecycle: { to: "lifecycle", in: { DeleteAfterDays: "deleteAfter", MoveToColdStorageAfterDays: "coldStorageAfter" } },
              },
            },
          },
        },
      },
    },
    BackupPlanTags: "tags",
  },
});

export const selection = entry("AWS::Backup::BackupSelection", "aws:backup/selection:Selection", {
  ref: "id",
  fields: {
    BackupPlanId: "planId",
    BackupSelection: {
      to: ".",
      in: {
        SelectionName: "name",
        ListOfTags: { to: "selectionTags", in: { ConditionKey: "key", ConditionType: "type", ConditionValue: "value" } },
      },
      none: { Conditions: "JSON in CloudFormation" },
    },
  },
});
