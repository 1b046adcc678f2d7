import { arnOf } from "../../aws/arns.ts";
import { allow, objectsIn, type Statement, trusts } from "../../aws/policy.ts";
import { partitionOf } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block, Site } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import { type BareBucket, bucket } from "./bucket.ts";
import { key, usedByLogs } from "./key.ts";
import { type LogGroup, logGroup } from "./logs.ts";
import { type Granted, role } from "./role.ts";

interface TrailNeeds {
  readonly audit: NonNullable<Config["audit"]>;
  readonly logBucketName: Value<string>;
}

/**
 * Who called which API, in every region of the account: files whose digests prove that nobody changed them, in a bucket of their own that
 * nobody empties, and a log that alarms can read, which comes back (A11).
 */
export function trail(block: Block, { audit, logBucketName }: TrailNeeds): LogGroup {
  const { site } = block;
  const name = block.name("trail", "audit");
  const arn = arnOf(site.region, "cloudtrail", site.account, `trail/${name}`);
  const encryption = key(block, "trail", "Encrypts the record of API calls", [usedByTrail(site, arn), usedByLogs(site)]);
  const files = bucket(block, "trail", {
    key: att(encryption, "Arn"),
    logs: logBucketName,
    expireAfter: audit.keep,
    statements: (own) => [...written(site, own, arn), ...(site.protected ? [keptForever(own)] : [])],
  });
  const log = logGroup(block, "trail", att(encryption, "Arn"), audit.logRetention);
  const writer = logWriter(block, log);
  const made = block.add(
    "Trail",
    "AWS::CloudTrail::Trail",
    {
      TrailName: name,
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      S3BucketName: ref(files),
      KMSKeyId: att(encryption, "Arn"),
      CloudWatchLogsLogGroupArn: att(log, "Arn"),
      CloudWatchLogsRoleArn: att(writer.role, "Arn"),
      Tags: site.tags,
    },
    // CloudTrail tries both when it is made.
    { after: [files.policy, ...writer.policies], proves: ["A11"] },
  );
  block.stack.output("TrailArn", att(made, "Arn"), "The trail");
  block.stack.output("TrailBucketName", ref(files), "Bucket of the trail's files");
  block.stack.output("TrailLogName", ref(log), "Log group of the trail");
  block.stack.output("TrailKeyArn", att(encryption, "Arn"), "The key of the trail");
  return log;
}

/** Exactly this trail encrypts its files and digests (AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"). */
function usedByTrail({ account, region }: Site, trailArn: string): readonly Statement[] {
  const who = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Resource: "*" } as const;
  const own = { StringEquals: { "aws:SourceArn": trailArn } };
  const trails = `arn:${partitionOf(region)}:cloudtrail:*:${account}:trail/*`;
  return [
    {
      ...who,
      Sid: "TheTrailEncrypts",
      Action: "kms:GenerateDataKey*",
      Condition: { ...own, StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": trails } },
    },
    { ...who, Sid: "TheTrailLooksAtTheKey", Action: "kms:DescribeKey", Condition: own },
    // The bucket has a bucket key: then CloudTrail refuses a trail whose key it may not decrypt with (the same page).
    { ...who, Sid: "TheTrailOpensTheBucketKey", Action: "kms:Decrypt", Condition: own },
  ];
}

/** AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail": both with aws:SourceArn, against a trail of somebody else. */
function written({ account }: Site, files: BareBucket, trailArn: string): readonly Statement[] {
  const who = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } } as const;
  const own = { "aws:SourceArn": trailArn };
  return [
    { ...who, Sid: "TheTrailLooksAtTheBucket", Action: "s3:GetBucketAcl", Resource: att(files, "Arn"), Condition: { StringEquals: own } },
    {
      ...who,
      Sid: "TheTrailWrites",
      Action: "s3:PutObject",
      Resource: sub(`\${${files.id}.Arn}/AWSLogs/${account}/*`),
      Condition: { StringEquals: { ...own, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}

/** Only the lifecycle, which asks no policy, deletes files; an administrator first has to change this, which the trail records. */
function keptForever(files: BareBucket): Statement {
  return {
    Sid: "NobodyDeletesTheRecord",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    Resource: [att(files, "Arn"), objectsIn(att(files, "Arn"))],
  };
}

/**
 * AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": streams of its own name, and no
 * condition on whom CloudTrail takes the role on for, since it does not say.
 */
function logWriter(block: Block, log: LogGroup): Granted {
  const { account, region } = block.site;
  const streams = sub(`${arnOf(region, "logs", account, "log-group:")}\${${log.id}}:log-stream:${account}_CloudTrail_${region}*`);
  return role(block, "trail-log", "Writes the trail's log", trusts("cloudtrail.amazonaws.com"), [
    allow({ sid: "WritesTheTrailsLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: streams }),
  ]);
}
