import path from "node:path";
import { expect, it } from "vitest";
import { recoveryPolicy } from "../../generate/recovery.ts";
import { actionsIn, loadedBy, root } from "./called.ts";
import { wrongCall } from "./reference.ts";

/** What a recovery loads and never runs: it moves services on ECS alone, by no driver, and neither migrates, judges nor tells of them. */
const ofOthers = [
  ...["archives.ts", "instance-job.ts", "instances.ts", "losses.ts", "job.ts", "records.ts", "named-records.ts"],
  ...["codedeploy.ts", "deployments.ts", "callers.ts", "native-driver.ts", "driven-service.ts"],
  ...["alarms.ts", "notifier.ts"],
].map((name) => path.join(root, "lib/worlds/aws", name));

/** It looks whether weights rest, and leaves them; who somebody is AWS tells everybody (STS API reference, GetCallerIdentity). */
const notCalled = ["elasticloadbalancing:ModifyRule", "sts:GetCallerIdentity"];

/** What IAM calls otherwise (Amazon S3 API reference, GetBucketReplication: permissions). */
const inIam: Readonly<Record<string, string>> = { "s3:GetBucketReplication": "s3:GetReplicationConfiguration" };

/** What AWS asks of a caller besides: keys in its name, roles that it hands on, tags that it gives with what it makes. */
const besides = ["ecs:TagResource", "iam:PassRole", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "rds:AddTagsToResource"];

const loaded = ["recovery-opened.ts", "kept-map.ts"].flatMap((name) => [...loadedBy(path.join(root, "lib/worlds/aws", name))]);
const called = loaded
  .flatMap(([file, source]) => (ofOthers.includes(file) ? [] : actionsIn(source)))
  .map((action) => inIam[action] ?? action)
  .filter((action) => !notCalled.includes(action));

const granted = recoveryPolicy.Statement.flatMap(({ Action, Resource = [] }) =>
  [Action].flat().map((action) => ({ action, resources: [Resource].flat().map(String) })),
);

it("A12 B14 every call that a recovery makes of AWS is in the policy of its page, and no other", () => {
  expect(called).toContain("rds:PromoteReadReplica");
  expect([...new Set(called), ...besides].sort()).toEqual([...new Set(granted.map(({ action }) => action))].sort());
});

it("B14 each statement of that policy is about resources that its actions know", async () => {
  const wrong = await Promise.all(
    granted.map(async ({ action, resources }) => {
      const complaints = await Promise.all(resources.map((resource) => wrongCall(action, resource)));
      return complaints.some((one) => one === undefined) ? [] : complaints;
    }),
  );
  expect(wrong.flat()).toEqual([]);
});

it("B14 that policy is one that IAM takes", () => {
  // IAM User Guide, "IAM and AWS STS quotas": managed policies, without white space.
  expect(JSON.stringify(recoveryPolicy).length).toBeLessThan(6_144);
  expect(new Set(recoveryPolicy.Statement.map(({ Sid }) => Sid)).size).toBe(recoveryPolicy.Statement.length);
});
