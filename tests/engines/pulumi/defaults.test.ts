import { expect, it } from "vitest";
import { toldBy } from "../../../generate/told.ts";
import { entries } from "../../../lib/engines/pulumi/catalog/catalog.ts";
import type { Node } from "../../../lib/engines/pulumi/graph.ts";
import { nobody } from "../../../lib/plan/blocks/security-group.ts";
import { type Resource, ref, secretValue } from "../../../lib/plan/template.ts";
import { planOf, resource, stackOf } from "../cdk/plans.ts";
import { captured } from "./programs.ts";

/** A plan's resources that do not say what a row is about, and what must be among what Pulumi is told of them, by suffix of the name. */
interface Case {
  readonly plan: readonly Resource[];
  readonly told: Readonly<Record<string, object>>;
}

/** One resource, and what its own arguments must hold; `undefined` where an argument must be absent. */
const one = (plan: Resource, told: object): Case => ({ plan: [plan], told: { [plan.id]: told } });

const service = resource("Service", "AWS::ECS::Service", { TaskDefinition: "t" });
const fleet = (options = {}) => resource("Fleet", "AWS::AutoScaling::AutoScalingGroup", { MinSize: "1", MaxSize: "2" }, options);
const watched = resource("Fleet", "AWS::AutoScaling::AutoScalingGroup", {
  MinSize: "1",
  MaxSize: "2",
  MetricsCollection: [{ Granularity: "1Minute" }],
});
const instance = { DBInstanceIdentifier: "shop", DBInstanceClass: "db.t4g.micro" };
const database = (options = {}) => resource("Database", "AWS::RDS::DBInstance", instance, options);
const group = resource("Group", "AWS::ElasticLoadBalancingV2::TargetGroup", { Name: "shop" });
const secret = resource(
  "Secret",
  "AWS::SecretsManager::Secret",
  { Name: "shop", GenerateSecretString: { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: "password" } },
  { keep: "retain" },
);
const distribution = resource("Edge", "AWS::CloudFront::Distribution", {
  DistributionConfig: {
    Enabled: true,
    Origins: [{ Id: "o", DomainName: "shop.example.com", CustomOriginConfig: { OriginProtocolPolicy: "https-only" } }],
    DefaultCacheBehavior: { TargetOriginId: "o", ViewerProtocolPolicy: "https-only" },
    CacheBehaviors: [{ PathPattern: "/files/*", TargetOriginId: "o", ViewerProtocolPolicy: "https-only" }],
  },
});

