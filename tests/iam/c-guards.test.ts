import { describe, expect, it } from "vitest";
import { otherAccount, stages, tools, toolsIn } from "./c/places.ts";
import { proveGuards, proveLostQueue, ruledIn } from "./prove-guards.ts";
import { proveEventLogs } from "./prove-log-policies.ts";

const conductor = tools.roleArn("pipeline");

describe("C16: system C's tools, in the region of the pipeline", () => {
  proveGuards({
    world: tools,
    otherAccount,
    role: conductor,
    silent: ["artifacts", "functions", "images", "deployment-logger-lost"],
    groups: 10,
    topics: { notices: "notices" },
    sealed: { artifacts: "artifacts", functions: "functions" },
  });
  const perStage = stages.flatMap(({ name }) => [`stage-check-${name}`, `stage-${name}`, `stage-record-${name}`]);
  const kept = ["pipeline-events", "stage-source", "stage-build", "stage-scan", ...perStage];
  proveEventLogs(tools, kept, ["flow", "image", "deployment-logger", "deploy-staging"]);

  proveLostQueue(tools, otherAccount, "deployment-logger", "C09");
});

describe.each([toolsIn["eu-central-1"], toolsIn["us-east-1"]])("C03: system C's tools in $region", (world) => {
  proveGuards({
    world,
    otherAccount,
    role: conductor,
    silent: ["artifacts"],
    groups: 1,
    topics: {},
    sealed: { artifacts: "artifacts" },
  });
});

describe.each(stages)("C16: system C's $name", (world) => {
  proveGuards({
    world,
    otherAccount,
    role: world.roleArn("web-task"),
    silent: ["ledger"],
    groups: 3,
    topics: { notices: "notices" },
    sealed: {},
  });
});

it("C04: every policy of a resource of system C is one that these tests ask", () => {
  expect(ruledIn(tools)).toEqual({
    "AWS::ECR::Repository": 1,
    "AWS::IAM::Role": tools.roles.length,
    "AWS::KMS::Key": Object.keys(tools.keys).length,
    "AWS::Lambda::Permission": 1,
    "AWS::Logs::ResourcePolicy": 1,
    "AWS::S3::BucketPolicy": 7,
    "AWS::SNS::TopicPolicy": 1,
    "AWS::SQS::QueuePolicy": 1,
  });
  for (const stage of stages)
    expect(ruledIn(stage)).toEqual({
      "AWS::IAM::Role": stage.roles.length,
      "AWS::KMS::Key": Object.keys(stage.keys).length,
      "AWS::S3::BucketPolicy": 1,
      "AWS::SNS::TopicPolicy": 1,
    });
});
