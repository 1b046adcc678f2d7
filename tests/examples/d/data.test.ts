import { expect, it } from "vitest";
import { statementsOf } from "../policies.ts";
import { ends, type Found, type Templates } from "../template.ts";
import { both, production, staging } from "./plans.ts";

const bucketsOf = (templates: Templates): readonly Found[] => templates.all("AWS::S3::Bucket");
const artifactsOf = (templates: Templates): Found =>
  templates.follow(templates.one("AWS::CodePipeline::Pipeline").at("ArtifactStores.0.ArtifactStore.Location"));

const policyOf = (templates: Templates, bucket: Found) =>
  statementsOf(
    templates.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === bucket.ref),
    "PolicyDocument",
  );

const encryptionOf = (bucket: Found): unknown =>
  bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault");

it.each(both)("C13 no bucket has ACLs or can be made public (%s)", (_name, templates) => {
  expect(bucketsOf(templates)).toHaveLength(2);
  for (const bucket of bucketsOf(templates)) {
    expect(bucket.at("OwnershipControls")).toEqual({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] });
    expect(bucket.at("AccessControl")).toBeUndefined();
    // Amazon S3 User Guide, "Blocking public access": all four, or one way stays open.
    expect(bucket.at("PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
});

it.each(both)("C13 every bucket refuses requests without TLS, to itself and to its objects (%s)", (_name, templates) => {
  for (const bucket of bucketsOf(templates)) {
    const refusing = policyOf(templates, bucket).filter((one) => one.effect === "Deny" && one.everyone && one.actions.includes("s3:*"));
    expect(refusing.map((one) => [one.resources, one.condition])).toEqual([
      [[bucket.attribute("Arn"), `${bucket.attribute("Arn")}/*`], { Bool: { "aws:SecureTransport": "false" } }],
    ]);
  }
});

it.each(both)("C13 artifacts are sealed with the pipeline's key, and with another one refused (%s)", (_name, templates) => {
  const bucket = artifactsOf(templates);
  const key = templates.one("AWS::CodePipeline::Pipeline").at("ArtifactStores.0.ArtifactStore.EncryptionKey.Id");
  expect(encryptionOf(bucket)).toEqual({ SSEAlgorithm: "aws:kms", KMSMasterKeyID: key });
  const refusing = policyOf(templates, bucket).filter((one) => one.effect === "Deny" && one.actions.includes("s3:PutObject"));
  expect(refusing).toMatchObject([
    {
      everyone: true,
      resources: [`${bucket.attribute("Arn")}/*`],
      // A request that names no encryption gets the bucket's.
      condition: {
        Null: { "s3:x-amz-server-side-encryption": "false" },
        StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key },
      },
    },
  ]);
});

it.each(both)("B11 every bucket is versioned and encrypted, and loses old versions and abandoned uploads (%s)", (_name, templates) => {
  for (const bucket of bucketsOf(templates)) {
    expect(bucket.at("VersioningConfiguration.Status")).toBe("Enabled");
    expect(encryptionOf(bucket)).toBeDefined();
    const rules = bucket.parts("LifecycleConfiguration.Rules").filter((one) => one.at("Status") === "Enabled");
    expect(rules.some((one) => one.number("AbortIncompleteMultipartUpload.DaysAfterInitiation") > 0)).toBe(true);
    expect(rules.some((one) => one.number("NoncurrentVersionExpiration.NoncurrentDays") > 0)).toBe(true);
    expect(rules.some((one) => one.number("ExpirationInDays") > 0)).toBe(true);
  }
});

it.each(both)(
  "A14 images are private, encrypted with a key of the plan, scanned on push, and go when no release can want them (%s)",
  (_name, templates) => {
    const registry = templates.one("AWS::ECR::Repository");
    expect(registry.at("ImageScanningConfiguration")).toEqual({ ScanOnPush: true });
    expect(registry.at("EncryptionConfiguration.EncryptionType")).toBe("KMS");
    expect(registry.at("EncryptionConfiguration.KmsKey")).toBe(
      templates.follow(registry.at("EncryptionConfiguration.KmsKey")).attribute("Arn"),
    );
    expect(registry.at("RepositoryPolicyText")).toBeUndefined();
    const { rules } = JSON.parse(registry.text("LifecyclePolicy.LifecyclePolicyText"));
    const kinds = rules.map((one: { selection: { tagStatus: string }; action: { type: string } }) => [
      one.selection.tagStatus,
      one.action.type,
    ]);
    // Amazon ECR User Guide, "Lifecycle policy properties": a rule for any image comes last.
    expect(kinds).toEqual([
      ["untagged", "expire"],
      ["any", "expire"],
    ]);
    const priorities = rules.map((one: { rulePriority: number }) => one.rulePriority);
    expect(priorities).toEqual([...priorities].sort((a: number, b: number) => a - b));
  },
);

it.each(both)("A14 a tag keeps its image, but for the cache of the build (%s)", (_name, templates) => {
  const registry = templates.one("AWS::ECR::Repository");
  expect(registry.at("ImageTagMutability")).toBe("IMMUTABLE_WITH_EXCLUSION");
  expect(registry.at("ImageTagMutabilityExclusionFilters")).toEqual([
    { ImageTagMutabilityExclusionFilterType: "WILDCARD", ImageTagMutabilityExclusionFilterValue: "cache*" },
  ]);
});

it.each(both)("A14 the tasks run images of this registry, which their role may pull (%s)", (_name, templates) => {
  const image = templates.one("AWS::ECS::TaskDefinition").text("ContainerDefinitions.0.Image");
  expect(image).toMatch(/:seed$/);
  expect(templates.follow(image.replace(/:seed$/, "")).type).toBe("AWS::ECR::Repository");
});

/** What loses data or keys when it goes. */
const holdsData = [
  "AWS::CodeCommit::Repository",
  "AWS::DynamoDB::Table",
  "AWS::ECR::Repository",
  "AWS::KMS::Key",
  "AWS::Logs::LogGroup",
  "AWS::Route53::HostedZone",
  "AWS::S3::Bucket",
];
const holding = (templates: Templates): readonly Found[] => templates.found.filter((one) => holdsData.includes(one.type));

it("D10 in production everything that holds data outlives its stack", () => {
  expect(holding(production).length).toBeGreaterThan(12);
  for (const one of holding(production)) expect([one.id, one.deletion, one.replacement]).toEqual([one.id, ...ends.kept]);
});

it("D10 elsewhere everything goes with its stack, but for the source", () => {
  for (const one of holding(staging)) {
    const wanted = one.type === "AWS::CodeCommit::Repository" ? ends.kept : ends.gone;
    expect([one.id, one.deletion, one.replacement]).toEqual([one.id, ...wanted]);
  }
});

it("D10 outside production a registry with images can be deleted, and so can table, balancer and keys", () => {
  const registry = (templates: Templates) => templates.one("AWS::ECR::Repository").at("EmptyOnDelete");
  expect([registry(staging), registry(production)]).toEqual([true, false]);
  const table = (templates: Templates) => templates.one("AWS::DynamoDB::Table").at("DeletionProtectionEnabled");
  expect([table(staging), table(production)]).toEqual([false, true]);
  const window = (templates: Templates) => templates.all("AWS::KMS::Key").map((one) => one.number("PendingWindowInDays"));
  // AWS KMS API reference, ScheduleKeyDeletion: from 7 to 30 days.
  expect([new Set(window(staging)), new Set(window(production))]).toEqual([new Set([7]), new Set([30])]);
});