const cases: Readonly<Record<string, Case>> = {
  "AWS::AutoScaling::AutoScalingGroup healthCheckGracePeriod": one(fleet(), { healthCheckGracePeriod: 0 }),
  "AWS::AutoScaling::AutoScalingGroup enabledMetrics": {
    plan: [{ ...watched, id: "Watched" }, fleet()],
    told: {
      Watched: {
        metricsGranularity: "1Minute",
        enabledMetrics: expect.arrayContaining([
          "GroupDesiredCapacity",
          "GroupInServiceInstances",
          "GroupTerminatingCapacity",
          "WarmPoolWarmedCapacity",
          "GroupAndWarmPoolTotalCapacity",
        ]),
      },
      Fleet: { enabledMetrics: undefined },
    },
  },
  "AWS::AutoScaling::AutoScalingGroup waitForCapacityTimeout": one(fleet(), { waitForCapacityTimeout: "0" }),
  "AWS::AutoScaling::AutoScalingGroup instanceRefresh": {
    plan: [{ ...fleet({ refresh: { minHealthy: 100, maxHealthy: 150, warmup: 60 } }), id: "Follows" }, fleet()],
    told: {
      Follows: {
        instanceRefresh: {
          strategy: "Rolling",
          preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 150, instanceWarmup: "60", skipMatching: true },
        },
      },
      Fleet: { instanceRefresh: undefined },
    },
  },
  "AWS::Backup::BackupVault forceDestroy": emptied("AWS::Backup::BackupVault", { BackupVaultName: "shop" }),
  "AWS::S3::Bucket filter.prefix": {
    plan: [
      resource("Files", "AWS::S3::Bucket", {
        BucketName: "files",
        LifecycleConfiguration: {
          Rules: [
            { Id: "all", Status: "Enabled", ExpirationInDays: 9 },
            { Id: "some", Status: "Enabled", ExpirationInDays: 9, Prefix: "logs/" },
          ],
        },
      }),
    ],
    told: { "Files-BucketLifecycleConfiguration": { rules: [{ filter: { prefix: "" } }, { filter: { prefix: "logs/" } }] } },
  },
  "AWS::S3::Bucket forceDestroy": emptied("AWS::S3::Bucket", { BucketName: "shop" }),
  "AWS::Route53::HostedZone forceDestroy": emptied("AWS::Route53::HostedZone", { Name: "shop.example.com" }),
  "AWS::Route53::HostedZone comment": one(resource("Zone", "AWS::Route53::HostedZone", { Name: "shop.example.com" }), { comment: "" }),
  "AWS::CertificateManager::Certificate validation": {
    plan: [
      resource("Certificate", "AWS::CertificateManager::Certificate", {
        DomainName: "shop.example.com",
        ValidationMethod: "DNS",
        DomainValidationOptions: [{ DomainName: "shop.example.com", HostedZoneId: "Z1" }],
      }),
    ],
    told: {
      "Certificate-Proof0": { zoneId: "Z1", allowOverwrite: true, name: expect.stringMatching(/resourceRecordName/) },
      "Certificate-Issued": { certificateArn: expect.stringMatching(/arn⟧$/), validationRecordFqdns: [expect.stringMatching(/fqdn⟧$/)] },
    },
  },
  "AWS::CloudFront::Distribution cachedMethods": one(distribution, {
    defaultCacheBehavior: { cachedMethods: ["GET", "HEAD"] },
    orderedCacheBehaviors: [{ cachedMethods: ["GET", "HEAD"] }],
  }),
  "AWS::CloudFront::Distribution httpVersion": one(distribution, { httpVersion: "http1.1" }),
  "AWS::CloudFront::Distribution restrictions": one(distribution, { restrictions: { geoRestriction: { restrictionType: "none" } } }),
  "AWS::CloudFront::Distribution viewerCertificate": one(distribution, { viewerCertificate: { cloudfrontDefaultCertificate: true } }),
  "AWS::CloudFront::OriginAccessControl description": one(
    resource("Access", "AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: { Name: "shop", OriginAccessControlOriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4" },
    }),
    { description: "" },
  ),
  "AWS::CloudFront::VpcOrigin httpPort": one(
    resource("Origin", "AWS::CloudFront::VpcOrigin", { VpcOriginEndpointConfig: { Name: "shop", Arn: "lb" } }),
    { vpcOriginEndpointConfig: { httpPort: 80 } },
  ),
  "AWS::EC2::SecurityGroup egress": one(
    resource("Group", "AWS::EC2::SecurityGroup", { GroupDescription: "Of the shop", SecurityGroupEgress: [nobody] }),
    { egress: undefined, description: "Of the shop" },
  ),
  "AWS::ECS::Service desiredCount": one(service, { desiredCount: 1 }),
  "AWS::ECS::Service customTimeouts": {
    plan: [service, group],
    told: { Service: { customTimeouts: { create: "3h", update: "3h", delete: "1h" } }, Group: { customTimeouts: undefined } },
  },
  "AWS::ECS::Service waitForSteadyState": one(service, { waitForSteadyState: true }),
  "AWS::ECS::Service waitForSteadyState of a service that ECS does not deploy": one(
    resource("Service", "AWS::ECS::Service", { TaskDefinition: "t", DeploymentController: { Type: "CODE_DEPLOY" } }),
    { waitForSteadyState: false },
  ),
  "AWS::ElasticLoadBalancingV2::TargetGroup healthCheck.healthyThreshold": one(group, { healthCheck: { healthyThreshold: 5 } }),
  "AWS::ElasticLoadBalancingV2::TargetGroup healthCheck.unhealthyThreshold": one(group, { healthCheck: { unhealthyThreshold: 2 } }),
  "AWS::RDS::DBInstance applyImmediately": one(database(), { applyImmediately: true }),
  "AWS::RDS::DBInstance customTimeouts": one(database(), { customTimeouts: { create: "6h", update: "6h", delete: "6h" } }),
  "AWS::RDS::DBInstance backupRetentionPeriod": one(database(), { backupRetentionPeriod: 1 }),
  "AWS::RDS::DBInstance backupRetentionPeriod of a replica": {
    plan: [resource("Replica", "AWS::RDS::DBInstance", { ...instance, SourceDBInstanceIdentifier: "arn:aws:rds:eu-west-1:1:db:shop" })],
    told: { Replica: { backupRetentionPeriod: 0 } },
  },
  "AWS::RDS::DBInstance skipFinalSnapshot": one(database(), { skipFinalSnapshot: true, finalSnapshotIdentifier: undefined }),
  "AWS::RDS::DBInstance finalSnapshotIdentifier": one(database({ keep: "snapshot" }), {
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: expect.stringMatching(/^shop-final-⟦\d+\.hex⟧$/),
  }),
  "AWS::RDS::DBInstance password": {
    plan: [
      secret,
      resource("Database", "AWS::RDS::DBInstance", {
        ...instance,
        MasterUsername: secretValue(secret, "username"),
        MasterUserPassword: secretValue(secret, "password"),
      }),
    ],
    told: { Database: { username: "app", password: { $secret: expect.any(String) } } },
  },
  "AWS::RDS::DBParameterGroup applyMethod": one(
    resource("Parameters", "AWS::RDS::DBParameterGroup", {
      Family: "mysql8.4",
      Description: "TLS",
      Parameters: { require_secure_transport: "1" },
    }),
    { parameters: [{ name: "require_secure_transport", value: "1", applyMethod: "pending-reboot" }] },
  ),
  "AWS::Route53::RecordSet evaluateTargetHealth": one(
    resource("Record", "AWS::Route53::RecordSet", {
      HostedZoneId: "Z1",
      Name: "shop.example.com",
      Type: "A",
      AliasTarget: { DNSName: "lb", HostedZoneId: "Z2" },
    }),
    { aliases: [{ evaluateTargetHealth: false }] },
  ),
  "AWS::SQS::Queue maxMessageSize": one(resource("Queue", "AWS::SQS::Queue", { QueueName: "shop" }), { maxMessageSize: 1_048_576 }),
  "AWS::SecretsManager::Secret recoveryWindowInDays": {
    plan: [secret, { ...secret, id: "Gone", keep: "destroy" }],
    told: { Secret: { recoveryWindowInDays: undefined }, Gone: { recoveryWindowInDays: 0 } },
  },
  "AWS::SecretsManager::Secret secretString": {
    plan: [secret],
    told: {
      "Secret-Password": { length: 32, special: true, minUpper: 1, minSpecial: 1 },
      "Secret-First": { secretString: { $secret: expect.any(String) } },
    },
  },
};

