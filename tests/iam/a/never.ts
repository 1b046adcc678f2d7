import { elsewhereOf, everyBucket, everyKey, everyLog, everyRole, everyTopic } from "../never.ts";
import { type Call, calls } from "../roles.ts";
import type { World } from "../world.ts";
import { both, distribution, ireland, lostQueues, otherAccount, provider, regions, registryOf, secretOf, trail } from "./places.ts";

/** What no role of production may but the one whose task it is. */
export const neverOf = (roleArns: readonly string[]): readonly Call[] => [
  ...everyRole(ireland, [ireland], roleArns),
  ...everyKey([ireland]),
  ...both.flatMap(ofRegion),
  ...ofData,
  ...ofAll,
];

const ofRegion = (world: World): readonly Call[] => [
  ...everyBucket(["logs", "files"].map(world.bucket)),
  ...everyLog(world, ["flow", "shells", "web"]),
  ...everyTopic(world.at("sns", world.called("notices"))),
  ...calls(`${world.bucket("files")}/assets/a.js`, ["s3:GetObject", "s3:PutObject"]),
  ...calls(registryOf(world), ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(world.at("ecs", `service/${world.called("cluster")}/${world.called("web-blue")}`), ["ecs:UpdateService", "ecs:DeleteService"]),
  ...calls(world.at("ecs", `task/${world.called("cluster")}/1`), ["ecs:ExecuteCommand", "ecs:StopTask"]),
  ...calls(world.at("ecs", `task-definition/${world.called("web")}:7`), ["ecs:RunTask", "ecs:RegisterTaskDefinition"]),
  ...calls(world.at("elasticloadbalancing", `listener-rule/app/${world.called("balancer")}/1/2/3`), ["elasticloadbalancing:ModifyRule"]),
  ...calls(world.at("cloudwatch", `alarm:${world.called("web-blue-errors")}`), ["cloudwatch:DeleteAlarms", "cloudwatch:SetAlarmState"]),
  ...calls(world.at("rds", `db:${world.called("database")}`), ["rds:DeleteDBInstance", "rds:ModifyDBInstance", "rds:PromoteReadReplica"]),
  ...calls(world.at("backup", `backup-vault:${world.called("backups")}`), [
    "backup:DeleteBackupVault",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:PutBackupVaultAccessPolicy",
  ]),
];

const ofData: readonly Call[] = [
  ...calls(["master", "app", "app-1", "app-2"].map(secretOf), [
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutResourcePolicy",
  ]),
  ...calls(
    ["rotation", "release", "release:7"].map((name) => ireland.at("lambda", `function:${ireland.called(name)}`)),
    ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:AddPermission"],
  ),
  ...calls(ireland.at("lambda", `function:${ireland.called("release")}:7/durable-execution/r-1/1`), [
    "lambda:StopDurableExecution",
    "lambda:CheckpointDurableExecution",
  ]),
  ...calls(lostQueues, ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue"]),
  ...everyBucket([ireland.bucket("functions")]),
  ...calls(ireland.at("dynamodb", `table/${ireland.called("ledger")}`), ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteTable"]),
];

const ofAll: readonly Call[] = [
  // The record of who did what.
  ...everyBucket([ireland.bucket("trail")]),
  ...calls(`${ireland.bucket("trail")}/AWSLogs/a`, ["s3:GetObject", "s3:PutObject"]),
  ...everyLog(ireland, ["trail"]),
  ...calls(trail, ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"]),
  ...calls(`${distribution}E0123456789ABC`, ["cloudfront:UpdateDistribution", "cloudfront:CreateInvalidation"]),
  ...calls("arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ", ["route53:ChangeResourceRecordSets"]),
  ...calls(provider, ["iam:DeleteOpenIDConnectProvider", "iam:AddClientIDToOpenIDConnectProvider"]),
];

/** The same call on what is not production's: in another account, of another environment, in another region. */
export const elsewhere = elsewhereOf({ project: "catalog", worlds: [ireland], otherAccount, regions });
