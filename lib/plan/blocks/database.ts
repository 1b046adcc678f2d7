import { globalArn } from "../../aws/arns.ts";
import { trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, secretValue } from "../template.ts";
import { type DatabaseConfig, databaseName, exportedLogs } from "./database-logs.ts";
import type { Secret } from "./database-secret.ts";
import type { LogGroup } from "./logs.ts";
import { role } from "./role.ts";

export type Database = Resource<"AWS::RDS::DBInstance">;

export interface DatabaseNeeds {
  readonly database: DatabaseConfig;
  readonly isolatedSubnetIds: readonly Value<string>[];
  readonly groupId: Value<string>;
  readonly keyArn: Value<string>;
  readonly secret: Secret;
  readonly logs: readonly LogGroup[];
  /** The snapshot that it begins with; without one it begins empty. */
  readonly snapshot?: string;
}

/** A database in the isolated tier: encrypted, TLS only, watched, backed up, with a standby in another zone (B08, B10). */
export function database(block: Block, needs: DatabaseNeeds): Database {
  const { site } = block;
  const { multiAz, backups, monitoring, storage, instance, engine, version } = needs.database;
  const watcher = role(
    block,
    "database-monitoring",
    "Writes what enhanced monitoring of the database reads",
    trusts("monitoring.rds.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [],
    [globalArn(site.region, "iam", "aws", "policy/service-role/AmazonRDSEnhancedMonitoringRole")],
  );
  return block.add(
    "Instance",
    "AWS::RDS::DBInstance",
    {
      DBInstanceIdentifier: databaseName(site),
      Engine: engine,
      EngineVersion: version,
      DBInstanceClass: instance,
      StorageType: "gp3",
      AllocatedStorage: String(storage),
      ...beginning(needs),
      Port: String(portOf(needs.database)),
      DBSubnetGroupName: ref(subnetGroup(block, needs)),
      DBParameterGroupName: ref(parameters(block, needs.database)),
      VPCSecurityGroups: [needs.groupId],
      PubliclyAccessible: false,
      MultiAZ: multiAz,
      BackupRetentionPeriod: backups,
      CopyTagsToSnapshot: true,
      DeleteAutomatedBackups: !site.protected,
      DeletionProtection: site.protected,
      // A version that is given in full is meant: an upgrade by AWS would differ from what is planned.
      AutoMinorVersionUpgrade: version.split(".").length < { mysql: 3, postgres: 2 }[engine],
      MonitoringInterval: monitoring,
      MonitoringRoleArn: att(watcher.role, "Arn"),
      DatabaseInsightsMode: "standard",
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: needs.keyArn,
      PerformanceInsightsRetentionPeriod: 7,
      EnableCloudwatchLogsExports: exportedLogs[engine],
      Tags: site.tags,
    },
    {
      after: needs.logs,
      keep: site.protected ? "snapshot" : "destroy",
      protect: site.protected,
      // A snapshot that is changed or no longer named would replace the database by what it was then (CloudFormation, DBSnapshotIdentifier).
      ...(needs.snapshot !== undefined && { releaseOwns: ["DBSnapshotIdentifier"] }),
      proves: ["B08", "B10"],
    },
  );
}

/** The usual port of the engine, on which a proxy always listens (Amazon RDS User Guide, "RDS Proxy concepts and terminology"). */
export const usualPort = ({ engine }: DatabaseConfig): number => ({ mysql: 3306, postgres: 5432 })[engine];

/** The usual port, unless another is wanted. */
export const portOf = (database: DatabaseConfig): number => database.port ?? usualPort(database);

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

function subnetGroup(block: Block, { isolatedSubnetIds }: DatabaseNeeds): Resource {
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

function parameters(block: Block, { engine, version }: DatabaseConfig): Resource {
  const [major = "", minor = ""] = version.split(".");
  return block.add(
    "Parameters",
    "AWS::RDS::DBParameterGroup",
    {
      DBParameterGroupName: block.name("db-parameter-group", `${engine}-${major}`),
      Description: "Refuses connections without TLS",
      Family: engine === "mysql" ? `mysql${major}.${minor}` : `postgres${major}`,
      Parameters: settings[engine],
      Tags: block.site.tags,
    },
    { proves: ["B10"] },
  );
}
