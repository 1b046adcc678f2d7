import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { type Database, type Footing, operated } from "./database.ts";
import { type DatabaseConfig, databaseName, readerName } from "./database-logs.ts";
import type { LogGroup } from "./logs.ts";

interface ReplicaNeeds {
  readonly database: DatabaseConfig;
  readonly footing: Footing;
  readonly groupId: Value<string>;
  readonly keyArn: Value<string>;
  readonly logs: readonly LogGroup[];
}

/**
 * A copy in the region that answers reads (A13). Encrypted by the key of its source, in the subnets of its source, of its version, and
 * without backups: CloudFormation takes none of these beside a source (AWS::RDS::DBInstance: SourceDBInstanceIdentifier, KmsKeyId).
 */
export function reader(block: Block, at: number, source: Database, needs: ReplicaNeeds): Database {
  const { site } = block;
  return block.add(
    `Reader ${at}`,
    "AWS::RDS::DBInstance",
    {
      DBInstanceIdentifier: readerName(site, at),
      SourceDBInstanceIdentifier: ref(source),
      ...operated(site, needs.database, needs.keyArn, needs.footing),
      VPCSecurityGroups: [needs.groupId],
      // Another reader, or the database itself, answers in its place.
      MultiAZ: false,
      // It holds nothing that its source does not.
      DeletionProtection: false,
    },
    { after: needs.logs, keep: "destroy", proves: ["A13"] },
  );
}

/**
 * A copy of the database of another region, a few seconds behind it, that a failover promotes (A12). AWS encrypts it by a key of its own region:
 * any will do, and one for both regions would gain nothing (Amazon RDS User Guide, "Creating a read replica in a different AWS Region"; ADR
 * 0013). What it copies is said at its creation and never again, so that no deploy after a failover makes a replica of it once more, or takes
 * the backups that whoever promotes it turns on: a replica has none.
 */
export function standbyDatabase(
  block: Block,
  source: { readonly arn: Value<string>; readonly region: Region },
  needs: ReplicaNeeds,
): Database {
  const { site } = block;
  return block.add(
    "Instance",
    "AWS::RDS::DBInstance",
    {
      DBInstanceIdentifier: databaseName(site),
      SourceDBInstanceIdentifier: source.arn,
      SourceRegion: source.region,
      KmsKeyId: needs.keyArn,
      ...operated(site, needs.database, needs.keyArn, needs.footing),
      DBSubnetGroupName: ref(needs.footing.subnetGroup),
      VPCSecurityGroups: [needs.groupId],
      MultiAZ: needs.database.multiAz,
      DeletionProtection: site.protected,
    },
    {
      after: needs.logs,
      keep: site.protected ? "snapshot" : "destroy",
      protect: site.protected,
      releaseOwns: ["SourceDBInstanceIdentifier", "BackupRetentionPeriod"],
      proves: ["A12"],
    },
  );
}
