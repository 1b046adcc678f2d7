import { type Call, calls, type RoleTable } from "../roles.ts";
import { flowLog, inNetwork, opensDatabase, pullsImage, replicates, watchesDatabase, writesLog } from "../tables.ts";
import { through, type World } from "../world.ts";
import { ireland, oregon, provider, registryOf, secretOf, state, strangeTokens, token, trailStream } from "./places.ts";
import { releases } from "./release.ts";

const reads = ["secretsmanager:GetSecretValue"];
const appSecret = secretOf("app");
const secrets = ["master", "app", "app-1", "app-2"].map(secretOf);

const opensAppSecret: readonly Call[] = [
  ...calls(appSecret, reads),
  ...calls(ireland.keyOf("secrets"), ["kms:Decrypt"], through(ireland, "secretsmanager", "secrets")),
];

const opensItsCopy: readonly Call[] = [
  ...calls(appSecret.replace(":eu-west-1:", ":us-west-2:"), reads),
  ...calls(oregon.keyOf("secrets"), ["kms:Decrypt"], through(oregon, "secretsmanager", "secrets")),
];

const touchesNoSecret: readonly Call[] = [
  ...calls(appSecret, ["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"]),
  ...calls(
    secrets.filter((one) => one !== appSecret),
    reads,
  ),
  ...calls(ireland.keyOf("secrets"), ["kms:Decrypt"], through(ireland, "ssm", "secrets")),
  ...calls(oregon.keyOf("secrets"), ["kms:Decrypt"], through(oregon, "ssm", "secrets")),
];

/** For each role of system A's production, by its region and its name: the calls it must make. */
export const tables: Readonly<Record<string, RoleTable>> = {
  ...inRegion("euw1", ireland),
  ...inRegion("usw2", oregon),
  "euw1-database-proxy": opensDatabase(ireland, [secretOf("app-1"), secretOf("app-2")], [secretOf("master"), appSecret]),
  "euw1-rotation": rotates(),
  "euw1-release": releases(),
  "euw1-backup": {
    takenOnBy: "backup.amazonaws.com",
    // AWS Backup Developer Guide, "IAM service roles": AWS's own role has no condition.
    namesNoAccount: true,
    must: [],
    managed: ["service-role/AWSBackupServiceRolePolicyForBackup"],
  },
  "euw1-trail-log": {
    takenOnBy: "cloudtrail.amazonaws.com",
    // AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": it does not say for which trail.
    namesNoAccount: true,
    must: calls(trailStream, ["logs:CreateLogStream", "logs:PutLogEvents"]),
    never: [
      ...calls(trailStream.replace(/stream:.*/, "stream:other"), ["logs:CreateLogStream", "logs:PutLogEvents"]),
      ...calls(trailStream, ["logs:DeleteLogStream", "logs:GetLogEvents"]),
    ],
  },
  "euw1-files-replication": replicates({
    from: { bucket: ireland.bucket("files"), key: ireland.keyOf("files"), region: ireland.region },
    to: { bucket: oregon.bucket("files"), key: oregon.keyOf("files"), region: oregon.region },
  }),
};

function inRegion(short: string, world: World): Readonly<Record<string, RoleTable>> {
  // Amazon ECS Developer Guide, "Amazon ECS task execution IAM role": secrets of the task, and the key that they lie under. Where the service
  // rests it is the copy, which it opens once a failover has brought the database.
  const database = world === ireland ? opensAppSecret : opensItsCopy;
  return {
    [`${short}-flow-log`]: flowLog(world),
    [`${short}-database-monitoring`]: watchesDatabase,
    [`${short}-web-execution`]: {
      takenOnBy: "ecs-tasks.amazonaws.com",
      must: [...pullsImage(registryOf(world)), ...writesLog(world, "web"), ...database],
      never: [...calls(world.keyOf("service"), ["kms:Decrypt"]), ...touchesNoSecret],
    },
    [`${short}-web-task`]: {
      takenOnBy: "ecs-tasks.amazonaws.com",
      // It seals what it stores and opens it (AWS KMS Developer Guide, "Multi-Region keys"), and reads its secret again once that was rotated.
      must: [...database, ...calls(world.keyOf("service"), ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"])],
      never: [...pullsImage(registryOf(world)), ...writesLog(world, "web"), ...touchesNoSecret],
    },
    [`${short}-github-preview`]: previews(),
  };
}

// AWS Secrets Manager User Guide, "Lambda rotation function execution role permissions"; API reference, ReplicateSecretToRegions: who writes a
// version seals its copies too. What assets/functions/rotation calls.
function rotates(): RoleTable {
  const rotated = ["secretsmanager:DescribeSecret", ...reads, "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];
  const seals = ["kms:Encrypt", "kms:GenerateDataKey"];
  const copyKey = oregon.keyOf("secrets");
  const accounts = [secretOf("app-1"), secretOf("app-2")];
  return inNetwork(ireland, "rotation", {
    must: [
      ...calls([secretOf("master"), appSecret], rotated),
      ...calls(accounts, ["secretsmanager:PutSecretValue"]),
      ...calls(ireland.keyOf("secrets"), ["kms:Decrypt", "kms:GenerateDataKey"], through(ireland, "secretsmanager", "secrets")),
      ...calls(copyKey, seals, through(ireland, "secretsmanager", "secrets")),
      ...calls(copyKey, seals, through(oregon, "secretsmanager", "secrets")),
    ],
    never: [
      ...calls(accounts, [...reads, "secretsmanager:UpdateSecretVersionStage"]),
      ...calls(secrets, [
        "secretsmanager:DeleteSecret",
        "secretsmanager:CancelRotateSecret",
        "secretsmanager:RemoveRegionsFromReplication",
      ]),
      ...calls(ireland.keyOf("secrets"), ["kms:Decrypt", "kms:GenerateDataKey"], through(ireland, "s3", "secrets")),
      ...calls(copyKey, ["kms:Decrypt"], through(oregon, "secretsmanager", "secrets")),
      ...calls(copyKey, seals, through(oregon, "s3", "secrets")),
    ],
  });
}

// Pulumi, "Using a DIY backend": a preview reads the state. Nothing that it reads may change for a pull request, whose code anybody wrote.
function previews(): RoleTable {
  const file = `${state.bucket}/catalog/.pulumi/stacks/catalog/production.json`;
  return {
    takenOnBy: provider,
    tokens: {
      right: token("repo:acme/catalog:pull_request"),
      wrong: [...strangeTokens, token("repo:acme/catalog:environment:production")],
    },
    must: [...calls(state.bucket, ["s3:ListBucket"]), ...calls(file, ["s3:GetObject"]), ...calls(state.key, ["kms:Decrypt"])],
    never: [
      ...calls(file, ["s3:PutObject", "s3:DeleteObject"]),
      ...calls(file.replace("/catalog/.pulumi", "/other/.pulumi"), ["s3:GetObject"]),
      ...calls(`${state.bucket}-other`, ["s3:ListBucket"]),
      ...calls(state.key, ["kms:Encrypt", "kms:GenerateDataKey"]),
      ...calls("*", ["ec2:DescribeInstances", "logs:DescribeLogGroups"]),
    ],
  };
}
