import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Config } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { physicalName } from "../../lib/plan/physical-name.ts";
import type { Resource, Stack, Type } from "../../lib/plan/template.ts";
import type { Context } from "./conditions.ts";
import { evaluate } from "./evaluate.ts";
import { wrongCall } from "./reference.ts";
import { isOf, resolve } from "./resolve.ts";
import type { Call } from "./roles.ts";

const exampleOf = (folder: string) => loadConfig(path.join(import.meta.dirname, "../../examples", folder));
const [a, b, c] = await Promise.all(["a-multi-region-containers", "b-dev-to-production", "c-pulumi-pipeline"].map(exampleOf));
if (!a || !b || !c) throw new Error("three systems were asked for");
const { workflow } = a.config;
if (!workflow) throw new Error("A has a workflow");
const long = { project: "company-shop-of-northern-regions" };

/** A role that deploys, with the stacks that it deploys. */
interface Deploy {
  readonly title: string;
  readonly region: string;
  readonly account: string;
  readonly stacks: readonly Stack[];
  may(call: Call): boolean;
}

function deployOf(title: string, config: Config, environment: string, region: string, more: readonly string[] = []): Deploy {
  const { stacks } = buildPlan(config, environment);
  const way = stacks.find((one) => one.region === region && (one.part === "access" || one.part === "github"));
  const policy = way?.resources.filter(isOf("AWS::IAM::RolePolicy")).find(({ id }) => id.endsWith("DeployPolicy"));
  if (!way || !policy) throw new Error(`nobody deploys ${environment} in ${region}`);
  const identity = [resolve({ environment, stacks: [way] }).policy(way, policy.properties.PolicyDocument)];
  const caller = { arn: `arn:aws:iam::${way.account}:role/deploys` };
  return {
    title,
    region,
    account: way.account,
    stacks: stacks.filter((one) => one.part !== way.part && [region, ...more].includes(one.region)),
    may: (call) => evaluate({ ...call, caller, context: call.context ?? {} }, { identity }) === "allowed",
  };
}

const frankfurt = deployOf("C, Frankfurt", c.config, "frankfurt", "eu-central-1");
const virginia = deployOf("C, Virginia", c.config, "virginia", "us-east-1");
const fleets = { ...b.config, workflow };
const deploys = [
  deployOf("A, primary", a.config, "production", "eu-west-1", ["us-east-1"]),
  deployOf("A, staging", a.config, "staging", "eu-west-1", ["us-east-1"]),
  deployOf("A, secondary", a.config, "production", "us-west-2"),
  deployOf("A, with a long name", { ...a.config, ...long }, "production", "eu-west-1", ["us-east-1"]),
  deployOf("B, if a workflow deployed it", fleets, "production", "us-east-1", ["us-west-2"]),
  frankfurt,
  virginia,
  deployOf("C, with a long name", { ...c.config, ...long }, "frankfurt", "eu-central-1"),
];

const resourcesOf = ({ stacks }: Deploy): readonly Resource[] => stacks.flatMap(({ resources }) => resources);
const arnIn = ({ account }: Deploy, kind: string, one: Resource): string => `arn:aws:iam::${account}:${kind}/${physicalName(one)}`;
const on = (resource: string, actions: readonly string[], context?: Context): Call[] =>
  actions.map((action) => ({ action, resource, ...(context && { context }) }));

const global = "us-east-1";
const call = (action: string, region: string): Call => ({ action, resource: "*", context: { "aws:RequestedRegion": region } });

/** What making a resource of a type takes, for the types whose region matters most. */
const samples: Partial<Record<Type, readonly string[]>> = {
  "AWS::Backup::BackupVault": ["backup:CreateBackupVault", "backup-storage:MountCapsule"],
  "AWS::CertificateManager::Certificate": ["acm:RequestCertificate"],
  "AWS::EC2::VPC": ["ec2:CreateVpc"],
  "AWS::ECS::Service": ["ecs:CreateService"],
  "AWS::KMS::Key": ["kms:CreateKey"],
  "AWS::Logs::LogGroup": ["logs:CreateLogGroup"],
  "AWS::RDS::DBInstance": ["rds:CreateDBInstance"],
  "AWS::S3::Bucket": ["s3:CreateBucket"],
  "AWS::WAFv2::WebACL": ["wafv2:CreateWebACL"],
};

