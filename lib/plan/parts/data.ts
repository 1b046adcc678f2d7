import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { type Database, database, type Footing, footing, portOf, usualPort } from "../blocks/database.ts";
import { databaseAlarms, lagAlarm } from "../blocks/database-alarms.ts";
import { type DatabaseConfig, databaseLogs, instancesOf } from "../blocks/database-logs.ts";
import { databaseProxy } from "../blocks/database-proxy.ts";
import { reader } from "../blocks/database-replica.ts";
import { type AppSecrets, appSecrets, databaseSecret, type Secret, type SecretCopies } from "../blocks/database-secret.ts";
import type { Rotating } from "../blocks/rotation.ts";
import type { Draft } from "../stack.ts";
import { att, fromStack, ref, sub } from "../template.ts";

/** What a database stands on. */
export interface DataGround {
  readonly isolatedSubnetIds: readonly Value<string>[];
  readonly groupIds: Readonly<Record<"database" | "proxy", Value<string>>> & { readonly readers?: Value<string> };
  readonly keyArns: Readonly<Record<"logs" | "data" | "secrets", Value<string>>>;
  readonly topicArn: Value<string>;
  /** Where copies of the secrets go. */
  readonly copies?: SecretCopies;
}

/** How the service reaches the database. */
export interface Data {
  /** Host and port, with a colon between. */
  readonly address: Value<string>;
  /** Host and port of each copy that answers reads, in the same way. */
  readonly readers: readonly Value<string>[];
  readonly secretArn: Value<string>;
  /** What is rotated, if anything is. */
  readonly rotating?: Rotating;
}

/**
 * The database of an environment, new or from a snapshot, with its credentials, logs, proxy and alarms (B08, B10). One that was restored has
 * the user and password of its snapshot until they are set to those of the secret.
 */
export function data(stack: Draft, config: Config, { migration }: Environment, given: DataGround): Data {
  const wanted = config.database;
  if (!wanted) throw new Error("no database is wanted; the caller asks before");
  const block = stack.block("Database");
  const sealed = { keyArn: given.keyArns.secrets, ...(given.copies && { copies: given.copies }) };
  const secret = databaseSecret(block, wanted.user, sealed);
  const logs = databaseLogs(block, wanted.engine, given.keyArns.logs, config.monitoring.logRetention);
  const stands = footing(block, wanted, given.isolatedSubnetIds);
  const made = database(block, {
    database: wanted,
    footing: stands,
    groupId: given.groupIds.database,
    keyArn: given.keyArns.data,
    secret,
    logs,
    ...(migration?.snapshot && { snapshot: migration.snapshot.identifier }),
  });
  databaseAlarms(stack.block("Alarms"), made, wanted, config.monitoring, given.topicArn);
  stack.output("DatabaseId", ref(made), "Identifier of the database");
  stack.output("DatabaseArn", att(made, "DBInstanceArn"), "ARN of the database");
  stack.output("DatabaseEndpoint", att(made, "Endpoint.Address"), "Host name of the database");
  stack.output("DatabasePort", att(made, "Endpoint.Port"), "Port of the database");
  for (const log of logs) stack.output(`${log.id}Name`, ref(log), "Log of the database");
  const app = wanted.rotation ? appSecrets(block, sealed, { proxied: wanted.proxy }) : undefined;
  const used = app?.app ?? secret;
  const address = stack.output(
    "DatabaseAddress",
    wanted.proxy
      ? proxied(stack, wanted, made, app?.accounts ?? [secret], given)
      : sub(`\${${made.id}.Endpoint.Address}:${portOf(wanted)}`),
    "Host and port that the service connects to",
  );
  return {
    address,
    readers: readers(stack, config, wanted, { made, stands }, given),
    secretArn: stack.output("DatabaseSecretArn", ref(used), "Secret with user and password of the service"),
    ...(app && {
      rotating: {
        ...rotatingOf(stack, secret, app),
        ...(wanted.proxy && { proxyAddress: address }),
        ...(given.copies && { copies: given.copies }),
      },
    }),
  };
}

/** What the rotation reads of this stack. */
function rotatingOf(stack: Draft, master: Secret, { app, accounts }: AppSecrets): Rotating {
  return {
    masterArn: stack.output("MasterSecretArn", ref(master), "Secret of the database's administrator"),
    appArn: stack.output("AppSecretArn", ref(app), "Secret of the service's accounts, which take turns"),
    accountArns: accounts.map((one, at) => stack.output(`App${at + 1}SecretArn`, ref(one), `Secret of account ${at + 1} of the service`)),
    host: fromStack(stack, "DatabaseEndpoint"),
  };
}

/** The copies that answer reads, each with its logs and alarms (A13). */
function readers(
  stack: Draft,
  { monitoring }: Config,
  wanted: DatabaseConfig,
  { made, stands }: { readonly made: Database; readonly stands: Footing },
  given: DataGround,
): readonly Value<string>[] {
  const block = stack.block("Database");
  const watch = stack.block("Alarms");
  return instancesOf(stack.site, wanted)
    .slice(1)
    .map((instance, at) => {
      const logs = databaseLogs(block, wanted.engine, given.keyArns.logs, monitoring.logRetention, instance);
      if (given.groupIds.readers === undefined) throw new Error("copies that answer reads have a group; the caller makes it");
      const needs = { database: wanted, footing: stands, groupId: given.groupIds.readers, keyArn: given.keyArns.data, logs };
      const one = reader(block, at + 1, made, needs);
      databaseAlarms(watch, one, wanted, monitoring, given.topicArn, `reader ${at + 1}`);
      lagAlarm(watch, one, given.topicArn, `reader ${at + 1}`);
      stack.output(`Reader${at + 1}Endpoint`, att(one, "Endpoint.Address"), `Host name of copy ${at + 1} that answers reads`);
      stack.output(`Reader${at + 1}Port`, att(one, "Endpoint.Port"), `Port of copy ${at + 1} that answers reads`);
      const address = sub(`\${${one.id}.Endpoint.Address}:${portOf(wanted)}`);
      return stack.output(`Reader${at + 1}Address`, address, `Host and port of copy ${at + 1} that answers reads`);
    });
}

function proxied(stack: Draft, wanted: DatabaseConfig, made: Database, secrets: readonly Secret[], given: DataGround): Value<string> {
  const proxy = databaseProxy(stack.block("Database"), {
    database: made,
    engine: wanted.engine,
    secrets,
    secretsKeyArn: given.keyArns.secrets,
    subnetIds: given.isolatedSubnetIds,
    groupId: given.groupIds.proxy,
  });
  stack.output("ProxyEndpoint", att(proxy, "Endpoint"), "Host name of the database's proxy");
  return sub(`\${${proxy.id}.Endpoint}:${usualPort(wanted)}`);
}
