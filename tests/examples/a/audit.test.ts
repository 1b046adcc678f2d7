import { expect, it } from "vitest";
import { production, staging } from "./plans.ts";

const trail = production.one("AWS::CloudTrail::Trail");
const bucket = production.follow(trail.at("S3BucketName"));
const arn = `arn:aws:cloudtrail:eu-west-1:222222222222:trail/${trail.at("TrailName")}`;
const policy = production.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === bucket.ref);
const statements = policy.parts("PolicyDocument.Statement");

it("A11 the trail hears of all regions and of global services, and its digests prove that nobody changed its files", () => {
  expect(trail.value).toMatchObject({
    IsLogging: true,
    IsMultiRegionTrail: true,
    IncludeGlobalServiceEvents: true,
    EnableLogFileValidation: true,
  });
});

it("A11 the trail's files are encrypted with a key that exactly this trail uses", () => {
  const key = production.follow(trail.at("KMSKeyId"));
  // AWS CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail": the last one because of the bucket key.
  expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled")).toBe(true);
  const uses = key.parts("KeyPolicy.Statement").filter((one) => one.at("Principal.Service") === "cloudtrail.amazonaws.com");
  expect(uses.map((one) => one.at("Action"))).toEqual(["kms:GenerateDataKey*", "kms:DescribeKey", "kms:Decrypt"]);
  for (const one of uses) expect(one.at("Condition.StringEquals")).toEqual({ "aws:SourceArn": arn });
  expect(key.at("EnableKeyRotation")).toBe(true);
});

it("A11 the bucket is the trail's own: private, with an end, open to exactly this trail", () => {
  expect(bucket.at("PublicAccessBlockConfiguration")).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  expect(bucket.at("LifecycleConfiguration.Rules.0.ExpirationInDays")).toBe(2555);
  // Who reads the record is recorded too, and not in the record's own bucket.
  expect(production.follow(bucket.at("LoggingConfiguration.DestinationBucketName")).stack).toBe("base eu-west-1");
  const allowed = statements.filter((one) => one.at("Effect") === "Allow").map(({ value }) => value);
  // AWS CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
  expect(allowed).toMatchObject([
    { Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "s3:GetBucketAcl", Resource: bucket.attribute("Arn") },
    {
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucket.attribute("Arn")}/AWSLogs/222222222222/*`,
      Condition: { StringEquals: { "aws:SourceArn": arn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ]);
  for (const one of allowed) expect(one).toMatchObject({ Condition: { StringEquals: { "aws:SourceArn": arn } } });
});

it("A11 in production nobody deletes the record; elsewhere a destroy empties it", () => {
  const refused = (of: typeof statements) => of.filter((one) => one.at("Effect") === "Deny").flatMap((one) => [one.at("Action")].flat());
  expect(refused(statements)).toEqual(expect.arrayContaining(["s3:DeleteObject", "s3:DeleteObjectVersion"]));
  const other = staging.follow(staging.one("AWS::CloudTrail::Trail").at("S3BucketName"));
  const theirs = staging.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === other.ref).parts("PolicyDocument.Statement");
  expect(refused(theirs)).not.toContain("s3:DeleteObject");
  expect([bucket.deletion, other.deletion]).toEqual(["RetainExceptOnCreate", "Delete"]);
});

it("A11 the trail also writes a log, by a role that CloudTrail alone takes on, and starts when both are ready", () => {
  const log = production.follow(trail.at("CloudWatchLogsLogGroupArn"));
  expect(production.follow(log.at("KmsKeyId")).type).toBe("AWS::KMS::Key");
  expect(log.at("RetentionInDays")).toBe(365);
  const role = production.follow(trail.at("CloudWatchLogsRoleArn"));
  // The page below: CloudTrail does not say for which trail, and a condition on it would keep it out.
  expect(role.at("AssumeRolePolicyDocument.Statement")).toEqual([
    { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" },
  ]);
  const rights = production.one("AWS::IAM::RolePolicy", (one) => one.at("RoleName") === role.ref);
  // AWS CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": the streams are named <account>_CloudTrail_<region>.
  expect(rights.parts("PolicyDocument.Statement").map((one) => one.at("Resource"))).toEqual([
    `arn:aws:logs:eu-west-1:222222222222:log-group:${log.ref}:log-stream:222222222222_CloudTrail_eu-west-1*`,
  ]);
  expect(trail.after).toEqual(expect.arrayContaining([policy, rights]));
});

it("A11 what nobody should do is counted in the trail's own log, and people hear of each", () => {
  const log = production.follow(trail.at("CloudWatchLogsLogGroupArn"));
  const filters = production.all("AWS::Logs::MetricFilter");
  // AWS Security Hub CSPM User Guide, "Security Hub CSPM controls for Amazon CloudWatch": CloudWatch.1, .5 and .7.
  for (const events of [['"Root"'], ["StopLogging", "DeleteTrail", "UpdateTrail"], ["DisableKey", "ScheduleKeyDeletion"]])
    expect(filters.filter((one) => events.every((event) => one.text("FilterPattern").includes(event)))).toHaveLength(1);
  for (const filter of filters) {
    expect(production.follow(filter.at("LogGroupName"))).toBe(log);
    const [metric] = filter.parts("MetricTransformations");
    expect(metric?.at("MetricValue")).toBe("1");
    const alarm = production.one("AWS::CloudWatch::Alarm", (one) => one.at("MetricName") === metric?.at("MetricName"));
    // A metric of a filter has no dimensions; an alarm that names some never sees it.
    expect([alarm.at("Namespace"), alarm.at("Dimensions")]).toEqual([metric?.at("MetricNamespace"), undefined]);
    expect([alarm.at("Threshold"), alarm.at("ComparisonOperator"), alarm.at("Statistic")]).toEqual([0, "GreaterThanThreshold", "Sum"]);
    expect(production.follow(alarm.at("AlarmActions.0")).type).toBe("AWS::SNS::Topic");
  }
});