const servicesOf = ({ properties }: Resource<"AWS::IAM::Role">): readonly string[] =>
  properties.AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) =>
    typeof Principal === "object" ? [Principal.Service].flat() : [],
  ).filter((one) => typeof one === "string");

describe.each(deploys)("what deploys $title", (deploy) => {
  const roles = resourcesOf(deploy).filter(isOf("AWS::IAM::Role"));
  const profiles = resourcesOf(deploy).filter(isOf("AWS::IAM::InstanceProfile"));
  const managed = roles.flatMap((one) => (one.properties.ManagedPolicyArns ?? []).map((policy) => ({ role: one, policy: String(policy) })));
  const attaches = managed.flatMap(({ role, policy }) =>
    on(arnIn(deploy, "role", role), ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], { "iam:PolicyARN": policy }),
  );
  const calls = [
    ...roles.flatMap((one) => on(arnIn(deploy, "role", one), ["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRole"])),
    ...attaches,
    ...profiles.flatMap((one) =>
      on(arnIn(deploy, "instance-profile", one), [
        "iam:CreateInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:DeleteInstanceProfile",
      ]),
    ),
  ];

  it("C04, A03: makes every role of its stacks, with their managed policies, and every instance profile", async () => {
    expect(calls.filter((call) => !deploy.may(call))).toEqual([]);
    const wrong = await Promise.all(calls.map(({ action, resource }) => wrongCall(action, resource)));
    expect(wrong.filter((one) => one !== undefined)).toEqual([]);
  });

  it("C04, A03: passes every role on to the service that takes it on, and to no other", () => {
    const passes = (one: Resource<"AWS::IAM::Role">, service: string): boolean =>
      deploy.may({ action: "iam:PassRole", resource: arnIn(deploy, "role", one), context: { "iam:PassedToService": service } });
    expect(roles.filter((one) => !servicesOf(one).every((service) => passes(one, service)))).toEqual([]);
    expect(roles.filter((one) => passes(one, "cloudformation.amazonaws.com"))).toEqual([]);
  });

  it("C04, A03: touches no role or profile whose name only begins like one of the plan's, and gives no other policy", () => {
    const names = (name: string) => [`${name}s`, name.slice(0, -1), `${name.split("-")[0]}-other`];
    const others = calls.flatMap((call) => {
      const [kind = "", name = ""] = call.resource.split("/");
      return names(name).map((other) => ({ ...call, resource: `${kind}/${other}` }));
    });
    const administrators = attaches.map((call) => ({
      ...call,
      context: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
    }));
    expect([...others, ...administrators].filter(deploy.may)).toEqual([]);
  });

  it("C04, A03: makes what each stack holds in the region of the stack, and vaults with what they take besides", () => {
    const needed = deploy.stacks.flatMap(({ region, resources }) =>
      resources.flatMap(({ type }) => (samples[type] ?? []).map((action) => call(action, region))),
    );
    expect(needed.length).toBeGreaterThan(0);
    expect(needed.filter((one) => !deploy.may(one))).toEqual([]);
  });

  // IAM User Guide, "AWS: Denies access to AWS based on the requested Region": every request to these is one to the global region.
  it("C04, A03: works on names and on CloudFront where AWS takes such requests, if its stacks have any", () => {
    const types = resourcesOf(deploy).map(({ type }) => type);
    const has = ["Route53", "CloudFront"].filter((service) => types.some((type) => type.startsWith(`AWS::${service}::`)));
    const tags = has.map((service) => call(`${service.toLowerCase()}:ListTagsForResource`, global));
    expect(tags.filter((one) => !deploy.may(one))).toEqual([]);
  });

  it("C04, A03: makes in the global region only what has no other, and what a stack there holds", () => {
    const there = new Set(
      deploy.stacks.filter(({ region }) => region === global).flatMap(({ resources }) => resources.map(({ type }) => type)),
    );
    const absent = Object.entries(samples).filter(([type]) => ![...there].some((one) => one.split("::")[1] === type.split("::")[1]));
    const allowed = absent.flatMap(([, actions]) => actions.map((action) => call(action, global))).filter(deploy.may);
    expect(allowed.filter(({ action }) => !/^(route53|cloudfront):/.test(action))).toEqual([]);
    expect(deploy.may(call("ec2:CreateVpc", "ap-south-1"))).toBe(false);
  });
});

