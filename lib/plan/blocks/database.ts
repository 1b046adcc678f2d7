import { globalArn } from "../../aws/arns.ts";
import { isRelease } from "../../aws/engine-versions.ts";
import { trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref, secretValue } from "../template.ts";
import { type DatabaseConfig, databaseName, exportedLogs } from "./database-logs.ts";
import type { Secret } from "./database-secret.ts";
import type { LogGroup } from "./logs.ts";
import { role } from "./role.ts";

/** An instance of RDS. A release moves callers and no data, so both colours use the same one. */
export type Database = Resource<"AWS::RDS::DBInstance">;

/** What an instance stands on in its region. */
export interface Footing {
  readonly subnetGroup: Resource;
  readonly parameterGroup: Resource;
  readonly watcherArn: Value<string>;
}

interface DatabaseNeeds {
  readonly database: DatabaseConfig;
  readonly footing: Footing;
  readonly groupId: Value<string>;
  readonly keyArn: Value<string>;
  readonly secret: Secret;
  readonly logs: readonly LogGroup[];
  /** The snapshot that it begins with; without one it begins empty. */
  readonly snapshot?: string;
}

/** The isolated tier, the settings of the engine, and the role that watches from inside the machine. */
export function footing(block: Block, database: DatabaseConfig, isolatedSubnetIds: readonly Value<string>[]): Footing {
  const { site } = block;
  const watcher = role(
    block,
    "database-monitoring",
    "Writes what enhanced monitoring of the database reads",
    trusts("monitoring.rds.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [],
    [globalArn(site.region, "iam", "aws", "policy/service-role/AmazonRDSEnhancedMonitoringRole")],
  );
  return {
    subnetGroup: subnetGroup(block, isolatedSubnetIds),
    parameterGroup: parameters(block, database),
    watcherArn: att(watcher.role, "Arn"),
  };
}

/** A database in the isolated tier: encrypted, TLS only, watched, backed up, with a standby in another zone (B08, B10). */
export function database(block: Block, needs: DatabaseNeeds): Database {
  const { site } = block;
  const { multiAz, backups, version } = needs.database;
  return block.add(
    "Instance",
    "AWS::RDS::DBInstance",
    {
      DBInstanceIdentifier: databaseName(site),
      EngineVersion: version,
      ...beginning(needs),
      ...operated(site, needs.database, needs.keyArn, needs.footing),
      DBSubnetGroupName: ref(needs.footing.subnetGroup),
      VPCSecurityGroups: [needs.groupId],
      MultiAZ: multiAz,
      BackupRetentionPeriod: backups,
      DeleteAutomatedBackups: !site.protected,
      DeletionProtection: site.protected,
    },
    {
      after: needs.logs,
      keep: site.protected ? "snapshot" : "destroy",
      protect: site.protected,
      begins: beginnings,
      proves: ["B08", "B10"],
    },
  );
}

/** What the database and its replicas have in common. */
export function operated(site: Site, wanted: DatabaseConfig, keyArn: Value<string>, { parameterGroup, watcherArn }: Footing) {
  const { monitoring, storage, instance, engine, version } = wanted;
  return {
    Engine: engine,
    DBInstanceClass: instance,
    StorageType: "gp3",
    AllocatedStorage: String(storage),
    Port: String(portOf(wanted)),
    DBParameterGroupName: ref(parameterGroup),
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
    // A version that is given in full is meant: an upgrade by AWS would differ from what is planned.
    AutoMinorVersionUpgrade: isRelease(engine, version),
    MonitoringInterval: monitoring,
    MonitoringRoleArn: watcherArn,
    DatabaseInsightsMode: "standard",
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: keyArn,
    PerformanceInsightsRetentionPeriod: 7,
    EnableCloudwatchLogsExports: exportedLogs[engine],
    Tags: site.tags,
  } as const;
}

/** The usual port of the engine, on which a proxy always listens (Amazon RDS User Guide, "RDS Proxy concepts and terminology"). */
export const usualPort = ({ engine }: DatabaseConfig): number => ({ mysql: 3306, postgres: 5432 })[engine];

/** The usual port, unless another is wanted. */
export const portOf = (database: DatabaseConfig): number => database.port ?? usualPort(database);

/**
 * With a snapshot or without: one that was restored is no other when its snapshot is no longer named, and a changed one would replace it by what
 * it was then (CloudFormation, AWS::RDS::DBInstance: DBSnapshotIdentifier; Pulumi Registry, aws.rds.Instance).
 */
const beginnings = ["DBSnapshotIdentifier", "DBName", "MasterUsername", "MasterUserPassword", "StorageEncrypted", "KmsKeyId"] as const;

/**
 * What the database begins with. From a snapshot come its user, password, databases and encryption, and CloudFormation refuses all of them
 * beside it (AWS::RDS::DBInstance: DBSnapshotIdentifier).
 */
function beginning({ database: { name, user }, keyArn, secret, snapshot }: DatabaseNeeds) {
  if (snapshot !== undefined) return { DBSnapshotIdentifier: snapshot };
  return {
    DBName: name,
    MasterUsername: user,
    MasterUserPassword: secretValue(secret, "password"),
    StorageEncrypted: true,
    KmsKeyId: keyArn,
  };
}

function subnetGroup(block: Block, isolatedSubnetIds: readonly Value<string>[]): Resource {
  return block.add("Subnets", "AWS::RDS::DBSubnetGroup", {
    DBSubnetGroupName: block.name("db-subnet-group", "database"),
    DBSubnetGroupDescription: "The isolated tier",
    SubnetIds: isolatedSubnetIds,
    Tags: block.site.tags,
  });
}

/**
 * Connections without TLS are refused (Amazon RDS User Guide, "Requiring SSL/TLS for all connections to a MySQL DB instance"; "Using SSL
 * with a PostgreSQL DB instance": rds.force_ssl). MySQL writes slow queries where RDS can export them only as a file.
 */
const settings: Readonly<Record<DatabaseConfig["engine"], Readonly<Record<string, string>>>> = {
  mysql: { require_secure_transport: "1", slow_query_log: "1", log_output: "FILE", long_query_time: "2" },
  postgres: { "rds.force_ssl": "1", log_min_duration_statement: "2000" },
};

/** Its name holds the release that it is for: an upgrade to another one makes a second group before the first goes. */
function parameters(block: Block, { engine, version }: DatabaseConfig): Resource {
  const release = version.split(".", engine === "mysql" ? 2 : 1);
  return block.add(
    "Parameters",
    "AWS::RDS::DBParameterGroup",
    {
      DBParameterGroupName: block.name("db-parameter-group", [engine, ...release].join("-")),
      Description: "Refuses connections without TLS",
      Family: `${engine}${release.join(".")}`,
      Parameters: settings[engine],
      Tags: block.site.tags,
    },
    { proves: ["B10"] },
  );
}
