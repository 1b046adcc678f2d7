import { describe, expect, it } from "vitest";
import { both, distribution, ireland, oregon, otherAccount, trail, virginia } from "./a/places.ts";
import { everything } from "./across.ts";
import type { Context } from "./conditions.ts";
import type { Caller } from "./evaluate.ts";
import { asking, proveGuards, proveKeys, proveLogsKey, proveLostQueue, ruledIn } from "./prove-guards.ts";
import { proveDeliveredLogs } from "./prove-log-policies.ts";
import { isOf } from "./resolve.ts";
import type { World } from "./world.ts";

const { account } = ireland;
const ask = asking(ireland);
const as = (service: string): Caller => ({ service: `${service}.amazonaws.com` });
const by = (source: string): Context => ({ "aws:SourceArn": source });

describe("B13: system A's production, in the region that answers", () => {
  proveGuards({
    world: ireland,
    otherAccount,
    role: ireland.roleArn("web-task"),
    silent: ["ledger", "images", "service", "secrets", "data", "functions", "rotation-lost", "release-lost", "backups", "database-logs"],
    groups: 9,
    topics: { notices: "notices" },
    sealed: { functions: "functions", files: "files" },
  });
  proveLostQueue(ireland, otherAccount, "rotation", "A10");
  proveLostQueue(ireland, otherAccount, "release", "C09");
});

describe("B13: system A's production, in the region that waits", () => {
  proveGuards({
    world: oregon,
    otherAccount,
    role: oregon.roleArn("web-task"),
    silent: ["images", "service", "secrets", "data", "backups", "database-logs"],
    groups: 5,
    topics: { notices: "notices" },
    sealed: { files: "files" },
  });
});

describe("A15: system A's production, in the region of CloudFront", () => {
  proveKeys({ world: virginia, otherAccount, role: ireland.roleArn("web-task"), silent: [] });
  proveLogsKey({ world: virginia, otherAccount, groups: 2 });
  proveDeliveredLogs(virginia, otherAccount, "A15", ["/catalog/production/use1/edge", `aws-waf-logs-${virginia.called("edge")}`]);
});

// Amazon RDS User Guide, "Overview of publishing logs": the names are RDS's.
it.each(both)("B13, D05: the key of the database's logs is for the logs of this database in $region, and for no others", (world) => {
  const of = (group: string): Context => ({ "kms:EncryptionContext:aws:logs:arn": world.at("logs", `log-group:${group}`) });
  const logs = as(`logs.${world.region}`);
  const use = (group: string) => asking(world)(logs, "kms:GenerateDataKey", world.keyOf("database-logs"), of(group));
  expect(use(`/aws/rds/instance/${world.called("database")}/postgresql`)).toBe("allowed");
  for (const other of [
    "/aws/rds/instance/other/postgresql",
    `/aws/rds/instance/${world.called("database")}s/error`,
    "/catalog/production/a",
  ])
    expect(use(other), other).toBe("not allowed");
});

// AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail", "Amazon S3 bucket policy for CloudTrail".
describe("A11: the record of API calls", () => {
  const cloudTrail = as("cloudtrail");
  const others = [trail.replace(/audit$/, "other"), trail.replace(account, otherAccount)];
  const key = ireland.keyOf("trail");
  const bucket = ireland.bucket("trail");
  const file = `${bucket}/AWSLogs/${account}/CloudTrail/eu-west-1/2026/01/01/a.json.gz`;

  it("A11: is sealed with its key by exactly this trail, which may also look at the key and open what it needs of the bucket's", () => {
    const context = { "kms:EncryptionContext:aws:cloudtrail:arn": trail };
    expect(ask(cloudTrail, "kms:GenerateDataKey", key, { ...by(trail), ...context })).toBe("allowed");
    for (const action of ["kms:DescribeKey", "kms:Decrypt"]) expect(ask(cloudTrail, action, key, by(trail)), action).toBe("allowed");
    for (const other of others)
      for (const action of ["kms:GenerateDataKey", "kms:DescribeKey", "kms:Decrypt"])
        expect(ask(cloudTrail, action, key, { ...by(other), ...context }), action).toBe("not allowed");
    expect(ask(cloudTrail, "kms:GenerateDataKey", key, by(trail))).toBe("not allowed");
    for (const action of ["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:Encrypt"])
      expect(ask(cloudTrail, action, key, { ...by(trail), ...context }), action).toBe("not allowed");
    for (const service of ["s3", "events", "cloudwatch"])
      expect(ask(as(service), "kms:Decrypt", key, { ...by(trail), "aws:SourceAccount": account })).toBe("not allowed");
  });

  it("A11: is written where it belongs by exactly this trail, which owns nothing of it and reads nothing", () => {
    const given = { "s3:x-amz-acl": "bucket-owner-full-control" };
    const digest = file.replace("/CloudTrail/", "/CloudTrail-Digest/");
    for (const one of [file, digest]) expect(ask(cloudTrail, "s3:PutObject", one, { ...by(trail), ...given })).toBe("allowed");
    expect(ask(cloudTrail, "s3:GetBucketAcl", bucket, by(trail))).toBe("allowed");
    expect(ask(cloudTrail, "s3:PutObject", file, by(trail))).toBe("not allowed");
    for (const other of others) {
      expect(ask(cloudTrail, "s3:PutObject", file, { ...by(other), ...given })).toBe("not allowed");
      expect(ask(cloudTrail, "s3:GetBucketAcl", bucket, by(other))).toBe("not allowed");
    }
    for (const place of [`${bucket}/a`, file.replace(`AWSLogs/${account}`, `AWSLogs/${otherAccount}`)])
      expect(ask(cloudTrail, "s3:PutObject", place, { ...by(trail), ...given })).toBe("not allowed");
    for (const action of ["s3:GetObject", "s3:PutObjectAcl"]) expect(ask(cloudTrail, action, file, by(trail))).toBe("not allowed");
  });

  it("A11: is taken under its own key only, and by TLS only", () => {
    const sse = "s3:x-amz-server-side-encryption";
    const put = (context: Context) =>
      ask(cloudTrail, "s3:PutObject", file, { ...by(trail), "s3:x-amz-acl": "bucket-owner-full-control", ...context });
    expect(put({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: key })).toBe("allowed");
    expect(put({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: ireland.keyOf("logs") })).toBe("denied by a statement");
    expect(put({ "aws:SecureTransport": "false" })).toBe("denied by a statement");
  });

  it("A11: is deleted by nobody, whatever they may", () => {
    const administrator = { arn: `arn:aws:iam::${account}:role/administrator` };
    for (const [action, resource] of [
      ["s3:DeleteObject", file],
      ["s3:DeleteObjectVersion", file],
      ["s3:DeleteBucket", bucket],
    ] as const) {
      for (const caller of [administrator, cloudTrail]) expect(ask(caller, action, resource, {}, everything)).toBe("denied by a statement");
      expect(ask({ arn: `arn:aws:iam::${otherAccount}:role/a` }, action, resource, {}, everything)).toBe("denied by a statement");
    }
    expect(ask(administrator, "s3:GetObject", file, {}, everything)).toBe("allowed");
  });
});

// Amazon CloudFront Developer Guide, "Restrict access to an Amazon S3 origin".
it.each(both)("A15: the static files of $region are read by this distribution and by nobody else of CloudFront", (world) => {
  const asked = asking(world);
  const [own = ""] = distributions(world);
  const file = `${world.bucket("files")}/assets/a.js`;
  const front = as("cloudfront");
  expect(asked(front, "s3:GetObject", file, by(own))).toBe("allowed");
  expect(asked(front, "kms:Decrypt", world.keyOf("files"), by(own))).toBe("allowed");
  for (const context of [{}, by(`${distribution}EOTHER`), by(own.replace(account, otherAccount)), { "aws:SourceAccount": account }]) {
    expect(asked(front, "s3:GetObject", file, context)).toBe("not allowed");
    expect(asked(front, "kms:Decrypt", world.keyOf("files"), context)).toBe("not allowed");
  }
  for (const action of ["s3:PutObject", "s3:DeleteObject"]) expect(asked(front, action, file, by(own))).toBe("not allowed");
  expect(asked(front, "s3:ListBucket", world.bucket("files"), by(own))).toBe("not allowed");
  for (const action of ["kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant"])
    expect(asked(front, action, world.keyOf("files"), by(own))).toBe("not allowed");
});

const distributions = ({ resolved }: World): readonly string[] =>
  resolved.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::CloudFront::Distribution")).map(({ id }) => `${distribution}${resolved.of(stack.part, id)}`),
  );

it("C04, B14: every policy of a resource of system A's production is one that these tests ask", () => {
  const { "AWS::IAM::Role": roles, "AWS::KMS::Key": keys = 0, "AWS::KMS::ReplicaKey": replicas = 0, ...others } = ruledIn(ireland);
  expect(roles).toBe(ireland.roles.length);
  expect(keys + replicas).toBe(Object.keys(ireland.keys).length);
  // Logs, files and their copies, code, and the record; the notices of both regions; who invokes the rotation (tests/examples/a/rotation.test.ts).
  expect(others).toEqual({
    "AWS::Lambda::Permission": 1,
    "AWS::Logs::ResourcePolicy": 1,
    "AWS::S3::BucketPolicy": 6,
    "AWS::SNS::TopicPolicy": 2,
    "AWS::SQS::QueuePolicy": 2,
  });
});
