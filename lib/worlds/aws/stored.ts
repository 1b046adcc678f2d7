import { DescribeKeyCommand, type KMSClient, NotFoundException } from "@aws-sdk/client-kms";
import {
  type DBInstance,
  DBInstanceNotFoundFault,
  type DBSnapshot,
  DBSnapshotNotFoundFault,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { instant } from "../../base/time.ts";
import type { Snapshot, Stored, StoredDatabase } from "../../ports/snapshots.ts";

/** Who takes a snapshot begins its name, but for people: nobody else's is found without its type (API reference, DescribeDBSnapshots). */
const typeOf = (id: string): string => (id.startsWith("rds:") ? "automated" : id.startsWith("awsbackup:") ? "awsbackup" : "manual");

/** A snapshot by its identifier. */
export async function snapshotOf(rds: RDSClient, DBSnapshotIdentifier: string): Promise<Snapshot | undefined> {
  const SnapshotType = typeOf(DBSnapshotIdentifier);
  const found = await orNothing(DBSnapshotNotFoundFault, () =>
    rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier, SnapshotType })),
  );
  const [one] = found?.DBSnapshots ?? [];
  return one && snapshotFrom(one);
}

function snapshotFrom(found: DBSnapshot): Snapshot {
  const { DBSnapshotIdentifier: id = "", DBSnapshotArn: arn = "", DBInstanceIdentifier: of = "", PercentProgress: percent = 0 } = found;
  return { ...storedFrom(found), id, arn, of, percent, status: found.Status ?? "", takenAt: takenAt(found) };
}

/** A copy has a time of its own beside that of what it is a copy of (API reference, DBSnapshot). */
function takenAt({ OriginalSnapshotCreateTime, SnapshotCreateTime }: DBSnapshot): Snapshot["takenAt"] {
  const at = OriginalSnapshotCreateTime ?? SnapshotCreateTime;
  return at && instant(at.getTime());
}

/** A database by its identifier. */
export async function databaseOf(rds: RDSClient, DBInstanceIdentifier: string): Promise<StoredDatabase | undefined> {
  const found = await orNothing(DBInstanceNotFoundFault, () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })));
  const [one] = found?.DBInstances ?? [];
  return one && { ...storedFrom(one), id: DBInstanceIdentifier, status: one.DBInstanceStatus ?? "", host: one.Endpoint?.Address };
}

function storedFrom(one: DBSnapshot | DBInstance): Omit<Stored, "id" | "status"> {
  const encrypted = "Encrypted" in one ? one.Encrypted : "StorageEncrypted" in one && one.StorageEncrypted;
  return {
    engine: one.Engine ?? "",
    version: one.EngineVersion ?? "",
    storage: one.AllocatedStorage ?? 0,
    user: one.MasterUsername ?? "",
    keyArn: encrypted ? one.KmsKeyId : undefined,
  };
}

/** Names of snapshots that somebody took, the newest first. */
export async function newestOf(rds: RDSClient, count: number): Promise<readonly string[]> {
  const all: DBSnapshot[] = [];
  for await (const page of paginateDescribeDBSnapshots({ client: rds }, { SnapshotType: "manual" })) all.push(...(page.DBSnapshots ?? []));
  const age = ({ SnapshotCreateTime: at }: DBSnapshot): number => at?.getTime() ?? Number.POSITIVE_INFINITY;
  return all
    .sort((one, other) => age(other) - age(one))
    .slice(0, count)
    .map(({ DBSnapshotIdentifier: id = "" }) => id);
}

/** Accounts that may copy a snapshot; none where there is no such snapshot. */
export async function sharedWith(rds: RDSClient, DBSnapshotIdentifier: string): Promise<readonly string[]> {
  const found = await orNothing(DBSnapshotNotFoundFault, () => rds.send(new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier })));
  const attributes = found?.DBSnapshotAttributesResult?.DBSnapshotAttributes ?? [];
  return attributes.find(({ AttributeName }) => AttributeName === "restore")?.AttributeValues ?? [];
}

/** The ARN of the key that has an alias. */
export async function keyOf(kms: KMSClient, KeyId: string): Promise<string | undefined> {
  const found = await orNothing(NotFoundException, () => kms.send(new DescribeKeyCommand({ KeyId })));
  return found?.KeyMetadata?.Arn;
}

async function orNothing<T>(missing: new (...given: never[]) => Error, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof missing) return undefined;
    throw error;
  }
}
