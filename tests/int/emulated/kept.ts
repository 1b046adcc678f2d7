import { PutDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand, EnableKeyRotationCommand, ReplicateKeyCommand } from "@aws-sdk/client-kms";
import type { Clients, In } from "../clients.ts";
import type { Make } from "./carry-out.ts";
import { by } from "./network.ts";

interface LogGroup {
  readonly LogGroupName: string;
  readonly RetentionInDays: number;
  readonly KmsKeyId?: string;
}

/** Keys, logs and dashboards. */
export function keptMakers(clients: In<keyof Clients>): Readonly<Record<string, Make>> {
  const kms = (region: string) => clients(region).kms;
  return {
    "AWS::KMS::Key": by(
      kms,
      async (client, given: { readonly Description: string; readonly MultiRegion?: boolean; readonly EnableKeyRotation: boolean }) => {
        const { Description, MultiRegion = false, EnableKeyRotation } = given;
        const { KeyMetadata: { KeyId = "", Arn = "" } = {} } = await client.send(new CreateKeyCommand({ Description, MultiRegion }));
        if (EnableKeyRotation) await client.send(new EnableKeyRotationCommand({ KeyId }));
        return { Ref: KeyId, KeyId, Arn };
      },
    ),
    "AWS::KMS::ReplicaKey": by(kms, async (_client, { PrimaryKeyArn }: { readonly PrimaryKeyArn: string }, { region }) => {
      const [, , , primary = "", , resource = ""] = PrimaryKeyArn.split(":");
      const command = new ReplicateKeyCommand({ KeyId: resource.replace("key/", ""), ReplicaRegion: region });
      const { ReplicaKeyMetadata: { KeyId = "", Arn = "" } = {} } = await kms(primary).send(command);
      return { Ref: KeyId, KeyId, Arn };
    }),
    "AWS::Logs::LogGroup": by(
      (region) => clients(region).logs,
      async (client, { LogGroupName, RetentionInDays, KmsKeyId }: LogGroup, { region, account }) => {
        await client.send(new CreateLogGroupCommand({ logGroupName: LogGroupName, ...(KmsKeyId && { kmsKeyId: KmsKeyId }) }));
        await client.send(new PutRetentionPolicyCommand({ logGroupName: LogGroupName, retentionInDays: RetentionInDays }));
        return { Ref: LogGroupName, Arn: `arn:aws:logs:${region}:${account}:log-group:${LogGroupName}:*` };
      },
    ),
    "AWS::CloudWatch::Dashboard": by(
      (region) => clients(region).cloudwatch,
      async (client, given: { readonly DashboardName: string; readonly DashboardBody: string }) => {
        await client.send(new PutDashboardCommand(given));
        return { Ref: given.DashboardName };
      },
    ),
  };
}
