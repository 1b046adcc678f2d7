import { describe, expect, it } from "vitest";
import type { Context } from "./conditions.ts";
import { account, artifacts, at, d, keyOf, keys, logBucket, notices, otherAccount, roleArn, stream } from "./d/places.ts";
import { type Answer, type Caller, type ConcretePolicy, evaluate } from "./evaluate.ts";
import { isOf } from "./resolve.ts";
import { guardOf, rolesOf } from "./roles.ts";

const role: Caller = { arn: roleArn("pipeline") };
const everything: ConcretePolicy = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

/** What the policy of a resource answers; `identity` is what the caller has of its own. */
function ask(caller: Caller, action: string, resource: string, context: Context = {}, identity?: ConcretePolicy): Answer {
  const request = { caller, action, resource, context: { "aws:SecureTransport": "true", ...context } };
  return evaluate(request, { ...guardOf(d, resource.replace(/\/\*$/, "")), ...(identity && { identity: [identity] }) });
}

const as = (service: string): Caller => ({ service: `${service}.amazonaws.com` });
const from = (source: string): Context => ({ "aws:SourceAccount": source });
const administration = ["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"];

describe("the keys", () => {
  it("B13: leave it to the account who uses them, and to nobody of another account", () => {
    for (const key of Object.values(keys)) {
      expect(ask(role, "kms:Decrypt", key)).toBe("not allowed");
      expect(ask(role, "kms:Decrypt", key, {}, everything)).toBe("allowed");
      expect(ask({ arn: `arn:aws:iam::${otherAccount}:role/pipeline` }, "kms:Decrypt", key, {}, everything)).toBe("not allowed");
    }
  });

  it("B13: of artifacts, images and the ledger are used by no service for itself", () => {
    for (const purpose of ["artifacts", "images", "ledger"])
      for (const service of ["logs.eu-west-1", "cloudwatch", "events", "s3", "codepipeline", "codebuild", "ecr", "dynamodb"])
        expect(ask(as(service), "kms:Decrypt", keyOf(purpose), from(account)), `${service} with ${purpose}`).toBe("not allowed");
  });

  // Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
  const ofGroup = (arn: string): Context => ({ "kms:EncryptionContext:aws:logs:arn": arn });
  const groups = d.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::Logs::LogGroup")).map(({ id }) => d.of(stack.part, id)),
  );

  it("B13, D05: of the logs encrypts every log group of the environment", () => {
    expect(groups.length).toBeGreaterThan(5);
    for (const name of groups)
      for (const action of [
        "Encrypt",
        "Decrypt",
        "ReEncryptFrom",
        "ReEncryptTo",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "DescribeKey",
      ])
        expect(
          ask(as("logs.eu-west-1"), `kms:${action}`, keyOf("logs"), ofGroup(at("logs", `log-group:${name}`))),
          `${action} ${name}`,
        ).toBe("allowed");
  });

  it("B13, D05: of the logs encrypts no other log group, for no other service, and lets nobody administer it", () => {
    const mine = at("logs", "log-group:/shop/production/euw1/web");
    const others = [
      at("logs", "log-group:/shop/staging/euw1/web"),
      at("logs", "log-group:/aws/codebuild/shop"),
      mine.replace(account, otherAccount),
      mine.replace("eu-west-1", "us-east-1"),
    ];
    for (const arn of others) expect(ask(as("logs.eu-west-1"), "kms:Decrypt", keyOf("logs"), ofGroup(arn)), arn).toBe("not allowed");
    expect(ask(as("logs.eu-west-1"), "kms:Decrypt", keyOf("logs"))).toBe("not allowed");
    for (const service of ["logs.us-east-1", "logs", "events", "s3"])
      expect(ask(as(service), "kms:Decrypt", keyOf("logs"), ofGroup(mine))).toBe("not allowed");
    for (const action of administration)
      expect(ask(as("logs.eu-west-1"), action, keyOf("logs"), ofGroup(mine)), action).toBe("not allowed");
  });

  // Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": event sources from AWS services. EventBridge sends neither
  // aws:SourceAccount nor aws:SourceArn.
  it("B13, A13: of the notices is used by alarms of this account and by rules on events, to publish and for nothing else", () => {
    for (const action of ["kms:Decrypt", "kms:GenerateDataKey"]) {
      expect(ask(as("cloudwatch"), action, keyOf("notices"), from(account))).toBe("allowed");
      expect(ask(as("events"), action, keyOf("notices"))).toBe("allowed");
      expect(ask(as("cloudwatch"), action, keyOf("notices"), from(otherAccount))).toBe("not allowed");
      expect(ask(as("cloudwatch"), action, keyOf("notices"))).toBe("not allowed");
      for (const service of ["lambda", "s3", "budgets", "logs.eu-west-1"])
        expect(ask(as(service), action, keyOf("notices"), from(account))).toBe("not allowed");
    }
    for (const action of ["kms:Encrypt", ...administration])
      for (const service of ["cloudwatch", "events"])
        expect(ask(as(service), action, keyOf("notices"), from(account)), action).toBe("not allowed");
  });
});

