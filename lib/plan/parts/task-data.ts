import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { portOf, usualPort } from "../blocks/database.ts";
import { type DatabaseConfig, usedByDatabaseLogs } from "../blocks/database-logs.ts";
import { key } from "../blocks/key.ts";
import { connect, type Side, securityGroup } from "../blocks/security-group.ts";
import type { TaskDatabase } from "../blocks/task-database.ts";
import type { Block, Draft } from "../stack.ts";
import { att, fromStack } from "../template.ts";
import type { Base } from "./base.ts";
import { type Data, type DataGround, data } from "./data.ts";
import type { Door } from "./standing.ts";

/** The database as the service and the other stacks know it. */
export interface TaskData extends TaskDatabase, Pick<Data, "rotating"> {
  readonly arn: Value<string>;
  readonly groupIds: Readonly<Record<"database" | "proxy", Value<string>>>;
  /** For services beside the first. */
  readonly doors: readonly Door[];
}

/** The database of a service on ECS, in the primary region, with the keys that it needs and the way to it. */
export function taskData(
  stack: Draft,
  config: Config,
  environment: Environment,
  { isolatedSubnetIds, copies, ...given }: Base & Pick<DataGround, "isolatedSubnetIds" | "copies">,
): TaskData {
  const [service, ...others] = config.services;
  const [appId] = given.serviceGroupIds;
  if (!config.database || appId === undefined) throw new Error("no database is wanted; the caller asks before");
  const keys = stack.block("Encryption");
  const secretsKey = att(key(keys, "secrets", "Encrypts the secrets of this environment"), "Arn");
  const keyArns = {
    logs: att(key(keys, "database-logs", "Encrypts the logs of the database", [usedByDatabaseLogs(stack.site, config.database)]), "Arn"),
    data: att(key(keys, "data", "Encrypts the database and its backups"), "Arn"),
    secrets: secretsKey,
  };
  const { groupIds, doors } = way(stack, config.database, given.vpcId, { name: service.name, groupId: appId });
  const made = data(stack, config, environment, {
    isolatedSubnetIds,
    groupIds,
    keyArns,
    topicArn: given.topicArn,
    ...(copies && { copies }),
  });
  const offered = (name: string, id: Value<string>, what: string) =>
    config.database?.rotation ? stack.output(`${name}GroupId`, id, `Security group of ${what}`) : id;
  return {
    ...made,
    groupIds: {
      database: offered("Database", groupIds.database, "the database"),
      proxy: offered("Proxy", groupIds.proxy, "the database's proxy"),
    },
    secretsKeyArn: stack.output("SecretsKeyArn", secretsKey, "The key of the secrets"),
    arn: fromStack(stack, "DatabaseArn"),
    doors: others.length > 0 ? doors.map((door) => opened(stack, door)) : [],
  };
}

/** A door as services in other stacks know it. */
function opened(stack: Draft, door: Door): Door {
  const name = `${door.name === "readers" ? "Readers" : "Database"}DoorId`;
  const what = door.name === "readers" ? "the copies that answer reads" : "the database";
  return { ...door, groupId: stack.output(name, door.groupId, `Security group that lets services in to ${what}`) };
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
  const readers = wayToReaders(groups, vpcId, database, app);
  return {
    groupIds: { database: behind.groupId, proxy: proxy.groupId, ...(readers && { readers: readers.groupId }) },
    doors: [door, ...(readers ? [readers] : [])],
  };
}

/** The copies that answer reads have a group of their own, for a proxy does not lead to them; without any there is none. */
export function wayToReaders(groups: Block, vpcId: Value<string>, database: DatabaseConfig, app: Side): Door | undefined {
  if (database.replicas === 0) return undefined;
  const readers = securityGroup(groups, vpcId, "readers", "The copies of the database that answer reads");
  const door = { ...readers, port: portOf(database), because: "Reads" };
  connect(groups, app, door, door.port, door.because);
  return door;
}
