import { expect, it } from "vitest";
import { buildPlan } from "../../../lib/plan/build.ts";
import { allows, grantsOf } from "../policies.ts";
import type { Found, Templates } from "../template.ts";
import { both, config, configured, planned, production } from "./plans.ts";

const encryption = "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault";
const bucketOf = (templates: Templates, id: string): Found => templates.one("AWS::S3::Bucket", (one) => one.id === id);

it.each(both)("B11 releases are copied to a bucket of another region, encrypted again with the key there (%s)", (_name, templates) => {
  const source = bucketOf(templates, "StorageReleasesBucket");
  const copy = bucketOf(templates, "StorageReplicaBucket");
  const [rule] = source.parts("ReplicationConfiguration.Rules");
  expect(rule?.at("Status")).toBe("Enabled");
  // What is deleted by mistake stays in the copy.
  expect(rule?.at("DeleteMarkerReplication.Status")).toBe("Disabled");
  // Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys": the rights of the copying role count on them.
  for (const bucket of [source, copy])
    expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled")).toBe(true);
  expect(rule?.at("Destination.Bucket")).toBe(copy.attribute("Arn"));
  // Amazon S3 User Guide, "Replicating encrypted objects": both are needed for objects under KMS keys.
  expect(rule?.at("SourceSelectionCriteria.SseKmsEncryptedObjects.Status")).toBe("Enabled");
  const key = templates.follow(rule?.at("Destination.EncryptionConfiguration.ReplicaKmsKeyID"));
  expect([key.type, key.stack]).toEqual(["AWS::KMS::Key", copy.stack]);
  for (const one of [source, copy]) {
    expect(one.at("VersioningConfiguration.Status")).toBe("Enabled");
    expect(one.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm")).toBe("aws:kms");
    expect(one.at("PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(one.at("OwnershipControls.Rules.0.ObjectOwnership")).toBe("BucketOwnerEnforced");
    const policy = templates.one("AWS::S3::BucketPolicy", (other) => other.at("Bucket") === one.ref);
    expect(policy.parts("PolicyDocument.Statement").map((said) => said.at("Sid"))).toEqual(
      expect.arrayContaining(["RefuseWithoutTls", "RefuseOtherEncryption"]),
    );
  }
});

it.each(both)(
  "B11 B18 the role that copies may do so and no more, and has its rights before the bucket copies (%s)",
  (_name, templates) => {
    const source = bucketOf(templates, "StorageReleasesBucket");
    const role = templates.follow(source.at("ReplicationConfiguration.Role"));
    expect(source.after.map((one) => one.at("RoleName"))).toContain(role.ref);
    const grants = grantsOf(templates, role);
    const may = (action: string, resource: string): boolean => grants.some((one) => allows(one, action, resource));
    const from = `arn:aws:s3:::${source.text("BucketName")}`;
    const to = bucketOf(templates, "StorageReplicaBucket").attribute("Arn");
    expect([
      may("s3:GetObjectVersionForReplication", `${from}/x`),
      may("s3:ReplicateObject", `${to}/x`),
      may("s3:ListBucket", from),
    ]).toEqual([true, true, true]);
    expect([may("s3:ReplicateDelete", `${to}/x`), may("s3:DeleteObject", `${from}/x`), may("s3:ReplicateObject", `${from}/x`)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(
      may(
        "kms:Decrypt",
        String(source.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID")),
      ),
    ).toBe(true);
  },
);

it("B11 old versions and unfinished uploads go, and releases and their copies as soon as the configuration says", () => {
  const kept = (storage: { readonly replica: "us-west-2"; readonly keep?: number }) =>
    ["StorageReleasesBucket", "StorageReplicaBucket"].map(
      (id) => bucketOf(planned({ storage }), id).parts("LifecycleConfiguration.Rules")[0]?.value,
    );
  for (const rule of kept({ replica: "us-west-2", keep: 400 }))
    expect(rule).toMatchObject({
      Status: "Enabled",
      ExpirationInDays: 400,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    });
  for (const rule of kept({ replica: "us-west-2" })) expect(rule).not.toHaveProperty("ExpirationInDays");
});

it("B11 B18 the copy's stack is planned first, in the region that is configured", () => {
  const regions = (replica: "us-west-2" | "eu-west-1") =>
    buildPlan(configured({ storage: { replica } }), "production").stacks.map(({ part, region }) => [part, region]);
  for (const replica of ["us-west-2", "eu-west-1"] as const) {
    const order = regions(replica);
    expect(order).toContainEqual(["replica", replica]);
    expect(order.findIndex(([part]) => part === "replica")).toBeLessThan(order.findIndex(([part]) => part === "base"));
  }
  expect(
    planned({ storage: {} })
      .one("AWS::S3::Bucket", (one) => one.id === "StorageReleasesBucket")
      .at("ReplicationConfiguration"),
  ).toBeUndefined();
});

it.each(both)("B13 there is a key for each purpose, with rotation and an alias (%s)", (_name, templates) => {
  const keys = templates.all("AWS::KMS::Key").filter((one) => one.stack === "base");
  expect(keys.map((one) => one.id.replace(/^Encryption|Key$/g, ""))).toEqual(["Logs", "Notices", "Data", "Secrets", "Volumes", "Releases"]);
  for (const key of templates.all("AWS::KMS::Key")) {
    expect(key.at("EnableKeyRotation")).toBe(true);
    expect(templates.all("AWS::KMS::Alias").filter((one) => one.at("TargetKeyId") === key.ref)).toHaveLength(1);
  }
});

it.each(both)("B13 each key is used for what it is named for (%s)", (_name, templates) => {
  const keyOf = (value: unknown): string => templates.follow(value).id.replace(/^Encryption|Key$/g, "");
  const database = templates.one("AWS::RDS::DBInstance");
  expect(keyOf(database.at("PerformanceInsightsKMSKeyId"))).toBe("Data");
  expect(keyOf(templates.one("AWS::SecretsManager::Secret").at("KmsKeyId"))).toBe("Secrets");
  for (const template of templates.all("AWS::EC2::LaunchTemplate"))
    expect(keyOf(template.at("LaunchTemplateData.BlockDeviceMappings.0.Ebs.KmsKeyId"))).toBe("Volumes");
  for (const log of templates.all("AWS::Logs::LogGroup")) expect(keyOf(log.at("KmsKeyId"))).toBe("Logs");
  const sealed = (bucket: string) => bucketOf(templates, bucket).at(`${encryption}.KMSMasterKeyID`);
  expect(keyOf(sealed("StorageReleasesBucket"))).toBe("Releases");
  expect(keyOf(sealed("StorageReplicaBucket"))).toBe("Replica");
  expect(templates.all("AWS::SNS::Topic").map((one) => keyOf(one.at("KmsMasterKeyId")))).toEqual(["Notices", "HealthNotices"]);
});

it.each(both)("B19 the stacks have at least 60 outputs, each named once in its stack (%s)", (name) => {
  const { stacks } = buildPlan(config, name);
  const outputs = stacks.flatMap((stack) => stack.outputs.map((output) => `${stack.name}/${output.name}`));
  expect(new Set(outputs).size).toBeGreaterThanOrEqual(60);
  expect(new Set(outputs).size).toBe(outputs.length);
});

it("B19 what releases, tests and people look for is among them", () => {
  const wanted = `VpcId PublicSubnet1Id PrivateSubnet2Id IsolatedSubnet1Id BalancerGroupId AppGroupId DatabaseGroupId ProxyGroupId DatabaseEndpoint
    DatabasePort DatabaseSecretArn ZoneId EntryHealthCheckId ReplicaBucketName BalancerArn BalancerDnsName ProductionListenerArn
    TestListenerArn SplitRuleArn BlueTargetGroupArn GreenTargetGroupArn BlueFleetName GreenFleetName DataKeyArn DataKeyAlias TopicArn DashboardName
    AlarmsBlueErrorsName AlarmsDatabaseStorageAlarmName InstanceRoleArn Phase Weight LedgerTable CertificateArn ProxyEndpoint`;
  for (const name of wanted.split(/\s+/)) expect(production.output(name)).toBeDefined();
});

it("C14 A08 everything is tagged and named for its environment", () => {
  const untagged = production.found.filter((one) => one.at("Tags") !== undefined && !JSON.stringify(one.at("Tags")).includes("fulfilment"));
  expect(untagged.map(({ id }) => id)).toEqual([]);
});
