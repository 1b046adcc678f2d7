import { createHash } from "node:crypto";
import {
  CreateDBInstanceReadReplicaCommand,
  type DBInstance,
  DeregisterDBProxyTargetsCommand,
  DescribeDBProxyTargetsCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { duration } from "../../base/time.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import { begun, databaseNamed, noDatabase, notYet, serves } from "./databases.ts";

/** The databases of a region that rests. */
export interface RestingRegion {
  readonly rds: RDSClient;
  /** The one that a move promotes. */
  readonly id: string;
  /** Those that answer reads beside it. */
  readonly readers: readonly string[];
  /** Days of backups that its source of readers has to have. */
  readonly backups: number;
  readonly proxy?: string;
}

/** AWS copies a whole database between regions, which takes from half an hour to many. */
const lookAgainIn = duration(20_000);

const longestName = 63;

/** What a database is called once another one has its identifier: what of its name does not fit, a hash stands for. */
export function keptName(id: string, as: string): string {
  const whole = `${id}-${as}`;
  if (whole.length <= longestName) return whole;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 6);
  return `${id.slice(0, longestName - as.length - hash.length - 2).replace(/-+$/, "")}-${hash}-${as}`;
}

/**
 * Makes the database of a region a copy of one elsewhere, under its identifier and so its address. RDS makes no copy of one that stands alone: that is
 * kept under another name, and a new one has all its settings (Amazon RDS User Guide, "Renaming a DB instance": to replace one). Its readers would go on
 * to follow the one that is kept (the same page), so they are made anew as well, before callers come: a copy of a copy follows on when that is promoted
 * ("Working with read replicas for Amazon RDS for PostgreSQL"). Deletes nothing.
 */
export async function followAnew(given: RestingRegion, source: string, as: string): Promise<Result> {
  const { rds, id, readers, backups } = given;
  const main = await databaseNamed(rds, id);
  const follows = main?.ReadReplicaSourceDBInstanceIdentifier;
  if (main && follows !== undefined && follows !== source)
    return failed(`${id} follows ${follows}, and not ${source}: somebody made it do so`);
  if (!main || follows === undefined) return madeAnew(given, { id, source, kept: keptName(id, as) });
  if (!serves(main)) return notYet(id, main, lookAgainIn);
  const group = groupOf(await databaseNamed(rds, keptName(id, as)));
  if (group !== undefined && group !== groupOf(main)) return changed(rds, id, `the settings ${group}`, { DBParameterGroupName: group });
  for (const reader of readers) {
    if (!main.ReadReplicaDBInstanceIdentifiers?.includes(reader)) {
      // Nothing copies a database that has no backups (the same guide, "Creating a read replica").
      if (!main.BackupRetentionPeriod) return changed(rds, id, "backups", { BackupRetentionPeriod: backups });
      return madeAnew({ rds }, { id: reader, source: id, kept: keptName(reader, as) });
    }
    const found = await databaseNamed(rds, reader);
    if (!found || !serves(found)) return found ? notYet(reader, found, lookAgainIn) : waiting(`${reader} is being made`);
  }
  return done;
}

interface Anew {
  readonly id: string;
  readonly source: string;
  readonly kept: string;
}

/** A look, and at most one call. What AWS has begun and does not tell yet refuses the same call by its state or its name. */
async function madeAnew(given: Pick<RestingRegion, "rds" | "proxy">, { id, source, kept }: Anew): Promise<Result> {
  const { rds } = given;
  const [found, before] = await Promise.all([databaseNamed(rds, id), databaseNamed(rds, kept)]);
  if (!found && !before) throw noDatabase(id);
  if (found && before && found.DbiResourceId !== before.DbiResourceId) {
    const { ReadReplicaSourceDBInstanceIdentifier: follows = "nobody" } = found;
    if (follows === source) return notYet(id, found, lookAgainIn);
    return failed(`${id} follows ${follows}, and not ${source}: somebody made it beside ${kept}, or promoted it`);
  }
  if (found) return before ? waiting(`${id} is being renamed to ${kept}`) : setAside(given, found, kept);
  if (!before || !serves(before)) return before ? notYet(kept, before, lookAgainIn) : waiting(`${id} is not there yet`);
  return begun(`${id} is being made a copy of ${source}`, lookAgainIn, () =>
    rds.send(new CreateDBInstanceReadReplicaCommand({ ...settingsOf(before, source), DBInstanceIdentifier: id })),
  );
}

