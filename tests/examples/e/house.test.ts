import { expect, it } from "vitest";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { nameProperty } from "../../../lib/plan/physical-name.ts";
import { grantsOf, matches, statementsOf } from "../policies.ts";
import { ends, type Found, type Templates } from "../template.ts";
import { all, config, production, staging, tools, withEnvironment } from "./plans.ts";

it.each(all)("E09 every key turns, and each has one alias with the environment's name (%s)", (name, templates) => {
  for (const key of templates.all("AWS::KMS::Key")) {
    expect(key.at("EnableKeyRotation")).toBe(true);
    const alias = templates.one("AWS::KMS::Alias", (one) => one.at("TargetKeyId") === key.ref);
    expect(alias.at("AliasName")).toMatch(new RegExp(`^alias/billing-${name}-euc1-`));
  }
});

/** What is encrypted, and by which property it is told the key. */
const sealed = {
  "AWS::Logs::LogGroup": "KmsKeyId",
  "AWS::SNS::Topic": "KmsMasterKeyId",
  "AWS::CodeBuild::Project": "EncryptionKey",
  "AWS::ECR::Repository": "EncryptionConfiguration.KmsKey",
  "AWS::DynamoDB::Table": "SSESpecification.KMSMasterKeyId",
} as const;

it.each(all)("E09 logs, topics, builds, images and the ledger are encrypted with keys of the plan (%s)", (_name, templates) => {
  for (const type of [
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::CodeBuild::Project",
    "AWS::ECR::Repository",
    "AWS::DynamoDB::Table",
  ] as const)
    for (const one of templates.all(type)) {
      const key = templates.follow(one.at(sealed[type]));
      expect([one.id, key.type]).toEqual([one.id, "AWS::KMS::Key"]);
    }
});

it.each(all)("E09 the key of the logs may be used for each of them, and for no other environment's (%s)", (_name, templates) => {
  const arnOf = (name: string) => `arn:aws:logs:${templates.region}:${templates.account}:log-group:${name}`;
  for (const log of templates.all("AWS::Logs::LogGroup")) {
    const key = templates.follow(log.at("KmsKeyId"));
    const use = statementsOf(key, "KeyPolicy").find((one) => one.services.includes(`logs.${templates.region}.amazonaws.com`));
    const { ArnLike: like } = Object(use?.condition);
    const pattern = String(Object(like)["kms:EncryptionContext:aws:logs:arn"]);
    expect(matches(pattern, arnOf(log.text("LogGroupName")))).toBe(true);
    expect(matches(pattern, arnOf("/billing/elsewhere/euc1/api"))).toBe(false);
  }
});

