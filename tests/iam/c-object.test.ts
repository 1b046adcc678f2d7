import { describe } from "vitest";
import { homeTables } from "./c/home-tables.ts";
import { elsewhere, neverOf } from "./c/never.ts";
import { config, otherAccount, pipelineArn, tools } from "./c/places.ts";
import { proveRoles } from "./prove-roles.ts";
import { calls, type RoleTable } from "./roles.ts";
import { artifactsOf } from "./tables.ts";
import { known, throughBucket, worldOf } from "./world.ts";

const delivery = known(config.delivery, "pipeline of system C");
const world = worldOf({ ...config, delivery: { ...delivery, source: { kind: "s3", key: "source.zip" } } }, "tools", {
  account: tools.account,
  region: tools.region,
  short: "euw1",
});
const bucket = world.bucket("source");
const { reads, writes } = artifactsOf(world);

const fetches: RoleTable = {
  takenOnBy: world.roleArn("pipeline"),
  must: [
    ...reads,
    ...writes,
    // CodePipeline User Guide, "Amazon S3 source action reference": service role permissions.
    ...calls(`${bucket}/source.zip`, ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"]),
    ...calls(bucket, ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"]),
    ...calls(world.keyOf("source"), ["kms:Decrypt"], throughBucket(world.region, bucket)),
  ],
  never: [
    ...calls(`${bucket}/other.zip`, ["s3:GetObject", "s3:GetObjectVersion"]),
    ...calls(`${bucket}/source.zip`, ["s3:PutObject", "s3:DeleteObject"]),
    ...calls(bucket, ["s3:ListBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning"]),
    ...calls(world.keyOf("source"), ["kms:GenerateDataKey", "kms:Encrypt"], throughBucket(world.region, bucket)),
  ],
};

const starts: RoleTable = {
  takenOnBy: "events.amazonaws.com",
  must: calls(pipelineArn, ["codepipeline:StartPipelineExecution"]),
  never: calls(pipelineArn, ["codepipeline:StopPipelineExecution", "codepipeline:UpdatePipeline"]),
};

const own = { "euw1-pipeline-source": fetches, "euw1-start": starts };
// Nobody asks an object to be merged, so that there is no pipeline for that. The others are those of the connection (c-roles.test.ts).
const others = Object.keys(homeTables).filter((name) => !(name in own) && !name.startsWith("euw1-pull-requests"));

describe("C02, C04: system C's tools, whose source is an object in a bucket", () => {
  proveRoles({
    ...world,
    otherAccount,
    neverOf: neverOf(world),
    elsewhere,
    tables: own,
    provenElsewhere: others,
    nameOf: ({ arn }) => arn.replace(/^.*role\/catalog-tools-/, ""),
  });
});
