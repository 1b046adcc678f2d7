import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { type Database, database, portOf, usualPort } from "../blocks/database.ts";
import { databaseAlarms } from "../blocks/database-alarms.ts";
import { type DatabaseConfig, databaseLogs } from "../blocks/database-logs.ts";
import { databaseProxy } from "../blocks/database-proxy.ts";
import { databaseSecret, type Secret } from "../blocks/database-secret.ts";
import type { Draft } from "../stack.ts";
import { att, ref, sub } from "../template.ts";

/** What a database stands on. */
export interface DataGround {
  readonly isolatedSubnetIds: readonly Value<string>[];
  readonly groupIds: Readonly<Record<"database" | "proxy", Value<string>>>;
  readonly keyArns: Readonly<Record<"logs" | "data" | "secrets", Value<string>>>;
  readonly topicArn: Value<string>;
}

/** How the service reaches the database. */
export interface Data {
  /** Host and port, with a colon between. */
  readonly address: Value<string>;
  readonly secretArn: Value<string>;
}

/**
 * The database of an environment, new or from a snapshot, with its credentials, logs, proxy and alarms (B08, B10). One that was restored has
 * the user and password of its snapshot until they are set to those of the secret.
 */
export function data(stack: Draft, config: Config, { migration }: Environment, given: DataGround): Data {
  const wanted = config.database;
  if (!wanted) throw new Error("no database is wanted; the caller asks before");
  const block = stack.block("Database");
  const secret = databaseSecret(block, wanted.user, given.keyArns.secrets);
  const logs = databaseLogs(block, wanted.engine, given.keyArns.logs, config.monitoring.logRetention);
  const made = database(block, {
    database: wanted,
    isolatedSubnetIds: given.isolatedSubnetIds,
    groupId: given.groupIds.database,
    keyArn: given.keyArns.data,
    secret,
    logs,
    ...(migration?.snapshot && { snapshot: migration.snapshot.identifier }),
  });
  const alarms = databaseAlarms(stack.block("Alarms"), made, wanted, config.monitoring, given.topicArn);
  stack.output("DatabaseId", ref(made), "Identifier of the database");
  stack.output("DatabaseArn", att(made, "DBInstanceArn"), "ARN of the database");
  stack.output("DatabaseEndpoint", att(made, "Endpoint.Address"), "Host name of the database");
  stack.output("DatabasePort", att(made, "Endpoint.Port"), "Port of the database");
  for (const log of logs) stack.output(`${log.id}Name`, ref(log), "Log of the database");
  for (const alarm of alarms) stack.output(`${alarm.id}Name`, ref(alarm), "Alarm on the database");
  return {
    address: stack.output(
      "DatabaseAddress",
      wanted.proxy ? proxied(stack, wanted, made, secret, given) : sub(`\${${made.id}.Endpoint.Address}:${portOf(wanted)}`),
      "Host and port that the service connects to",
    ),
    secretArn: stack.output("DatabaseSecretArn", ref(secret), "Secret with user and password of the database"),
  };
}

function proxied(stack: Draft, wanted: DatabaseConfig, made: Database, secret: Secret, given: DataGround): Value<string> {
  const proxy = databaseProxy(stack.block("Database"), {
    database: made,
    engine: wanted.engine,
    secret,
    secretsKeyArn: given.keyArns.secrets,
    subnetIds: given.isolatedSubnetIds,
    groupId: given.groupIds.proxy,
  });
  stack.output("ProxyEndpoint", att(proxy, "Endpoint"), "Host name of the database's proxy");
  return sub(`\${${proxy.id}.Endpoint}:${usualPort(wanted)}`);
}