it.each(all)("E09 buckets are versioned, encrypted, closed to the public, and refuse what comes without TLS (%s)", (_name, templates) => {
  expect(templates.all("AWS::S3::Bucket").length).toBeGreaterThan(0);
  for (const bucket of templates.all("AWS::S3::Bucket")) {
    expect(bucket.at("VersioningConfiguration.Status")).toBe("Enabled");
    expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm")).toMatch(
      /^(aws:kms|AES256)$/,
    );
    expect(bucket.at("PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const policy = templates.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === bucket.ref);
    const refusing = statementsOf(policy, "PolicyDocument").filter((one) => one.effect === "Deny" && one.actions.includes("s3:*"));
    expect(refusing.map(({ condition }) => condition)).toEqual([{ Bool: { "aws:SecureTransport": "false" } }]);
  }
});

it.each(all)(
  "E09 no role has all actions of a service, nor all resources without a reason, nor trusts more than one (%s)",
  (_name, templates) => {
    for (const role of templates.all("AWS::IAM::Role")) {
      for (const { effect, actions, resources, sid } of grantsOf(templates, role)) {
        expect(effect).toBe("Allow");
        for (const action of actions) expect(action).not.toContain("*");
        if (resources.includes("*")) expect(sid).toMatch(/^([A-Z][a-z0-9]*){3,}$/);
      }
      for (const { everyone, services, accounts, condition } of statementsOf(role, "AssumeRolePolicyDocument")) {
        expect([role.id, everyone, services.length + accounts.length]).toEqual([role.id, false, 1]);
        // An account is trusted only for one role of it; a service only for this account.
        if (accounts.some((one) => one.endsWith(":root"))) expect(condition).toMatchObject({ ArnEquals: expect.anything() });
        if (services.length > 0) expect(condition).toMatchObject({ StringEquals: { "aws:SourceAccount": templates.account } });
      }
    }
  },
);

const holdsData = [
  "AWS::DynamoDB::Table",
  "AWS::ECR::Repository",
  "AWS::KMS::Key",
  "AWS::Logs::LogGroup",
  "AWS::Route53::HostedZone",
  "AWS::S3::Bucket",
];
const holding = (templates: Templates): readonly Found[] => templates.found.filter((one) => holdsData.includes(one.type));

it.each([
  ["tools", tools, "kept"],
  ["production", production, "kept"],
  ["staging", staging, "gone"],
  ["a staging of its own zone", withEnvironment("staging", { zone: "new" }), "gone"],
  ["a home that is not protected", withEnvironment("tools", { protected: false }), "gone"],
] as const)("E09 what holds data stays or goes with its stack by environment (%s)", (_name, templates, wanted) => {
  expect(holding(templates).length).toBeGreaterThan(5);
  for (const one of holding(templates)) expect([one.id, one.deletion, one.replacement]).toEqual([one.id, ...ends[wanted]]);
  for (const one of templates.all("AWS::ECR::Repository")) expect(one.at("EmptyOnDelete")).toBe(wanted === "gone");
});

const namesOf = (templates: Templates): readonly string[] => {
  const properties = new Map<string, string>(Object.entries(nameProperty));
  return templates.found.flatMap((one) => {
    const property = properties.get(one.type);
    return property === undefined ? [] : [`${one.type} ${one.text(property)}`];
  });
};

it.each(all)("E09 every name that we give has the suffix (%s)", (name, templates) => {
  expect(namesOf(templates).length).toBeGreaterThan(25);
  for (const one of namesOf(templates)) expect(one).toMatch(new RegExp(`[-/ ]${name}([-/]|$)`));
});

it("E09 another suffix renames everything on both sides: no account is told a name that the other does not have", () => {
  const renamed = { suffix: "prod2" };
  const home = withEnvironment("production", renamed, "tools");
  expect(JSON.stringify(home.found.map(({ value }) => value))).not.toContain("billing-production-euc1");
  const there = withEnvironment("production", renamed);
  const role = there.one("AWS::IAM::Role", (one) => one.text("RoleName").endsWith("stage-deploy"));
  const actions = home
    .one("AWS::CodePipeline::Pipeline")
    .parts("Stages")
    .flatMap((stage) => stage.parts("Actions"));
  expect(actions.map((one) => one.at("RoleArn"))).toContain(`arn:aws:iam::${there.account}:role/${role.text("RoleName")}`);
});

it("E09 no two environments have a name in common", () => {
  const names = all.flatMap(([, templates]) => namesOf(templates));
  expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([]);
});

it.each(all)("E09 what can carry tags has those of the configuration (%s)", (name, templates) => {
  const tagged = templates.found.filter((one) => Array.isArray(one.at("Tags")));
  expect(tagged.length).toBeGreaterThan(25);
  for (const one of tagged) {
    const tags = Object.fromEntries(one.parts("Tags").map((tag) => [tag.text("Key"), tag.at("Value")]));
    expect(tags).toMatchObject({
      Environment: name,
      Owner: config.owner,
      Project: config.project,
      CostCenter: config.costCenter,
      ManagedBy: "sluice",
    });
  }
});

it.each(all)("E09 two plans of one configuration are the same bytes (%s)", (name) => {
  const bytes = () => JSON.stringify(buildPlan(config, name).stacks.map(templateOf));
  expect(bytes()).toBe(bytes());
});