const named = (title: string): Deploy => {
  const found = deploys.find((one) => one.title === title);
  if (!found) throw new Error(`nobody deploys ${title}`);
  return found;
};

it("A03, A12: the deploy of the secondary region asks the primary one for the copies that it makes, and for nothing else", () => {
  const { may } = named("A, secondary");
  // AWS KMS API reference, ReplicateKey; Amazon RDS User Guide, "Requesting a cross-Region read replica".
  expect(["kms:ReplicateKey", "rds:CreateDBInstanceReadReplica"].filter((action) => !may(call(action, "eu-west-1")))).toEqual([]);
  const more = ["kms:Decrypt", "kms:ScheduleKeyDeletion", "rds:DeleteDBInstance", "rds:ModifyDBInstance", "s3:DeleteBucket"];
  expect(more.filter((action) => may(call(action, "eu-west-1")))).toEqual([]);
});

it("A03: the deploy of the secondary region proves in DNS that the domain of its certificate is the team's, and changes no zone", () => {
  const { may } = named("A, secondary");
  const proves = ["ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListResourceRecordSets"];
  expect(proves.filter((action) => !may(call(`route53:${action}`, global)))).toEqual([]);
  const more = ["CreateHostedZone", "DeleteHostedZone", "AssociateVPCWithHostedZone"];
  expect(more.filter((action) => may(call(`route53:${action}`, global)))).toEqual([]);
});

it("A03, A10: the deploy of the primary region seals the copies of the secrets in the other one, and does nothing else there", () => {
  const { may } = named("A, primary");
  // AWS Secrets Manager API reference, ReplicateSecretToRegions.
  expect(["kms:Encrypt", "kms:GenerateDataKey"].filter((action) => !may(call(action, "us-west-2")))).toEqual([]);
  const more = ["kms:Decrypt", "kms:CreateKey", "secretsmanager:GetSecretValue", "s3:CreateBucket", "ec2:CreateVpc"];
  expect(more.filter((action) => may(call(action, "us-west-2")))).toEqual([]);
});

it("A03, X06: the deploy of either region reads and locks the ledger of the other, whose key it opens for that alone", () => {
  for (const [title, region] of [
    ["A, secondary", "eu-west-1"],
    ["A, primary", "us-west-2"],
  ] as const) {
    const { may } = named(title);
    expect(["dynamodb:Query", "dynamodb:PutItem"].filter((action) => !may(call(action, region)))).toEqual([]);
    const through = (service: string) => ({
      ...call("kms:Decrypt", region),
      context: { ...call("kms:Decrypt", region).context, "kms:ViaService": `${service}.${region}.amazonaws.com` },
    });
    expect([may(through("dynamodb")), may(through("secretsmanager"))]).toEqual([true, false]);
    expect(["dynamodb:DeleteTable", "dynamodb:DeleteItem"].filter((action) => may(call(action, region)))).toEqual([]);
  }
});

it("C10: a stage's deploy changes nothing in the region of another stage of its account", () => {
  expect(frankfurt.account).toBe(virginia.account);
  const regional = ["ec2:DeleteVpc", "ecs:UpdateService", "kms:ScheduleKeyDeletion", "s3:DeleteBucket", "dynamodb:DeleteTable"];
  expect(regional.filter((action) => frankfurt.may(call(action, virginia.region)))).toEqual([]);
  expect(regional.filter((action) => virginia.may(call(action, frankfurt.region)))).toEqual([]);
  expect(regional.filter((action) => !virginia.may(call(action, virginia.region)))).toEqual([]);
  // The records of the name are Route 53's, which has one endpoint for all regions.
  expect(frankfurt.may(call("route53:ChangeResourceRecordSets", global))).toBe(true);
});
