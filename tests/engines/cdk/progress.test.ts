import { expect, it } from "vitest";
import { failureOf } from "../../../lib/engines/cdk/failure.ts";
import { halfMade, progressOf } from "../../../lib/engines/cdk/progress.ts";
import { endsHalfMade } from "../../../lib/engines/cdk/protection.ts";
import type { ResourceProgress } from "../../../lib/ports/engine.ts";
import { network, planOf, resource, stackOf } from "./plans.ts";

const plan = planOf(network);

/** A stack event as CloudFormation sends it and the toolkit hands it on. */
const event = (ResourceStatus: string, more: Record<string, string> = {}) =>
  progressOf(
    {
      level: "info",
      code: "CDK_TOOLKIT_I5502",
      message: "shop-test-network |  0/2 | 10:00:00 AM | …",
      data: {
        deployment: "8a0f",
        event: {
          StackId: "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-test-network/1",
          EventId: "1",
          StackName: "shop-test-network",
          LogicalResourceId: "NetworkVpc",
          PhysicalResourceId: "vpc-1",
          ResourceType: "AWS::EC2::VPC",
          ResourceStatus,
          ...more,
        },
      },
    },
    plan,
  );

const failed = (more: Partial<ResourceProgress> = {}): ResourceProgress => ({
  type: "resource",
  stack: "shop-test-network",
  component: "Network",
  id: "NetworkVpc",
  of: "AWS::EC2::VPC",
  does: "create",
  is: "failed",
  because: "The maximum number of VPCs has been reached.",
  ...more,
});

it.each([
  ["CREATE_IN_PROGRESS", "create", "started"],
  ["CREATE_COMPLETE", "create", "done"],
  ["CREATE_FAILED", "create", "failed"],
  ["UPDATE_FAILED", "update", "failed"],
  ["DELETE_COMPLETE", "delete", "done"],
  ["DELETE_SKIPPED", "delete", "kept"],
  ["IMPORT_COMPLETE", "import", "done"],
])("X10: %s tells the component, the resource and what happens to it", (status, does, is) => {
  expect(event(status)).toEqual({
    type: "resource",
    stack: "shop-test-network",
    component: "Test",
    id: "NetworkVpc",
    of: "AWS::EC2::VPC",
    does,
    is,
    because: "",
  });
});

it("X10: what AWS gave up because of another resource is no failure of its own", () => {
  expect(event("CREATE_FAILED", { ResourceStatusReason: "Resource creation cancelled" })).toMatchObject({ is: "cancelled" });
});

it("what the engine added itself has no component", () => {
  expect(event("CREATE_COMPLETE", { LogicalResourceId: "CustomS3AutoDelete" })).toMatchObject({ component: "" });
});

const ofStack = (status: string, ResourceStatusReason = "") =>
  event(status, { LogicalResourceId: "shop-test-network", ResourceType: "AWS::CloudFormation::Stack", ResourceStatusReason });

