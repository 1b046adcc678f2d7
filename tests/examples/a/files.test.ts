import { expect, it } from "vitest";
import { allows, grantsOf } from "../policies.ts";
import type { Found, Templates } from "../template.ts";
import { changed, config, primary, production, regions, secondary, staging } from "./plans.ts";

const distribution = production.one("AWS::CloudFront::Distribution");
const filesIn = (region: string, templates: Templates = production): Found =>
  templates.one("AWS::S3::Bucket", ({ stack }) => stack === `files ${region}`);
const keyOf = (bucket: Found, templates: Templates = production): Found =>
  templates.follow(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID"));
const source = filesIn(primary);
const copy = filesIn(secondary);
const rolesOf = (bucket: Found, templates: Templates = production) => templates.follow(bucket.at("ReplicationConfiguration.Role"));

it.each(regions)("A15 static files come from buckets that this distribution alone reads, key included (%s)", (region) => {
  const files = filesIn(region);
  const origin = distribution
    .parts("DistributionConfig.Origins")
    .find((one) => one.at("DomainName") === `${files.at("BucketName")}.s3.${region}.amazonaws.com`);
  expect(production.follow(origin?.at("OriginAccessControlId")).at("OriginAccessControlConfig")).toMatchObject({
    OriginAccessControlOriginType: "s3",
    SigningBehavior: "always",
    SigningProtocol: "sigv4",
  });
  const arn = `arn:aws:cloudfront::222222222222:distribution/${distribution.ref}`;
  const policy = production.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === files.ref);
  const lets = [...policy.parts("PolicyDocument.Statement"), ...keyOf(files).parts("KeyPolicy.Statement")].filter(
    (one) => one.at("Principal.Service") === "cloudfront.amazonaws.com",
  );
  expect(lets.map((one) => [one.at("Action"), one.at("Condition")])).toEqual([
    ["s3:GetObject", { StringEquals: { "aws:SourceArn": arn } }],
    ["kms:Decrypt", { StringEquals: { "aws:SourceArn": arn } }],
  ]);
});

it("A12, A15: static files come from the copy when the bucket of the primary region does not answer", () => {
  const [group] = distribution.parts("DistributionConfig.OriginGroups.Items");
  const hostOf = (id: unknown) =>
    distribution
      .parts("DistributionConfig.Origins")
      .find((one) => one.at("Id") === id)
      ?.text("DomainName");
  expect(group?.parts("Members.Items").map((one) => hostOf(one.at("OriginId"))?.split(".")[0])).toEqual([
    source.at("BucketName"),
    copy.at("BucketName"),
  ]);
  expect(group?.at("FailoverCriteria.StatusCodes.Items")).toEqual(expect.arrayContaining([500, 502, 503, 504]));
  const behaviours = distribution.parts("DistributionConfig.CacheBehaviors");
  expect(behaviours.map((one) => [one.at("PathPattern"), one.at("TargetOriginId")])).toEqual([["/assets/*", group?.at("Id")]]);
  // Managed policy CachingOptimized: files change only with a version.
  expect(behaviours.map((one) => one.at("CachePolicyId"))).toEqual(["658327ea-f89d-4fab-a63d-7e88639e58f6"]);
  // Amazon CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover": only for these methods.
  for (const one of behaviours) expect(["GET", "HEAD", "OPTIONS"]).toEqual(expect.arrayContaining([...one.texts("AllowedMethods")]));
});

it("A12, B11, B18: every file is copied to the other region, between versioned buckets, of which the copy is there first", () => {
  const rules = source.parts("ReplicationConfiguration.Rules");
  expect(rules.map((one) => [one.at("Status"), one.at("Destination.Bucket")])).toEqual([["Enabled", copy.attribute("Arn")]]);
  for (const bucket of [source, copy]) {
    expect(bucket.at("VersioningConfiguration")).toEqual({ Status: "Enabled" });
    expect(production.follow(bucket.at("LoggingConfiguration.DestinationBucketName")).stack).toBe(bucket.stack.replace("files", "base"));
  }
  const role = rolesOf(source);
  expect(source.after.map((one) => [one.type, one.at("RoleName")])).toContainEqual(["AWS::IAM::RolePolicy", role.ref]);
  // A stack that reads another waits for it.
  expect(JSON.stringify(source.value)).toContain(`‹files ${secondary}/`);
  const ofCopy = production.found.filter(({ stack }) => stack === `files ${secondary}`);
  for (const one of ofCopy) expect(JSON.stringify(one.value)).not.toContain(`‹files ${primary}/`);
  expect(copy.at("ReplicationConfiguration")).toBeUndefined();
});

