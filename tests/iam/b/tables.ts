import { calls, type RoleTable } from "../roles.ts";
import { flowLog } from "../tables.ts";
import { through, throughBucket, type World } from "../world.ts";
import { parameterOf, releasesOf, replicaOf, replicaRegion, secretOf } from "./places.ts";

/** For each role of system B, by its name without project, environment and region: the calls it must make. */
export function tablesOf(world: World): Readonly<Record<string, RoleTable>> {
  return {
    "flow-log": flowLog(world),
    "releases-replication": replicates(world),
    "database-monitoring": {
      takenOnBy: "monitoring.rds.amazonaws.com",
      // Amazon RDS User Guide, "Setting up and enabling Enhanced Monitoring": it writes to the account's log RDSOSMetrics.
      must: [],
      managed: ["service-role/AmazonRDSEnhancedMonitoringRole"],
    },
    "database-proxy": opensDatabase(world),
    "shop-instance": instance(world),
  };
}

// Amazon S3 User Guide, "Setting up permissions for live replication", "Replicating encrypted objects". Of what those pages name a copy that
// keeps its owner and deletes nothing needs no s3:ReplicateDelete and no s3:ObjectOwnerOverrideToBucketOwner.
function replicates(world: World): RoleTable {
  const { region, keyOf } = world;
  const [from, to] = [releasesOf(world), replicaOf(world)];
  const fromKey = keyOf("releases");
  const toKey = keyOf("usw2-replica");
  const sealed = throughBucket(replicaRegion, to);
  return {
    takenOnBy: "s3.amazonaws.com",
    // The trust policy of that page has no condition.
    namesNoAccount: true,
    must: [
      ...calls(from, ["s3:GetReplicationConfiguration", "s3:ListBucket"]),
      ...calls(`${from}/blue/1.tar.gz`, ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]),
      ...calls(`${to}/blue/1.tar.gz`, ["s3:ReplicateObject", "s3:ReplicateTags"]),
      ...calls(fromKey, ["kms:Decrypt"], throughBucket(region, from)),
      ...calls(toKey, ["kms:Encrypt", "kms:GenerateDataKey"], sealed),
    ],
    never: [
      // What is deleted here stays there.
      ...calls(`${to}/blue/1.tar.gz`, ["s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject", "s3:GetObject"]),
      ...calls(`${from}/blue/1.tar.gz`, ["s3:ReplicateObject", "s3:PutObject"]),
      ...calls(to, ["s3:ListBucket", "s3:PutReplicationConfiguration"]),
      ...calls(fromKey, ["kms:Decrypt"], throughBucket(region, to)),
      ...calls(fromKey, ["kms:Decrypt"], { ...throughBucket(region, from), "kms:ViaService": `ssm.${region}.amazonaws.com` }),
      ...calls(toKey, ["kms:Encrypt", "kms:GenerateDataKey"], { ...sealed, "kms:ViaService": `s3.${region}.amazonaws.com` }),
      ...calls(toKey, ["kms:Encrypt", "kms:GenerateDataKey"], throughBucket(replicaRegion, from)),
      ...calls(toKey, ["kms:Decrypt"], sealed),
    ],
  };
}

// Amazon RDS User Guide, "Setting up database credentials for RDS Proxy": one secret, and the key that it lies under.
const opensDatabase = (world: World): RoleTable => ({
  takenOnBy: "rds.amazonaws.com",
  must: [
    ...calls(secretOf(world), ["secretsmanager:GetSecretValue"]),
    ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "secretsmanager", "secrets")),
  ],
  never: [
    ...calls(secretOf(world), ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"]),
    ...calls(world.at("secretsmanager", `secret:orders/${world.name}/use1/other-AbCdEf`), ["secretsmanager:GetSecretValue"]),
    ...calls(world.keyOf("secrets"), ["kms:Decrypt"], through(world, "ssm", "secrets")),
  ],
});

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
