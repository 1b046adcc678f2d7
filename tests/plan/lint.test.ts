import { describe, expect, it } from "vitest";
import { trusts } from "../../lib/aws/policy.ts";
import { nobody } from "../../lib/plan/blocks/security-group.ts";
import type { Properties } from "../../lib/plan/cloudformation.gen.ts";
import { lint } from "../../lib/plan/lint.ts";
import { nameProperty } from "../../lib/plan/physical-name.ts";
import {
  att,
  fromStack,
  type Options,
  type Output,
  type Plan,
  type Resource,
  ref,
  type Stack,
  sub,
  type Type,
} from "../../lib/plan/template.ts";

const stackOf = (resources: readonly Resource[], outputs: readonly Output[] = [], name = "shop-test-base"): Stack => ({
  name,
  part: "base",
  account: "111122223333",
  region: "eu-west-1",
  protect: false,
  resources,
  outputs,
});

const planOf = (...stacks: readonly Stack[]): Plan => ({ environment: "test", stacks });
const problemsOf = (...resources: readonly Resource[]) => lint(planOf(stackOf(resources)));

const topic = (id: string, properties: object = {}, options: Options = {}): Resource<"AWS::SNS::Topic"> => ({
  id,
  block: "Test",
  type: "AWS::SNS::Topic",
  properties: { TopicName: id, ...properties },
  ...options,
});

it("a sound plan has no problems", () => {
  expect(problemsOf(topic("A"), topic("B", { DisplayName: ref(topic("A")) }))).toEqual([]);
});

it("every problem of every stack is told at once, with the stack's name", () => {
  const one = stackOf([topic("A", { DisplayName: ref(topic("Gone")) })], [], "one");
  const two = stackOf([topic("B", { DisplayName: att(topic("Lost"), "TopicArn") })], [], "two");
  expect(lint(planOf(one, two))).toEqual([
    "one: A refers to Gone, which the stack does not have",
    "two: B refers to Lost, which the stack does not have",
  ]);
});

it("A08 a name that AWS takes once is had by one resource, in whatever stack of the region it stands", () => {
  const [here, there] = [
    stackOf([topic("A", { TopicName: "notices" })], [], "one"),
    stackOf([topic("B", { TopicName: "notices" })], [], "two"),
  ];
  expect(lint(planOf(here, there))).toEqual(["one/A and two/B are both named notices, and AWS takes the name once"]);
  expect(lint(planOf(here, { ...there, region: "eu-west-2" }))).toEqual([]);
  expect(lint(planOf(here, { ...there, account: "444455556666" }))).toEqual([]);
});

it("A08 buckets, roles and instance profiles are had once in all regions", () => {
  const once: readonly Resource[] = [
    { id: "Files", block: "Test", type: "AWS::S3::Bucket", properties: { BucketName: "files" } },
    {
      id: "Starts",
      block: "Test",
      type: "AWS::IAM::Role",
      properties: { RoleName: "starts", AssumeRolePolicyDocument: trusts("ec2.amazonaws.com") },
    },
    { id: "Holds", block: "Test", type: "AWS::IAM::InstanceProfile", properties: { InstanceProfileName: "holds", Roles: ["starts"] } },
  ];
  const [here, there] = [stackOf(once, [], "one"), { ...stackOf(once, [], "two"), region: "eu-west-2" }];
  expect(lint(planOf(here, there))).toEqual(
    once.map(({ id }) => `one/${id} and two/${id} are both named ${id.toLowerCase()}, and AWS takes the name once`),
  );
});

describe("what is referred to", () => {
  it("is in the stack, wherever the reference stands", () => {
    const gone = topic("Gone");
    const refers = { DisplayName: sub("${Gone.TopicArn}") };
    expect(problemsOf(topic("A", refers))).toEqual(["shop-test-base: A refers to Gone, which the stack does not have"]);
    expect(problemsOf(topic("A", {}, { after: [gone] }))).toEqual(["shop-test-base: A refers to Gone, which the stack does not have"]);
    const output = { name: "Topic", value: ref(gone), description: "The topic" };
    expect(lint(planOf(stackOf([topic("A")], [output])))).toEqual([
      "shop-test-base: output Topic refers to Gone, which the stack does not have",
    ]);
  });

  it("is an output that another stack of the plan has", () => {
    const given = stackOf([topic("A")], [{ name: "Topic", value: ref(topic("A")), description: "The topic" }], "given");
    const reading = (output: string, region = "eu-west-1") =>
      stackOf([topic("B", { DisplayName: fromStack({ name: "given", region }, output) })], [], "reading");
    expect(lint(planOf(given, reading("Topic")))).toEqual([]);
    expect(lint(planOf(given, reading("Other")))).toEqual(["reading: reads Other of given, which the plan does not have"]);
    expect(lint(planOf(given, reading("Topic", "us-east-1")))).toEqual(["reading: reads Topic of given, which the plan does not have"]);
    expect(lint(planOf(reading("Topic")))).toEqual(["reading: reads Topic of given, which the plan does not have"]);
  });
});

describe("a circle is named in full", () => {
  it("of resources that refer to one another", () => {
    const [a, b] = [topic("A", { DisplayName: ref(topic("B")) }), topic("B", { DisplayName: ref(topic("A")) })];
    expect(problemsOf(a, b)).toEqual(["shop-test-base: these wait for one another: A → B → A"]);
  });

  it("of resources of which one only has to come after the other", () => {
    const b = topic("B", { DisplayName: ref(topic("A")) });
    expect(problemsOf(topic("A", {}, { after: [b] }), b)).toEqual(["shop-test-base: these wait for one another: A → B → A"]);
  });

  it("of stacks that read one another's outputs", () => {
    const stack = (name: string, other: string) => {
      const read = fromStack({ name: other, region: "eu-west-1" }, "Topic");
      const made = topic(`Topic-${name}`, { DisplayName: read });
      return stackOf([made], [{ name: "Topic", value: ref(made), description: "The topic" }], name);
    };
    expect(lint(planOf(stack("one", "two"), stack("two", "one")))).toEqual(["these stacks wait for one another: one → two → one"]);
  });
});

