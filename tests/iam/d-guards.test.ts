import { describe, expect, it } from "vitest";
import { otherAccount, world } from "./d/places.ts";
import { proveGuards, ruledIn } from "./prove-guards.ts";
import { proveEventLogs } from "./prove-log-policies.ts";

describe("D03: system D's production", () => {
  proveGuards({
    world,
    otherAccount,
    role: world.roleArn("pipeline"),
    silent: ["artifacts", "images", "ledger"],
    groups: 6,
    topics: { notices: "notices" },
    sealed: { artifacts: "artifacts" },
  });
  proveEventLogs(world, ["pipeline-events"], ["web", "flow", "shells", "image"]);
});

it("C04: every policy of a resource of system D is one that these tests ask", () => {
  const { "AWS::IAM::Role": roles, "AWS::KMS::Key": keys, ...others } = ruledIn(world);
  expect(keys).toBe(Object.keys(world.keys).length);
  expect(roles).toBe(world.roles.length);
  expect(others).toMatchObject({ "AWS::S3::BucketPolicy": 2, "AWS::SNS::TopicPolicy": 1 });
  expect(Object.keys(others).sort()).toEqual(["AWS::Logs::ResourcePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"]);
});