it("events about the stack itself are not told twice", () => {
  expect(["CREATE_IN_PROGRESS", "CREATE_FAILED", "UPDATE_COMPLETE"].map((status) => ofStack(status))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it("X10: after a failure it is told that the stack is put back, when it is, and what to run where it cannot be", () => {
  for (const kind of ["", "UPDATE_"]) {
    expect(ofStack(`${kind}ROLLBACK_IN_PROGRESS`)).toEqual({
      type: "note",
      text: expect.stringMatching(/^shop-test-network: .* puts back/),
    });
    expect(ofStack(`${kind}ROLLBACK_COMPLETE`)).toEqual({ type: "note", text: expect.stringMatching(/^shop-test-network: put back/) });
  }
  expect(ofStack("UPDATE_ROLLBACK_FAILED", "Role is gone")).toEqual({
    type: "note",
    text: expect.stringMatching(/Role is gone; .*aws cloudformation continue-update-rollback --stack-name shop-test-network$/),
  });
  expect(ofStack("ROLLBACK_FAILED", "Bucket is not empty")).toMatchObject({ text: expect.stringContaining("delete-stack") });
  expect(ofStack("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")).toBeUndefined();
});

it("a stack is told as started, done or unchanged", () => {
  const stackArn = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-test-network/1";
  const said = (code: string, data: unknown) => progressOf({ level: "info", code, message: "", data }, plan);
  expect(said("CDK_TOOLKIT_I5100", { total: 1, current: 1, stack: { stackName: "shop-test-network" } })).toEqual({
    type: "stack",
    stack: "shop-test-network",
    is: "started",
  });
  expect(said("CDK_TOOLKIT_I5900", { noOp: false, stackArn, outputs: {} })).toMatchObject({ stack: "shop-test-network", is: "done" });
  expect(said("CDK_TOOLKIT_I5900", { noOp: true, stackArn, outputs: {} })).toMatchObject({ is: "unchanged" });
  expect(said("CDK_TOOLKIT_I7900", { stackName: "shop-test-network" })).toMatchObject({ is: "done" });
});

it("warnings are told, and nothing else that the toolkit chats about", () => {
  expect(progressOf({ level: "warn", message: " careful \n" }, plan)).toEqual({ type: "note", text: "careful" });
  expect(progressOf({ level: "debug", message: "outdir: …" }, plan)).toBeUndefined();
});

it("X10: a failed deployment names the stack, the component, the resource and the cause, and lists what else failed", () => {
  const error = failureOf(new Error("stack failed"), [failed(), failed({ id: "Other", does: "update", because: "no" })]);
  expect(error).toMatchObject({
    code: "engine/failed",
    message: "shop-test-network: AWS could not create NetworkVpc of Network (AWS::EC2::VPC): The maximum number of VPCs has been reached.",
    details: ["shop-test-network: could not update Other (AWS::EC2::VPC): no"],
  });
});

it("X10 B10: a first deploy that fails beside a protected database names the commands without which no other can go on", () => {
  const database = resource("Database", "AWS::RDS::DBInstance", { DBInstanceIdentifier: "shop-test-db" }, { protect: true });
  const data = planOf(stackOf("data", [database, resource("Topic", "AWS::SNS::Topic", { TopicName: "t" })], { protect: true }));
  const deleting = (id: string, of: string) => failed({ stack: "shop-test-data", id, of, does: "delete", because: "it is protected" });
  const failures = [
    failed({ stack: "shop-test-data" }),
    deleting("Topic", "AWS::SNS::Topic"),
    deleting("Database", "AWS::RDS::DBInstance"),
  ];
  const ending = endsHalfMade(data, "shop-test-data", failures);
  expect(ending).toEqual([
    "aws rds modify-db-instance --region eu-west-1 --db-instance-identifier shop-test-db --no-deletion-protection --apply-immediately",
    "aws cloudformation update-termination-protection --region eu-west-1 --stack-name shop-test-data --no-enable-termination-protection",
    "aws cloudformation delete-stack --region eu-west-1 --stack-name shop-test-data",
  ]);
  expect(failureOf(new Error("stack failed"), failures, ending)).toMatchObject({ fix: expect.stringContaining(ending.join("; ")) });
  expect(endsHalfMade(data, "shop-test-data", failures.slice(0, 2))).toEqual([]);
});

it("X10: only a stack that was never made is taken away: one that was updated holds what people use", () => {
  const said = (ResourceStatus: string, LogicalResourceId = "shop-test-network") =>
    halfMade({
      level: "info",
      code: "CDK_TOOLKIT_I5502",
      message: "",
      data: { event: { StackName: "shop-test-network", LogicalResourceId, ResourceStatus } },
    });
  expect(said("ROLLBACK_FAILED")).toBe("shop-test-network");
  expect([said("UPDATE_ROLLBACK_FAILED"), said("ROLLBACK_COMPLETE"), said("ROLLBACK_FAILED", "NetworkVpc")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it("credentials that ended are no credentials, whoever says so", () => {
  const error = Object.assign(new Error("The security token included in the request is expired"), { name: "ExpiredToken" });
  expect(failureOf(new Error("deploy failed", { cause: error }), [])).toMatchObject({ code: "engine/no-credentials" });
});

it("a refusal of AWS outside any resource is told in AWS's words", () => {
  const error = Object.assign(new Error("User is not authorized to perform: cloudformation:CreateChangeSet"), { $metadata: {} });
  expect(failureOf(error, [])).toMatchObject({ code: "engine/failed", message: error.message });
});

it("a fault of our own stays what it is", () => {
  const error = new TypeError("x is not a function");
  expect(failureOf(error, [])).toBe(error);
});