it("B05 two weighted records with one target are refused, for their weights split nothing", () => {
  const record = (id: string, target: string): Resource<"AWS::Route53::RecordSet"> => ({
    id,
    block: "Test",
    type: "AWS::Route53::RecordSet",
    properties: { Name: "shop.example.com", Type: "CNAME", TTL: "60", SetIdentifier: id, Weight: 50, ResourceRecords: [target] },
  });
  expect(problemsOf(record("Blue", "one.example.com"), record("Green", "two.example.com"))).toEqual([]);
  expect(problemsOf(record("Blue", "one.example.com"), record("Green", "one.example.com"))).toEqual([
    "shop-test-base: Blue and Green have the same target: their weights split nothing",
  ]);
});

describe("B12 a security group", () => {
  const group = (properties: object): Resource<"AWS::EC2::SecurityGroup"> => ({
    id: "Group",
    block: "Test",
    type: "AWS::EC2::SecurityGroup",
    properties: { GroupName: "group", GroupDescription: "A group", ...properties },
  });

  it("lets nothing out but by rules of their own", () => {
    expect(problemsOf(group({ SecurityGroupEgress: [nobody] }))).toEqual([]);
    const silent = "shop-test-base: Group must state the one egress rule that reaches nobody, or AWS opens all";
    expect(problemsOf(group({}))).toEqual([silent]);
    expect(problemsOf(group({ SecurityGroupEgress: [] }))).toEqual([silent]);
    expect(problemsOf(group({ SecurityGroupEgress: [nobody, { IpProtocol: "-1", CidrIp: "0.0.0.0/0" }] }))).toEqual([silent]);
  });

  it("has no ingress rules inside it", () => {
    const inside = { SecurityGroupIngress: [{ IpProtocol: "tcp", CidrIp: "0.0.0.0/0" }], SecurityGroupEgress: [nobody] };
    expect(problemsOf(group(inside))).toEqual([
      "shop-test-base: Group has ingress rules of its own: make them AWS::EC2::SecurityGroupIngress",
    ]);
  });
});

it.each(Object.entries(nameProperty))("D04 a %s has a %s, or engines would invent different ones", (type, property) => {
  const known = Object.keys(nameProperty).find((one): one is keyof typeof nameProperty => one === type);
  if (!known) throw new Error(`${type} is no type`);
  const nameless: Resource = { id: "One", block: "Test", type: known, properties: { SecurityGroupEgress: [nobody] } as never };
  expect(problemsOf(nameless)).toEqual([`shop-test-base: One needs a ${property}: engines would invent different ones`]);
});

/**
 * What CloudFormation can say in a second way. The compiler refuses that: these lines are errors, and one that is none any more is an error of
 * `npm run types`.
 */
describe("A10 B14 what has two spellings compiles in one alone", () => {
  const kept = { Type: "S3", Location: "artifacts" } as const;
  const stores = [{ Region: "eu-west-1", ArtifactStore: kept }];

  it("a role's rights are AWS::IAM::RolePolicy", () => {
    // @ts-expect-error not AWS::IAM::Policy, which several roles can share
    const policy: Type = "AWS::IAM::Policy";
    // @ts-expect-error nor AWS::IAM::ManagedPolicy
    const managed: Type = "AWS::IAM::ManagedPolicy";
    // @ts-expect-error nor one of those of whole groups and users
    const others: Type[] = ["AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"];
    const role: Properties["AWS::IAM::Role"] = {
      AssumeRolePolicyDocument: trusts("ecs-tasks.amazonaws.com"),
      // @ts-expect-error nor a part of the role
      Policies: [{ PolicyName: "reads", PolicyDocument: trusts("ecs-tasks.amazonaws.com") }],
    };
    expect([policy, managed, others, role]).toHaveLength(4);
  });

  it("C03 a pipeline's stores are those of its regions", () => {
    const stages = { RoleArn: "arn:aws:iam::111122223333:role/pipeline", Stages: [] };
    // @ts-expect-error not one for all
    const single: Properties["AWS::CodePipeline::Pipeline"] = { ...stages, ArtifactStore: kept };
    // @ts-expect-error nor one beside them
    const both: Properties["AWS::CodePipeline::Pipeline"] = { ...stages, ArtifactStores: stores, ArtifactStore: kept };
    const right: Properties["AWS::CodePipeline::Pipeline"] = { ...stages, ArtifactStores: stores };
    expect([single, both, right]).toHaveLength(3);
  });

  it("flow logs name where they go by its ARN, and functions bring their code in a bucket", () => {
    const flows = {
      ResourceId: "vpc-1",
      ResourceType: "VPC",
      LogDestination: "arn:aws:logs:eu-west-1:111122223333:log-group:flows",
    } as const;
    // @ts-expect-error not by a name beside it
    const named: Properties["AWS::EC2::FlowLog"] = { ...flows, LogGroupName: "flows" };
    const code: Properties["AWS::Lambda::Function"]["Code"] = {
      S3Bucket: "code",
      S3Key: "logger.zip",
      // @ts-expect-error not as a text in the template
      ZipFile: "exports.handler = () => {}",
    };
    expect([named, code]).toHaveLength(2);
  });
});