describe("the buckets", () => {
  it("B11, C13: refuse everything that is not encrypted on its way", () => {
    for (const bucket of [artifacts, logBucket])
      for (const [action, resource] of [
        ["s3:GetObject", `${bucket}/a`],
        ["s3:PutObject", `${bucket}/a`],
        ["s3:ListBucket", bucket],
        ["s3:DeleteBucket", bucket],
      ] as const) {
        expect(ask(role, action, resource, { "aws:SecureTransport": "false" }, everything), action).toBe("denied by a statement");
        expect(ask(role, action, resource, {}, everything), action).toBe("allowed");
      }
  });

  it("C13, C16: take artifacts only under the key of artifacts", () => {
    const sse = "s3:x-amz-server-side-encryption";
    const put = (context: Context) => ask(role, "s3:PutObject", `${artifacts}/a`, context, everything);
    expect(put({})).toBe("allowed");
    expect(put({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: keyOf("artifacts") })).toBe("allowed");
    expect(put({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: keyOf("logs") })).toBe("denied by a statement");
    expect(put({ [sse]: "aws:kms" })).toBe("denied by a statement");
    expect(put({ [sse]: "AES256" })).toBe("denied by a statement");
  });

  it("B13, C13: of artifacts are for nobody without a policy of theirs", () => {
    for (const caller of [role, as("codepipeline"), as("codebuild"), as("logging.s3"), { arn: `arn:aws:iam::${otherAccount}:role/a` }])
      for (const action of ["s3:GetObject", "s3:PutObject"])
        expect(ask(caller, action, `${artifacts}/a`, from(account))).toBe("not allowed");
  });

  // Elastic Load Balancing, "Enable access logs for your Application Load Balancer"; Amazon S3 User Guide, "Enabling Amazon S3 server access
  // logging".
  it("B11: of the logs take the log of a balancer of this account where it belongs, and let it do nothing else", () => {
    const balancer = as("logdelivery.elasticloadbalancing");
    const place = `${logBucket}/alb/AWSLogs/${account}/elasticloadbalancing/eu-west-1/2026/01/01/a.log.gz`;
    const of = (owner: string): Context => ({
      "aws:SourceArn": `arn:aws:elasticloadbalancing:eu-west-1:${owner}:loadbalancer/app/shop/0123456789abcdef`,
    });
    expect(ask(balancer, "s3:PutObject", place, of(account))).toBe("allowed");
    expect(ask(balancer, "s3:PutObject", `${logBucket}/alb/AWSLogs/${account}/ELBAccessLogTestFile`, of(account))).toBe("allowed");
    expect(ask(balancer, "s3:PutObject", place, of(otherAccount))).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", place)).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", `${logBucket}/s3/artifacts/a`, of(account))).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", place.replace(`AWSLogs/${account}`, `AWSLogs/${otherAccount}`), of(account))).toBe("not allowed");
    for (const action of ["s3:GetObject", "s3:DeleteObject"]) expect(ask(balancer, action, place, of(account))).toBe("not allowed");
  });

  it("B11: of the logs take the log of a bucket of this account where it belongs", () => {
    const writer = as("logging.s3");
    expect(ask(writer, "s3:PutObject", `${logBucket}/s3/artifacts/a`, from(account))).toBe("allowed");
    expect(ask(writer, "s3:PutObject", `${logBucket}/s3/artifacts/a`, from(otherAccount))).toBe("not allowed");
    expect(ask(writer, "s3:PutObject", `${logBucket}/alb/a`, from(account))).toBe("not allowed");
    expect(ask(writer, "s3:GetObject", `${logBucket}/s3/artifacts/a`, from(account))).toBe("not allowed");
    expect(ask(as("delivery.logs"), "s3:PutObject", `${logBucket}/s3/artifacts/a`, from(account))).toBe("not allowed");
  });
});

