import { expect, it } from "vitest";
import { slots } from "../../../lib/base/outcome.ts";
import { testPort } from "../../../lib/plan/blocks/balancer.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { digests } from "../../../lib/plan/functions.gen.ts";
import { allows, grantsOf } from "../policies.ts";
import { readTemplates, type Templates } from "../template.ts";
import { changed, config, inRegion, primary, production, regions, secondary, theOne, whole } from "./plans.ts";

const inRelease = ({ stack }: { readonly stack: string }): boolean => stack === `release ${primary}`;
const made = production.one("AWS::Lambda::Function", inRelease);
const version = production.one("AWS::Lambda::Version");
const alias = production.one("AWS::Lambda::Alias");
const role = production.follow(made.at("Role"));
const grants = grantsOf(production, role);
const may = (action: string, resource: string): boolean => grants.some((one) => allows(one, action, resource));

it("X04 the function that carries releases out is durable from its creation on, for as long as a person may take to approve", () => {
  expect(made.at("Code.S3Key")).toBe(`release-${digests.release}.zip`);
  // AWS Lambda API reference, DurableConfig: up to 31,622,400 seconds and 90 days. It cannot be given to a function that is there.
  expect(made.at("DurableConfig")).toEqual({ ExecutionTimeout: 30 * 86_400, RetentionPeriodInDays: 30 });
  // No turn is ended in the middle: as long as Lambda lets an invocation be.
  expect(made.number("Timeout")).toBe(900);
});

it("X05 a release begins by an alias and stays with the version that this led to: a deploy publishes another, and takes none away", () => {
  expect(alias.at("FunctionName")).toBe(made.ref);
  expect(alias.at("FunctionVersion")).toBe(version.attribute("Version"));
  expect(version.at("FunctionName")).toBe(made.ref);
  expect(production.output("ReleaseHostArn")).toBe(alias.ref);
  expect([version.deletion, version.replacement]).toEqual(["RetainExceptOnCreate", "Retain"]);
});

it("X05 another version is published where code or settings change, and not where only tags do", () => {
  const described = (templates: Templates) => templates.one("AWS::Lambda::Version").text("Description");
  const longer = changed({ monitoring: { ...config.monitoring, emails: ["other@example.com"] } });
  expect(described(longer)).toBe(described(production));
  expect(described(changed({ costCenter: "CC-1" }))).toBe(described(production));
  expect(described(readTemplates(buildPlan(config, "staging")))).not.toBe(described(production));
});

it("C09 its events are not tried again beside its steps, and what fails is kept", () => {
  expect(production.all("AWS::Lambda::EventInvokeConfig").filter(inRelease)).toEqual([]);
  const queue = production.follow(made.at("DeadLetterConfig.TargetArn"));
  expect(queue.type).toBe("AWS::SQS::Queue");
  expect(may("sqs:SendMessage", queue.attribute("Arn"))).toBe(true);
});

it("A09 it moves the one rule, the two services and the scaling of the region that serves, and writes the ledger of the environment", () => {
  const { account } = production;
  const cluster = theOne(primary, "AWS::ECS::Cluster");
  const services = slots.map((slot) => theOne(primary, "AWS::ECS::Service", `${slot === "blue" ? "Blue" : "Green"}Service`));
  expect(may("elasticloadbalancing:ModifyRule", theOne(primary, "AWS::ElasticLoadBalancingV2::ListenerRule", "Split").ref)).toBe(true);
  for (const one of services)
    expect(may("ecs:UpdateService", `arn:aws:ecs:${primary}:${account}:service/${cluster.ref}/${one.attribute("Name")}`)).toBe(true);
  const table = theOne(primary, "AWS::DynamoDB::Table");
  expect(may("dynamodb:PutItem", `arn:aws:dynamodb:${primary}:${account}:table/${table.ref}`)).toBe(true);
  expect(may("kms:Decrypt", String(table.at("SSESpecification.KMSMasterKeyId")))).toBe(true);
  const task = theOne(primary, "AWS::ECS::TaskDefinition");
  for (const which of ["ExecutionRoleArn", "TaskRoleArn"]) expect(may("iam:PassRole", String(task.at(which)))).toBe(true);
  expect(may("ecs:RegisterTaskDefinition", `arn:aws:ecs:${primary}:${account}:task-definition/${task.text("Family")}:7`)).toBe(true);
});