/** What is emptied where it goes with its stack, and never where it is kept. */
function emptied<T extends "AWS::Backup::BackupVault" | "AWS::S3::Bucket" | "AWS::Route53::HostedZone">(
  type: T,
  properties: Resource<T>["properties"],
): Case {
  return {
    plan: [resource("Goes", type, properties), resource("Stays", type, properties, { keep: "retain" })],
    told: { Goes: { forceDestroy: true }, Stays: { forceDestroy: false } },
  };
}

function made(resources: readonly Node[], suffix: string): Node {
  const found = resources.find(({ name }) => name === `shop-test-all-${suffix}`);
  if (!found) throw new Error(`the program makes no ${suffix}`);
  return found;
}

const absent = (args: object) => Object.fromEntries(Object.keys(args).map((name) => [name, undefined]));

const rows = new Map(entries.flatMap(toldBy).map((told) => [`${told.type} ${told.name}`, told]));

it("every difference that the catalog makes up for has its source, and is looked at in a captured program", () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(cases).sort());
  expect([...rows].filter(([, { source }]) => source === "").map(([name]) => name)).toEqual([]);
});

it.each(Object.entries(cases))("B17 X02 Pulumi is told what CloudFormation does by itself: %s", async (_name, { plan, told }) => {
  const { resources } = await captured(planOf(stackOf("all", plan)));
  for (const [suffix, args] of Object.entries(told)) {
    const { inputs, customTimeouts } = made(resources, suffix);
    expect({ ...absent(args), ...inputs, customTimeouts }).toMatchObject(args);
  }
});

it("B16 no later run puts back the first version of a generated secret, which rotation has replaced", async () => {
  const { resources } = await captured(planOf(stackOf("all", [secret])));
  const version = resources.find(({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion");
  expect([version?.ignoreChanges, version?.secrets]).toEqual([["secretString", "versionStages"], ["secretString"]]);
});

it("what uses a certificate waits until it is issued", async () => {
  const [certificate] = cases["AWS::CertificateManager::Certificate validation"]?.plan ?? [];
  if (!certificate) throw new Error("the certificate is planned above");
  const listener = resource("Listener", "AWS::ElasticLoadBalancingV2::Listener", {
    LoadBalancerArn: "lb",
    DefaultActions: [],
    Certificates: [{ CertificateArn: ref(certificate) }],
  });
  const { resources } = await captured(planOf(stackOf("all", [listener, certificate])));
  expect(made(resources, "Listener").dependencies).toContain(made(resources, "Certificate-Issued").urn);
});
