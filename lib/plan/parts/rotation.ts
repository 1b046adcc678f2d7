import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import { portOf, usualPort } from "../blocks/database.ts";
import { type Rotating, rotation as rotates } from "../blocks/rotation.ts";
import { connect, letOut, securityGroup } from "../blocks/security-group.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";

/** What the rotation stands on. */
export interface RotationGround {
  readonly vpcId: Value<string>;
  readonly privateSubnetIds: readonly Value<string>[];
  readonly groupIds: Readonly<Record<"database" | "proxy", Value<string>>>;
  readonly keyArns: Readonly<Record<"logs" | "secrets", Value<string>>>;
  readonly codeBucket: Value<string>;
  readonly topicArn: Value<string>;
}

/** The rotation of the database's secrets, in a stack of its own after the database: what fails in it does not undo one. */
export function rotation(stack: Draft, { database, monitoring }: Config, given: RotationGround, rotating: Rotating): void {
  if (!database?.rotation) throw new Error("no rotation is wanted; the caller asks before");
  const groups = stack.block("Groups");
  const side = securityGroup(groups, given.vpcId, "rotation", "The function that rotates the secrets of the database");
  const port = portOf(database);
  const ways = [
    letOut(groups, side, "services", 443, "0.0.0.0/0", "HTTPS to AWS Secrets Manager"),
    ...connect(groups, side, { name: "database", groupId: given.groupIds.database }, port, "New passwords"),
    ...(database.proxy
      ? connect(groups, side, { name: "proxy", groupId: given.groupIds.proxy }, usualPort(database), "Trial of new passwords")
      : []),
  ];
  const made = rotates(stack.block("Rotation"), {
    database,
    port,
    every: database.rotation,
    rotating,
    secretsKeyArn: given.keyArns.secrets,
    codeBucket: given.codeBucket,
    subnetIds: given.privateSubnetIds,
    groupIds: [side.groupId],
    logsKey: given.keyArns.logs,
    logDays: monitoring.logRetention,
    topicArn: given.topicArn,
    after: ways,
  });
  stack.output("RotationName", ref(made), "The function that rotates the secrets of the database");
  stack.output("RotationArn", att(made, "Arn"), "The same function by its ARN");
}
