import { describe, expect, it } from "vitest";
import { everything } from "./across.ts";
import type { Context } from "./conditions.ts";
import { type Answer, type Caller, type ConcretePolicy, evaluate } from "./evaluate.ts";
import { isOf } from "./resolve.ts";
import { guardOf } from "./roles.ts";
import type { World } from "./world.ts";

/** What guards itself in one region of an environment. */
export interface Guarded {
  readonly world: World;
  readonly otherAccount: string;
  /** A role of the environment. */
  readonly role: string;
  /** Purposes of the keys that no service of AWS uses for itself. */
  readonly silent: readonly string[];
  /** How many log groups there are at least. */
  readonly groups: number;
  /** Each topic with the purpose of its key. */
  readonly topics: Readonly<Record<string, string>>;
  /** Each bucket that takes what is under one key only, with the purpose of the key. */
  readonly sealed: Readonly<Record<string, string>>;
}

const as = (service: string): Caller => ({ service: `${service}.amazonaws.com` });
const from = (source: string): Context => ({ "aws:SourceAccount": source });
const administration = ["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"];
const elsewhere = "ap-south-1";

/** What the policy of a resource answers; `identity` is what the caller has of its own. */
export const asking =
  ({ resolved }: World) =>
  (caller: Caller, action: string, resource: string, context: Context = {}, identity?: ConcretePolicy): Answer => {
    const request = { caller, action, resource, context: { "aws:SecureTransport": "true", ...context } };
    return evaluate(request, { ...guardOf(resolved, resource), ...(identity && { identity: [identity] }) });
  };

/** Declares the tests of what keys, buckets and topics allow of themselves, whatever the policies of a caller say. */
export function proveGuards(guarded: Guarded): void {
  describe("the keys", () => {
    proveKeys(guarded);
    proveLogsKey(guarded);
    proveNoticesKeys(guarded);
  });
  describe("the buckets", () => {
    proveBuckets(guarded);
    proveLogBucket(guarded);
  });
  describe("the topics", () => proveTopics(guarded));
}

export function proveKeys({ world, otherAccount, role, silent }: Pick<Guarded, "world" | "otherAccount" | "role" | "silent">): void {
  const ask = asking(world);

  it("B13, C16: leave it to the account who uses them, and to nobody of another account", () => {
    for (const key of Object.values(world.keys)) {
      expect(ask({ arn: role }, "kms:Decrypt", key)).toBe("not allowed");
      expect(ask({ arn: role }, "kms:Decrypt", key, {}, everything)).toBe("allowed");
      expect(ask({ arn: `arn:aws:iam::${otherAccount}:role/pipeline` }, "kms:Decrypt", key, {}, everything)).toBe("not allowed");
    }
  });

  it("B13, C16: of data are used by no service for itself", () => {
    const services = [
      `logs.${world.region}`,
      "cloudwatch",
      "events",
      "s3",
      "codepipeline",
      "codebuild",
      "ecr",
      "dynamodb",
      "rds",
      "lambda",
    ];
    for (const purpose of silent)
      for (const service of services)
        expect(ask(as(service), "kms:Decrypt", world.keyOf(purpose), from(world.account)), `${service} with ${purpose}`).toBe(
          "not allowed",
        );
  });
}

// Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
export function proveLogsKey({ world, otherAccount, groups: atLeast }: Pick<Guarded, "world" | "otherAccount" | "groups">): void {
  if (atLeast === 0) return;
  const { account, region, resolved, at } = world;
  const ask = asking(world);
  const logs = as(`logs.${region}`);
  const key = world.keyOf("logs");
  const ofGroup = (arn: string): Context => ({ "kms:EncryptionContext:aws:logs:arn": arn });
  const groups = resolved.plan.stacks
    .filter((stack) => stack.region === region)
    .flatMap((stack) =>
      stack.resources
        .filter(isOf("AWS::Logs::LogGroup"))
        .map(({ id, properties: { KmsKeyId } }) => ({ name: resolved.of(stack.part, id), by: resolved.text(stack, KmsKeyId ?? "none") })),
    );
  const uses = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "DescribeKey"];

  it("B13, B20, C15, D05: of a log encrypts it, whatever log group of the environment that is", () => {
    expect(groups.length).toBeGreaterThanOrEqual(atLeast);
    const asked = groups.flatMap(({ name, by }) => uses.map((use) => ({ name, by, use })));
    const refused = asked.filter(
      ({ name, by, use }) => ask(logs, `kms:${use}`, by, ofGroup(at("logs", `log-group:${name}`))) !== "allowed",
    );
    expect(refused).toEqual([]);
  });

  it("B13, C15, D05: of the logs encrypts no other log group, for no other service, and lets nobody administer it", () => {
    const [mine = ""] = groups.filter(({ by }) => by === key).map(({ name }) => at("logs", `log-group:${name}`));
    const others = [
      mine.replace(`/${world.name}/`, "/other/"),
      at("logs", "log-group:/aws/codebuild/any"),
      at("logs", "log-group:/aws/rds/instance/any/error"),
      at("logs", "log-group:aws-waf-logs-other"),
      mine.replace(account, otherAccount),
      mine.replace(region, elsewhere),
    ];
    for (const arn of others) expect(ask(logs, "kms:Decrypt", key, ofGroup(arn)), arn).toBe("not allowed");
    expect(ask(logs, "kms:Decrypt", key)).toBe("not allowed");
    for (const service of [`logs.${elsewhere}`, "logs", "events", "s3"])
      expect(ask(as(service), "kms:Decrypt", key, ofGroup(mine))).toBe("not allowed");
    for (const action of administration) expect(ask(logs, action, key, ofGroup(mine)), action).toBe("not allowed");
  });
}

// Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs": event sources from AWS services. EventBridge sends neither
// aws:SourceAccount nor aws:SourceArn.
function proveNoticesKeys({ world, otherAccount, topics }: Guarded): void {
  const ask = asking(world);
  const { account, region } = world;

  for (const purpose of new Set(Object.values(topics)))
    it(`B13, A13, B20, C07: of the ${purpose} is used by alarms of this account and by rules on events, to publish and for nothing else`, () => {
      const key = world.keyOf(purpose);
      for (const action of ["kms:Decrypt", "kms:GenerateDataKey"]) {
        expect(ask(as("cloudwatch"), action, key, from(account))).toBe("allowed");
        expect(ask(as("events"), action, key)).toBe("allowed");
        expect(ask(as("cloudwatch"), action, key, from(otherAccount))).toBe("not allowed");
        expect(ask(as("cloudwatch"), action, key)).toBe("not allowed");
        for (const service of ["lambda", "s3", "budgets", `logs.${region}`])
          expect(ask(as(service), action, key, from(account))).toBe("not allowed");
      }
      for (const action of ["kms:Encrypt", ...administration])
        for (const service of ["cloudwatch", "events"]) expect(ask(as(service), action, key, from(account)), action).toBe("not allowed");
    });
}

function proveBuckets({ world, otherAccount, role, sealed }: Guarded): void {
  const ask = asking(world);
  const caller = { arn: role };

  it("B11, C13: refuse everything that is not encrypted on its way", () => {
    for (const bucket of [...Object.keys(sealed), "logs"].map(world.bucket))
      for (const [action, resource] of [
        ["s3:GetObject", `${bucket}/a`],
        ["s3:PutObject", `${bucket}/a`],
        ["s3:ListBucket", bucket],
        ["s3:DeleteBucket", bucket],
      ] as const) {
        expect(ask(caller, action, resource, { "aws:SecureTransport": "false" }, everything), action).toBe("denied by a statement");
        expect(ask(caller, action, resource, {}, everything), action).toBe("allowed");
      }
  });

  for (const [thing, purpose] of Object.entries(sealed)) {
    const object = `${world.bucket(thing)}/a`;
    const sse = "s3:x-amz-server-side-encryption";

    it(`B11, C13, C16: of ${thing} takes objects only under the key of ${purpose}`, () => {
      const put = (context: Context) => ask(caller, "s3:PutObject", object, context, everything);
      const under = (key: string): Context => ({ [sse]: "aws:kms", [`${sse}-aws-kms-key-id`]: key });
      expect(put({})).toBe("allowed");
      expect(put(under(world.keyOf(purpose)))).toBe("allowed");
      expect(put(under(world.at("kms", "key/other")))).toBe("denied by a statement");
      expect(put({ [sse]: "aws:kms" })).toBe("denied by a statement");
      expect(put({ [sse]: "AES256" })).toBe("denied by a statement");
    });

    it(`B11, B13, C13: of ${thing} is for nobody without a policy of theirs`, () => {
      const others = [as("codepipeline"), as("codebuild"), as("s3"), as("logging.s3"), { arn: `arn:aws:iam::${otherAccount}:role/a` }];
      for (const one of [caller, ...others])
        for (const action of ["s3:GetObject", "s3:PutObject"]) expect(ask(one, action, object, from(world.account))).toBe("not allowed");
    });
  }
}

