import { globalArn } from "../../aws/arns.ts";
import { trusts } from "../../aws/policy.ts";
import { tagMap } from "../../aws/tags.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { key } from "./key.ts";
import { role } from "./role.ts";

/** Where AWS Backup puts recovery points; it cannot be deleted before the last of them is gone. */
export type Vault = Resource<"AWS::Backup::BackupVault">;

/** Days that backups are kept, here and in the other region. */
const kept = { DeleteAfterDays: 35 };

/** Where backups lie, with a key of their own; in a protected environment only an administrator who first lifts the lock deletes one before a week is over (A12). */
export function vault(block: Block): Vault {
  const { site } = block;
  const encryption = key(block, "backups", "Encrypts the backups in this region");
  const made = block.add(
    "Vault",
    "AWS::Backup::BackupVault",
    {
      BackupVaultName: block.name("backup-vault", "backups"),
      EncryptionKeyArn: att(encryption, "Arn"),
      ...(site.protected && { LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 365 } }),
      BackupVaultTags: tagMap(site.tags),
    },
    { keep: site.protected ? "retain" : "destroy", protect: site.protected, proves: ["A12"] },
  );
  block.stack.output("BackupVaultName", ref(made), "Vault of the backups");
  block.stack.output("BackupKeyArn", att(encryption, "Arn"), "The key of the backups");
  return made;
}

/** A backup of these every night, with a copy in the other region's vault, from which a failover restores (A12). */
export function backups(block: Block, resources: readonly Value<string>[], copiesTo: Value<string>): void {
  const { site } = block;
  const own = vault(block);
  const plan = block.add(
    "Plan",
    "AWS::Backup::BackupPlan",
    {
      BackupPlan: {
        BackupPlanName: block.name("backup-plan", "nightly"),
        BackupPlanRule: [
          {
            RuleName: "nightly",
            TargetBackupVault: ref(own),
            ScheduleExpression: "cron(0 3 * * ? *)",
            StartWindowMinutes: 60,
            CompletionWindowMinutes: 360,
            Lifecycle: kept,
            CopyActions: [{ DestinationBackupVaultArn: copiesTo, Lifecycle: kept }],
          },
        ],
      },
      BackupPlanTags: tagMap(site.tags),
    },
    { proves: ["A12"] },
  );
  const service = role(
    block,
    "backup",
    "Takes backups and copies them to the other region",
    // AWS Backup does not promise to say for whom (AWS Backup Developer Guide, "IAM service roles").
    trusts("backup.amazonaws.com"),
    [],
    [globalArn(site.region, "iam", "aws", "policy/service-role/AWSBackupServiceRolePolicyForBackup")],
  );
  block.add(
    "Selection",
    "AWS::Backup::BackupSelection",
    {
      BackupPlanId: ref(plan),
      BackupSelection: { SelectionName: "data", IamRoleArn: att(service.role, "Arn"), Resources: resources },
    },
    { proves: ["A12"] },
  );
}
