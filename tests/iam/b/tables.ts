import { calls, type RoleTable } from "../roles.ts";
import { flowLog, opensDatabase, replicates, watchesDatabase } from "../tables.ts";
import { through, throughBucket, type World } from "../world.ts";
import { development, parameterOf, production, releasesOf, replicaOf, replicaRegion, secretOf } from "./places.ts";

/** For each role of system B, by its name without project, environment and region: the calls it must make. */
export function tablesOf(world: World): Readonly<Record<string, RoleTable>> {
  return {
    "flow-log": flowLog(world),
    "releases-replication": replicates({
      from: { bucket: releasesOf(world), key: world.keyOf("releases"), region: world.region },
      to: { bucket: replicaOf(world), key: world.keyOf("usw2-replica"), region: replicaRegion },
    }),
    "database-monitoring": watchesDatabase,
    "database-proxy": opensDatabase(
      world,
      [secretOf(world)],
      [world.at("secretsmanager", `secret:orders/${world.name}/use1/other-AbCdEf`)],
    ),
    "shop-instance": instance(world),
    ...(world === development && { snapshots: takesSnapshots(world) }),
  };
}

// Service Authorization Reference, Amazon RDS: what `sluice deploy production` calls here (lib/worlds/aws/stored.ts, snapshots.ts). AWS KMS is
// asked for the key by its alias.
function takesSnapshots(world: World): RoleTable {
  const database = world.at("rds", `db:${world.called("database")}`);
  const snapshot = world.at("rds", "snapshot:orders-2026-11-20");
  return {
    takenOnBy: `arn:aws:iam::${production.account}:role/administrator`,
    must: [
      ...calls(database, ["rds:DescribeDBInstances", "rds:CreateDBSnapshot"]),
      ...calls(snapshot, [
        "rds:CreateDBSnapshot",
        "rds:DescribeDBSnapshots",
        "rds:DescribeDBSnapshotAttributes",
        "rds:ModifyDBSnapshotAttribute",
      ]),
      ...calls(world.keyOf("data"), ["kms:DescribeKey"]),
    ],
    never: [
      ...calls(snapshot, ["rds:CopyDBSnapshot", "rds:DeleteDBSnapshot"]),
      ...calls(world.at("rds", "snapshot:payroll-2026-11-20"), ["rds:CreateDBSnapshot", "rds:ModifyDBSnapshotAttribute"]),
      ...calls(world.at("rds", "db:payroll"), ["rds:CreateDBSnapshot", "rds:DescribeDBInstances"]),
      ...calls(world.keyOf("data"), ["kms:Decrypt"], through(world, "rds", "data")),
      ...calls(world.keyOf("secrets"), ["kms:DescribeKey"]),
    ],
  };
}

// Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": who reads decrypts. What assets of the start script call: `aws ssm
// get-parameter` and `aws s3 cp`, and the app reads the secret that DATABASE_SECRET_ARN names.
function instance(world: World): RoleTable {
  const releases = releasesOf(world);
  const parameters = ["blue/release", "green/release", "database/address"].map((thing) => parameterOf(world, thing));
  return {
    takenOnBy: "ec2.amazonaws.com",
    // Amazon EC2 User Guide, "IAM roles for Amazon EC2": an instance gets only roles of its own account, from whoever may pass them.
    namesNoAccount: true,
    managed: ["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"],
    must: [
      ...calls(`${releases}/blue/1.tar.gz`, ["s3:GetObject"]),
      ...calls(world.keyOf("releases"), ["kms:Decrypt"], throughBucket(world.region, releases)),
      ...calls(parameters, ["ssm:GetParameter"]),
      ...calls(secretOf(world), ["secretsmanager:GetSecretValue"]),
      ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "secretsmanager", "secrets")),
    ],
    never: [
      ...calls(`${releases}/blue/1.tar.gz`, ["s3:PutObject", "s3:GetObjectVersion"]),
      ...calls(`${releases}-other/blue/1.tar.gz`, ["s3:GetObject"]),
      ...calls(releases, ["s3:ListBucket"]),
      ...calls(`${replicaOf(world)}/blue/1.tar.gz`, ["s3:GetObject"]),
      ...calls(parameters, ["ssm:PutParameter", "ssm:DeleteParameter"]),
      ...calls(parameterOf(world, "other"), ["ssm:GetParameter"]),
      ...calls(secretOf(world), ["secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"]),
      ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "s3", "secrets")),
      ...calls(world.keyOf("releases"), ["kms:Decrypt"], through(world, "ssm", "releases")),
      ...calls(world.keyOf("data"), ["kms:Decrypt"], through(world, "rds", "data")),
    ],
  };
}