it("B12 A15 it reaches the test listener of the balancer inside the network, which takes tests from all of it, and AWS by HTTPS, and nothing else", () => {
  expect(made.texts("VpcConfig.SubnetIds")).toEqual(
    inRegion(primary, "AWS::EC2::Subnet")
      .filter(({ id }) => id.includes("Private"))
      .map(({ ref }) => ref),
  );
  const [group] = made.texts("VpcConfig.SecurityGroupIds");
  const [balancer] = theOne(primary, "AWS::ElasticLoadBalancingV2::LoadBalancer").texts("SecurityGroups");
  const out = production.all("AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === group);
  expect(out.map((one) => [one.at("FromPort"), one.at("CidrIp") ?? one.at("DestinationSecurityGroupId")])).toEqual([
    [443, "0.0.0.0/0"],
    [testPort, balancer],
  ]);
  expect(theOne(primary, "AWS::ElasticLoadBalancingV2::Listener", "TestListener").at("Port")).toBe(testPort);
  const doors = production.all("AWS::EC2::SecurityGroupIngress");
  const ofTests = doors.filter((one) => one.at("GroupId") === balancer && one.at("FromPort") === testPort);
  expect(ofTests.map((one) => one.at("CidrIp"))).toEqual([theOne(primary, "AWS::EC2::VPC").at("CidrBlock")]);
  expect(doors.filter((one) => one.at("GroupId") === group)).toEqual([]);
});

it("B12 a balancer that callers reach is asked at its public addresses, to which its name leads from inside too, by way of NAT", () => {
  const open = changed({ edge: undefined });
  const [group] = open.one("AWS::Lambda::Function", inRelease).texts("VpcConfig.SecurityGroupIds");
  const out = open.all("AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === group);
  expect(out.map((one) => [one.at("FromPort"), one.at("CidrIp")])).toEqual([
    [443, "0.0.0.0/0"],
    [testPort, "0.0.0.0/0"],
  ]);
});

it("B12 a balancer that was there before lets it in by its group as well", () => {
  const securityGroup = "sg-0a1b2c3d";
  const arn = `arn:aws:elasticloadbalancing:${primary}:222222222222:loadbalancer/app/front/50dc6c495c0c9188`;
  const existing = { balancer: { arn, securityGroup } };
  const { database: _, edge: _edge, ...others } = config;
  const environments = config.environments.map((one) => ({ ...one, regions: [primary], existing: { ...one.existing, ...existing } }));
  const taken = readTemplates(buildPlan({ ...others, environments: environments as typeof config.environments }, "production"));
  const [group] = taken.one("AWS::Lambda::Function").texts("VpcConfig.SecurityGroupIds");
  const ways = [...taken.all("AWS::EC2::SecurityGroupEgress"), ...taken.all("AWS::EC2::SecurityGroupIngress")];
  const between = ways.filter(
    (one) => [one.at("DestinationSecurityGroupId"), one.at("GroupId")].includes(securityGroup) && one.at("FromPort") === testPort,
  );
  expect(between.map((one) => [one.at("GroupId"), one.at("DestinationSecurityGroupId") ?? one.at("SourceSecurityGroupId")])).toEqual([
    [group, securityGroup],
    [securityGroup, group],
  ]);
});

it("B18 the function comes after the service that it moves and the bucket of its code, which it shares with the rotation", () => {
  const order = whole.stacks.filter(({ region }) => region === primary).map(({ part }) => part);
  for (const before of ["ledger", "base", "functions", "web"]) expect(order.indexOf(before)).toBeLessThan(order.indexOf("release"));
  expect(order.filter((part) => part === "functions")).toHaveLength(1);
  const rotation = production.one("AWS::Lambda::Function", ({ stack }) => stack.startsWith("rotation "));
  expect(made.at("Code.S3Bucket")).toBe(rotation.at("Code.S3Bucket"));
});

it("B18 without a rotation the bucket is there for this function alone", () => {
  const { database: wanted } = config;
  const still = changed({ database: wanted && { ...wanted, rotation: false } });
  expect(still.follow(still.one("AWS::Lambda::Function").at("Code.S3Bucket")).stack).toBe(`functions ${primary}`);
});

it("A13 people are told once a release stands still, as its host failed or took too long", () => {
  const alarms = inRegion(primary, "AWS::CloudWatch::Alarm").filter(inRelease);
  // AWS Lambda Developer Guide, "Monitoring Lambda durable functions".
  expect(alarms.map((one) => one.at("MetricName"))).toEqual(["DurableExecutionFailed", "DurableExecutionTimedOut"]);
  for (const one of alarms) {
    expect(one.at("Dimensions")).toEqual([{ Name: "FunctionName", Value: made.ref }]);
    expect(production.follow(one.texts("AlarmActions")[0]).type).toBe("AWS::SNS::Topic");
  }
});

it("X04 the region that rests has no function, and where the command line is the host nothing of all this is there", () => {
  expect(regions).toContain(secondary);
  expect(inRegion(secondary, "AWS::Lambda::Function")).toEqual([]);
  const plain = changed({ rollout: { ...config.rollout, host: "command-line" } });
  expect(plain.found.filter(inRelease)).toEqual([]);
  expect(() => plain.output("LedgerKeyArn")).toThrow();
  expect(() => plain.output("TaskRoleArn")).toThrow();
});