// Elastic Load Balancing, "Enable access logs for your Application Load Balancer"; Amazon S3 User Guide, "Enabling Amazon S3 server access
// logging".
function proveLogBucket({ world, otherAccount, sealed }: Guarded): void {
  const ask = asking(world);
  const { account, region } = world;
  const logs = world.bucket("logs");
  const [thing = "any"] = Object.keys(sealed);

  it("B04, B11, C13: of the logs takes the log of a balancer of this account where it belongs, and lets it do nothing else", () => {
    const balancer = as("logdelivery.elasticloadbalancing");
    const place = `${logs}/alb/AWSLogs/${account}/elasticloadbalancing/${region}/2026/01/01/a.log.gz`;
    const of = (owner: string): Context => ({
      "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${owner}:loadbalancer/app/any/0123456789abcdef`,
    });
    expect(ask(balancer, "s3:PutObject", place, of(account))).toBe("allowed");
    expect(ask(balancer, "s3:PutObject", `${logs}/alb/AWSLogs/${account}/ELBAccessLogTestFile`, of(account))).toBe("allowed");
    expect(ask(balancer, "s3:PutObject", place, of(otherAccount))).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", place)).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", `${logs}/s3/${thing}/a`, of(account))).toBe("not allowed");
    expect(ask(balancer, "s3:PutObject", place.replace(`AWSLogs/${account}`, `AWSLogs/${otherAccount}`), of(account))).toBe("not allowed");
    for (const action of ["s3:GetObject", "s3:DeleteObject"]) expect(ask(balancer, action, place, of(account))).toBe("not allowed");
  });

  it("B11, C13: of the logs takes the log of a bucket of this account where it belongs", () => {
    const writer = as("logging.s3");
    expect(ask(writer, "s3:PutObject", `${logs}/s3/${thing}/a`, from(account))).toBe("allowed");
    expect(ask(writer, "s3:PutObject", `${logs}/s3/${thing}/a`, from(otherAccount))).toBe("not allowed");
    expect(ask(writer, "s3:PutObject", `${logs}/alb/a`, from(account))).toBe("not allowed");
    expect(ask(writer, "s3:GetObject", `${logs}/s3/${thing}/a`, from(account))).toBe("not allowed");
    expect(ask(as("delivery.logs"), "s3:PutObject", `${logs}/s3/${thing}/a`, from(account))).toBe("not allowed");
  });
}

function proveTopics({ world, otherAccount, role, topics }: Guarded): void {
  const ask = asking(world);
  const { account } = world;
  const arns = Object.keys(topics).map((topic) => world.at("sns", world.called(topic)));

  // Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge": no conditions in the policy of a topic.
  it("A13, B20, C07, D06: take notices of alarms of this account and of rules on events", () => {
    for (const topic of arns) {
      expect(ask(as("cloudwatch"), "sns:Publish", topic, from(account))).toBe("allowed");
      expect(ask(as("events"), "sns:Publish", topic)).toBe("allowed");
    }
  });

  it("A13, B20, C07, D06: take none of others, none without TLS, and let publishers only publish", () => {
    const unsafe = { "aws:SecureTransport": "false" };
    for (const topic of arns) {
      expect(ask(as("cloudwatch"), "sns:Publish", topic, from(otherAccount))).toBe("not allowed");
      expect(ask(as("cloudwatch"), "sns:Publish", topic)).toBe("not allowed");
      for (const caller of [as("lambda"), as("s3"), { arn: role }])
        expect(ask(caller, "sns:Publish", topic, from(account))).toBe("not allowed");
      for (const caller of [as("cloudwatch"), as("events")])
        for (const action of ["sns:Subscribe", "sns:SetTopicAttributes", "sns:DeleteTopic"])
          expect(ask(caller, action, topic, from(account))).toBe("not allowed");
      expect(ask({ arn: role }, "sns:Publish", topic, unsafe, everything)).toBe("denied by a statement");
      expect(ask(as("events"), "sns:Publish", topic, unsafe)).toBe("denied by a statement");
    }
  });
}

// Lambda sends with the function's own role, so the queue lets nobody in by itself.
export function proveLostQueue(world: World, otherAccount: string, thing: string, row: string): void {
  it(`${row}: the queue of what ${thing} could not handle takes nothing without TLS, and is for nobody without a policy of theirs`, () => {
    const ask = asking(world);
    const queue = world.at("sqs", world.called(`${thing}-lost`));
    const own = { arn: world.roleArn(thing) };
    for (const action of ["sqs:SendMessage", "sqs:ReceiveMessage"]) {
      expect(ask(own, action, queue, { "aws:SecureTransport": "false" }, everything)).toBe("denied by a statement");
      expect(ask(own, action, queue, {}, everything)).toBe("allowed");
      for (const other of [own, { arn: `arn:aws:iam::${otherAccount}:role/a` }, as("lambda")])
        expect(ask(other, action, queue)).toBe("not allowed");
    }
  });
}

/** What has a policy of its own in these worlds, each kind with how often. */
export function ruledIn({ resolved }: World): Readonly<Record<string, number>> {
  const kinds = resolved.plan.stacks.flatMap(({ resources }) =>
    resources.filter(({ properties }) => JSON.stringify(properties).includes('"Principal"')).map(({ type }) => type),
  );
  return Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]));
}
