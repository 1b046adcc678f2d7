import { CreateRepositoryCommand, type ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { CreateDBInstanceCommand, CreateDBInstanceReadReplicaCommand, type RDSClient } from "@aws-sdk/client-rds";
import { CreateBucketCommand, PutBucketReplicationCommand, PutBucketVersioningCommand, type S3Client } from "@aws-sdk/client-s3";
import type { EnvironmentMap } from "../../../lib/ports/environment-map.ts";
import { mapWith } from "./environment.ts";

export const [here, there] = ["eu-west-1", "us-west-2"] as const;
export type RegionName = typeof here | typeof there;
export const both: readonly RegionName[] = [here, there];

/** Whose account moto is. */
export const account = "123456789012";
const manifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });

/** The registry of a region. */
export const registryIn = (region: string): string => `${account}.dkr.ecr.${region}.amazonaws.com/web`;

/** A database, by its ARN. */
export async function databaseIn(rds: RDSClient): Promise<string> {
  const { DBInstance } = await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "source",
      DBInstanceClass: "db.t4g.medium",
      Engine: "postgres",
      AllocatedStorage: 20,
      MasterUsername: "sluice",
      MasterUserPassword: "not-a-secret",
      BackupRetentionPeriod: 1,
    }),
  );
  return DBInstance?.DBInstanceArn ?? "";
}

/** A replica of a database of any region, by its ARN. */
export async function replicaIn(rds: RDSClient, id: string, SourceDBInstanceIdentifier: string): Promise<string> {
  await rds.send(new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: id, SourceDBInstanceIdentifier }));
  // moto's replica has the ARN of its source; AWS's one of its own.
  return `arn:aws:rds:${await rds.config.region()}:${account}:db:${id}`;
}

/** The version 1.4.2, by its digest. */
export async function imageIn(ecr: ECRClient): Promise<string> {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: "web" }));
  const { image } = await ecr.send(new PutImageCommand({ repositoryName: "web", imageManifest: manifest, imageTag: "1.4.2" }));
  return image?.imageId?.imageDigest ?? "";
}

/** Buckets of both regions, of which the first is copied to the other. */
export async function bucketsIn(client: (region: string) => S3Client): Promise<void> {
  for (const region of both) {
    const s3 = client(region);
    const Bucket = `files-${region}`;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  await client(here).send(
    new PutBucketReplicationCommand({
      Bucket: `files-${here}`,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${account}:role/copies`,
        Rules: [{ Status: "Enabled", Priority: 1, Filter: {}, Destination: { Bucket: `arn:aws:s3:::files-${there}` } }],
      },
    }),
  );
}

/** The map of production in moto's account. */
export function mapOf(outputsOf: (part: string, region: string) => Readonly<Record<string, string>>): EnvironmentMap {
  const { stacks, ...rest } = mapWith({});
  return {
    ...rest,
    stacks: stacks.map((stack) => ({ ...stack, account, outputs: { ...stack.outputs, ...outputsOf(stack.part, stack.region) } })),
  };
}
