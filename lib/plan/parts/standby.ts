import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import { footing, portOf } from "../blocks/database.ts";
import { databaseAlarms, lagAlarm } from "../blocks/database-alarms.ts";
import { databaseLogs, usedByDatabaseLogs } from "../blocks/database-logs.ts";
import { standbyDatabase } from "../blocks/database-replica.ts";
import { key } from "../blocks/key.ts";
import { connect, securityGroup } from "../blocks/security-group.ts";
import type { Draft } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import type { Base } from "./base.ts";

/**
 * A replica of the primary region's database in the secondary one, with all that it stands on there, from which the service is served once a
 * failover has promoted it (A12). The copies of the service may reach it from the first day.
 */
export function standby(
  stack: Draft,
  { services: [service], database, monitoring }: Config,
  given: Base & { readonly isolatedSubnetIds: readonly Value<string>[] },
  source: { readonly arn: Value<string>; readonly region: Region },
): void {
  const [appId] = given.serviceGroupIds;
  if (!database || appId === undefined) throw new Error("no database is wanted; the caller asks before");
  const keys = stack.block("Encryption");
  const logsKey = key(keys, "database-logs", "Encrypts the logs of the database", [usedByDatabaseLogs(stack.site)]);
  const dataKey = key(keys, "data", "Encrypts the database and its backups");
  const groups = stack.block("Groups");
  const group = securityGroup(groups, given.vpcId, "database", "The database");
  connect(groups, { name: service.name, groupId: appId }, group, portOf(database), "Queries after a failover");
  const block = stack.block("Database");
  const made = standbyDatabase(block, source, {
    database,
    footing: footing(block, database, given.isolatedSubnetIds),
    groupId: group.groupId,
    keyArn: att(dataKey, "Arn"),
    logs: databaseLogs(block, database.engine, att(logsKey, "Arn"), monitoring.logRetention),
  });
  const watch = stack.block("Alarms");
  databaseAlarms(watch, made, database, monitoring, given.topicArn);
  lagAlarm(watch, made, given.topicArn, "database");
  stack.output("DatabaseId", ref(made), "Identifier of the replica, which a failover promotes");
  stack.output("DatabaseArn", att(made, "DBInstanceArn"), "ARN of the replica");
  stack.output("DatabaseEndpoint", att(made, "Endpoint.Address"), "Host name of the replica, which stays when it is promoted");
  stack.output("DatabasePort", att(made, "Endpoint.Port"), "Port of the replica");
  const address = sub(`\${${made.id}.Endpoint.Address}:${portOf(database)}`);
  stack.output("DatabaseAddress", address, "Host and port that the service connects to after a failover");
}