it("A12, B13: the copies are encrypted by the key of their bucket, in their region, and not by one of both regions", () => {
  const [rule] = source.parts("ReplicationConfiguration.Rules");
  expect(rule?.at("SourceSelectionCriteria.SseKmsEncryptedObjects.Status")).toBe("Enabled");
  expect(rule?.at("Destination.EncryptionConfiguration.ReplicaKmsKeyID")).toBe(keyOf(copy).attribute("Arn"));
  expect([keyOf(source).stack, keyOf(copy).stack]).toEqual([source.stack, copy.stack]);
});

it("A12, B14: the role that copies reads and opens the one bucket, and writes and seals the other, and nothing the other way round", () => {
  const grants = grantsOf(production, rolesOf(source));
  const may = (action: string, resource: string) => grants.some((one) => allows(one, action, resource));
  // By its name, since the bucket comes after its role.
  const from = `arn:aws:s3:::${source.at("BucketName")}`;
  const to = copy.attribute("Arn");
  const sourceKey = keyOf(source).attribute("Arn");
  const copyKey = keyOf(copy).attribute("Arn");
  expect([may("s3:GetObjectVersionForReplication", `${from}/a`), may("s3:ReplicateObject", `${to}/a`)]).toEqual([true, true]);
  expect([may("kms:Decrypt", sourceKey), may("kms:Encrypt", copyKey)]).toEqual([true, true]);
  expect([may("s3:ReplicateObject", `${from}/a`), may("s3:GetObjectVersionForReplication", `${to}/a`)]).toEqual([false, false]);
  expect([may("kms:Encrypt", sourceKey), may("kms:Decrypt", copyKey), may("s3:ReplicateDelete", `${to}/a`)]).toEqual([false, false, false]);
});

it("A12 with three regions each of the others gets a copy, by a rule of its own", () => {
  const environments = config.environments.map((one) => ({
    ...one,
    regions: ["eu-west-1" as const, "us-west-2" as const, "sa-east-1" as const],
  }));
  const three = changed({ environments });
  const rules = filesIn(primary, three).parts("ReplicationConfiguration.Rules");
  const copies = [secondary, "sa-east-1"].map((region) => filesIn(region, three));
  expect(rules.map((one) => one.at("Destination.Bucket"))).toEqual(copies.map((one) => one.attribute("Arn")));
  expect(rules.map((one) => one.at("Destination.EncryptionConfiguration.ReplicaKmsKeyID"))).toEqual(
    copies.map((one) => keyOf(one, three).attribute("Arn")),
  );
  // Amazon S3 User Guide, "Replication configuration file elements": ids and priorities are unique.
  for (const field of ["Id", "Priority"]) expect(new Set(rules.map((one) => one.at(field))).size).toBe(2);
  const grants = grantsOf(three, rolesOf(filesIn(primary, three), three));
  for (const one of copies) expect(grants.some((grant) => allows(grant, "s3:ReplicateObject", `${one.attribute("Arn")}/a`))).toBe(true);
});

it("A12 in one region there is one bucket, no copy, and nothing to fail over to", () => {
  const buckets = staging.all("AWS::S3::Bucket").filter(({ stack }) => stack === "files");
  expect(buckets.map((one) => one.at("ReplicationConfiguration"))).toEqual([undefined]);
  const one = staging.one("AWS::CloudFront::Distribution");
  expect(one.at("DistributionConfig.OriginGroups")).toBeUndefined();
  expect(one.parts("DistributionConfig.CacheBehaviors").map((behaviour) => behaviour.at("TargetOriginId"))).toEqual(["files"]);
});