/** Nothing leads to what is set aside: a proxy knows its targets by their names. */
async function setAside({ rds, proxy }: Pick<RestingRegion, "rds" | "proxy">, found: DBInstance, kept: string): Promise<Result> {
  const id = found.DBInstanceIdentifier ?? "";
  if (!serves(found)) return notYet(id, found, lookAgainIn);
  if (proxy !== undefined) {
    const { Targets = [] } = await rds.send(new DescribeDBProxyTargetsCommand({ DBProxyName: proxy }));
    if (Targets.some(({ RdsResourceId }) => RdsResourceId === id))
      return begun(`the proxy ${proxy} lets go of ${id}`, lookAgainIn, () =>
        rds.send(new DeregisterDBProxyTargetsCommand({ DBProxyName: proxy, DBInstanceIdentifiers: [id] })),
      );
  }
  const rename = { DBInstanceIdentifier: id, NewDBInstanceIdentifier: kept, ApplyImmediately: true };
  return begun(`${id} is being renamed to ${kept}`, lookAgainIn, () => rds.send(new ModifyDBInstanceCommand(rename)));
}

type Change = Pick<ModifyDBInstanceCommandInput, "BackupRetentionPeriod" | "DBParameterGroupName">;

/** Another group of parameters counts from the next start on, and a promotion is one (the same guide, "Promoting a read replica"). */
function changed(rds: RDSClient, id: string, gets: string, change: Change): Promise<Result> {
  const all = { DBInstanceIdentifier: id, ...change, ApplyImmediately: true };
  return begun(`${id} gets ${gets}`, lookAgainIn, () => rds.send(new ModifyDBInstanceCommand(all)));
}

const groupOf = (found: DBInstance | undefined): string | undefined => found?.DBParameterGroups?.[0]?.DBParameterGroupName;

/**
 * As the one before it has them. In another region it is told its subnets and key, which in the same region are those of its source, and its group of
 * parameters if it is of MySQL: a replica of PostgreSQL begins with those of the engine, and is given its own once it is there (Amazon RDS API reference,
 * CreateDBInstanceReadReplica: DBParameterGroupName; what RDS answers otherwise: hashicorp/terraform-provider-aws#38056).
 */
function settingsOf(before: DBInstance, source: string) {
  const elsewhere = source.startsWith("arn:");
  return {
    SourceDBInstanceIdentifier: source,
    DBInstanceClass: before.DBInstanceClass,
    StorageType: before.StorageType,
    Port: before.Endpoint?.Port,
    VpcSecurityGroupIds: before.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: group }) => group ?? []),
    ...(elsewhere && {
      KmsKeyId: before.KmsKeyId,
      DBSubnetGroupName: before.DBSubnetGroup?.DBSubnetGroupName,
      ...(before.Engine === "mysql" && { DBParameterGroupName: groupOf(before) }),
    }),
    MultiAZ: before.MultiAZ,
    PubliclyAccessible: before.PubliclyAccessible,
    AutoMinorVersionUpgrade: before.AutoMinorVersionUpgrade,
    CopyTagsToSnapshot: before.CopyTagsToSnapshot,
    DeletionProtection: before.DeletionProtection,
    MonitoringInterval: before.MonitoringInterval,
    MonitoringRoleArn: before.MonitoringRoleArn,
    DatabaseInsightsMode: before.DatabaseInsightsMode,
    EnablePerformanceInsights: before.PerformanceInsightsEnabled,
    PerformanceInsightsKMSKeyId: before.PerformanceInsightsKMSKeyId,
    PerformanceInsightsRetentionPeriod: before.PerformanceInsightsRetentionPeriod,
    EnableCloudwatchLogsExports: before.EnabledCloudwatchLogsExports,
    // Those of the engine's are AWS's to set.
    Tags: before.TagList?.filter(({ Key }) => !Key?.startsWith("aws:")),
  };
}

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });
const failed = (because: string): Failed => ({ is: "failed", because });