describe("the topic", () => {
  // Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge": no conditions in the policy of a topic.
  it("A13, D06: takes notices of alarms of this account and of rules on events", () => {
    expect(ask(as("cloudwatch"), "sns:Publish", notices, from(account))).toBe("allowed");
    expect(ask(as("events"), "sns:Publish", notices)).toBe("allowed");
  });

  it("A13, D06: takes none of others, none without TLS, and lets publishers only publish", () => {
    expect(ask(as("cloudwatch"), "sns:Publish", notices, from(otherAccount))).toBe("not allowed");
    expect(ask(as("cloudwatch"), "sns:Publish", notices)).toBe("not allowed");
    for (const caller of [as("lambda"), as("s3"), role]) expect(ask(caller, "sns:Publish", notices, from(account))).toBe("not allowed");
    for (const caller of [as("cloudwatch"), as("events")])
      for (const action of ["sns:Subscribe", "sns:SetTopicAttributes", "sns:DeleteTopic"])
        expect(ask(caller, action, notices, from(account))).toBe("not allowed");
    expect(ask(role, "sns:Publish", notices, { "aws:SecureTransport": "false" }, everything)).toBe("denied by a statement");
    expect(ask(as("events"), "sns:Publish", notices, { "aws:SecureTransport": "false" })).toBe("denied by a statement");
  });
});

// Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge": CloudWatch Logs permissions.
it("D05: events of the pipeline are written to their log and to no other", () => {
  const policies = d.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::Logs::ResourcePolicy")).map(({ properties }) => d.policy(stack, properties.PolicyDocument)),
  );
  expect(policies).toHaveLength(1);
  const write = (service: string, group: string, action = "logs:PutLogEvents") =>
    evaluate({ caller: as(service), action, resource: stream(group) }, { resource: policies[0] ?? everything });
  for (const service of ["events", "delivery.logs"])
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) expect(write(service, "pipeline-events", action)).toBe("allowed");
  for (const group of ["web", "flow", "shells", "image"]) expect(write("events", group)).toBe("not allowed");
  for (const action of ["logs:GetLogEvents", "logs:DeleteLogStream"])
    expect(write("events", "pipeline-events", action)).toBe("not allowed");
  expect(write("s3", "pipeline-events")).toBe("not allowed");
});

it("C04: every policy of a resource of system D is one that these tests ask", () => {
  const ruled = d.plan.stacks.flatMap(({ resources }) =>
    resources.filter(({ properties }) => JSON.stringify(properties).includes('"Principal"')).map(({ type }) => type),
  );
  expect([...new Set(ruled)].sort()).toEqual([
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
  ]);
  expect(ruled.filter((type) => type === "AWS::KMS::Key")).toHaveLength(Object.keys(keys).length);
  expect(ruled.filter((type) => type === "AWS::S3::BucketPolicy")).toHaveLength(2);
  expect(rolesOf(d).length).toBe(ruled.filter((type) => type === "AWS::IAM::Role").length);
});
