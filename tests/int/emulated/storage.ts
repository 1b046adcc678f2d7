import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  type HealthCheckConfig,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type ReplicationConfiguration,
  type ServerSideEncryptionByDefault,
  type VersioningConfiguration,
} from "@aws-sdk/client-s3";
import { globalRegion } from "../../../lib/aws/regions.ts";
import type { Clients, In } from "../clients.ts";
import type { Make } from "./carry-out.ts";
import { by } from "./network.ts";

interface Bucket {
  readonly BucketName: string;
  readonly BucketEncryption: {
    readonly ServerSideEncryptionConfiguration: readonly { readonly ServerSideEncryptionByDefault: ServerSideEncryptionByDefault }[];
  };
  readonly PublicAccessBlockConfiguration: PublicAccessBlockConfiguration;
  readonly VersioningConfiguration: VersioningConfiguration;
  readonly ReplicationConfiguration?: ReplicationConfiguration;
}

/** Buckets and names. */
export function storageMakers(clients: In<keyof Clients>): Readonly<Record<string, Make>> {
  const s3 = (region: string) => clients(region).s3;
  const route53 = (region: string) => clients(region).route53;
  return {
    "AWS::S3::Bucket": by(s3, async (client, given: Bucket, { region }) => {
      const { BucketName: Bucket, ReplicationConfiguration } = given;
      // The one region that is not named (Amazon S3 API Reference, "CreateBucket").
      const LocationConstraint = region === globalRegion ? undefined : (region as BucketLocationConstraint);
      await client.send(
        new CreateBucketCommand({ Bucket, ...(LocationConstraint && { CreateBucketConfiguration: { LocationConstraint } }) }),
      );
      const Rules = given.BucketEncryption.ServerSideEncryptionConfiguration.map((rule) => ({
        ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
      }));
      await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: given.VersioningConfiguration }));
      await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: given.PublicAccessBlockConfiguration }));
      if (ReplicationConfiguration) await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
      return { Ref: Bucket, Arn: `arn:aws:s3:::${Bucket}` };
    }),
    "AWS::S3::BucketPolicy": by(
      s3,
      async (client, { Bucket, PolicyDocument }: { readonly Bucket: string; readonly PolicyDocument: object }) => {
        await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(PolicyDocument) }));
        return { Ref: Bucket };
      },
    ),
    "AWS::Route53::HostedZone": by(route53, async (client, { Name }: { readonly Name: string }) => {
      const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name, CallerReference: Name }));
      const id = HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
      return { Ref: id, Id: id };
    }),
    "AWS::Route53::HealthCheck": by(
      route53,
      async (client, { HealthCheckConfig }: { readonly HealthCheckConfig: HealthCheckConfig }, { name }) => {
        const CallerReference = `${name} ${HealthCheckConfig.FullyQualifiedDomainName}`;
        const { HealthCheck } = await client.send(new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
        return { Ref: HealthCheck?.Id ?? "", HealthCheckId: HealthCheck?.Id ?? "" };
      },
    ),
    "AWS::Route53::RecordSet": by(
      route53,
      async (client, { HostedZoneId, ...record }: ResourceRecordSet & { readonly HostedZoneId: string }) => {
        const Changes = [{ Action: "CREATE" as const, ResourceRecordSet: record }];
        await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
        return { Ref: record.Name ?? "" };
      },
    ),
  };
}
