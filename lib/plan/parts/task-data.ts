import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { portOf, usualPort } from "../blocks/database.ts";
import { type DatabaseConfig, usedByDatabaseLogs } from "../blocks/database-logs.ts";
import { key } from "../blocks/key.ts";
import { connect, type Side, securityGroup } from "../blocks/security-group.ts";
import type { TaskDatabase } from "../blocks/task-database.ts";
import type { Draft } from "../stack.ts";
import { att, fromStack } from "../template.ts";
import type { Base } from "./base.ts";
import { data } from "./data.ts";
import type { Door } from "./standing.ts";

/** The database of a service on ECS, in the primary region, with the keys that it needs and the way to it. */
export function taskData(
  stack: Draft,
  config: Config,
  environment: Environment,
  { isolatedSubnetIds, ...given }: Base & { readonly isolatedSubnetIds: readonly Value<string>[] },
): TaskDatabase & { readonly arn: Value<string>; readonly door?: Door } {
  const [service, ...others] = config.services;
  const [appId] = given.serviceGroupIds;
  if (!config.database || appId === undefined) throw new Error("no database is wanted; the caller asks before");
  const keys = stack.block("Encryption");
  const secretsKey = att(key(keys, "secrets", "Encrypts the secrets of this environment"), "Arn");
  const keyArns = {
    logs: att(key(keys, "database-logs", "Encrypts the logs of the database", [usedByDatabaseLogs(stack.site)]), "Arn"),
    data: att(key(keys, "data", "Encrypts the database and its backups"), "Arn"),
    secrets: secretsKey,
  };
  const { database: behind, proxy, door } = way(stack, config.database, given.vpcId, { name: service.name, groupId: appId });
  const groupIds = { database: behind.groupId, proxy: proxy.groupId };
  const made = data(stack, config, environment, { isolatedSubnetIds, groupIds, keyArns, topicArn: given.topicArn });
  return {
    ...made,
    secretsKeyArn: stack.output("SecretsKeyArn", secretsKey, "The key of the secrets"),
    arn: fromStack(stack, "DatabaseArn"),
    ...(others.length > 0 && {
      door: { ...door, groupId: stack.output("DatabaseDoorId", door.groupId, "Security group that lets services in to the database") },
    }),
  };
}

/** Who reaches the database: the copies of the service, or its proxy for them (B12). */
function way(stack: Draft, database: DatabaseConfig, vpcId: Value<string>, app: Side) {
  const groups = stack.block("Groups");
  const behind = securityGroup(groups, vpcId, "database", "The database");
  const proxy = securityGroup(groups, vpcId, "proxy", "The proxy before the database");
  const door: Door = database.proxy
    ? { ...proxy, port: usualPort(database), because: "Queries by way of the proxy" }
    : { ...behind, port: portOf(database), because: "Queries" };
  connect(groups, app, door, door.port, door.because);
  if (database.proxy) connect(groups, proxy, behind, portOf(database), "Queries from the proxy");
  return { database: behind, proxy, door };
}
