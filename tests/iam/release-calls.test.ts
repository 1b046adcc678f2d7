import path from "node:path";
import { expect, it } from "vitest";
import { releases } from "./a/release.ts";
import { actionsIn, loadedBy, root } from "./called.ts";
import { actionExists } from "./reference.ts";

/** What moves traffic by DNS or fleets of EC2 or has AWS move it, which the configuration refuses a release in Lambda (tests/config/host.test.ts). */
const driven = ["callers.ts", "codedeploy.ts", "deployments.ts", "driven-service.ts", "native-driver.ts"];
const notInLambda = [
  ...driven,
  "archives.ts",
  "instance-job.ts",
  "instances.ts",
  "losses.ts",
  "named-records.ts",
  "records.ts",
  "released.ts",
].map((name) => path.join(root, "lib/worlds/aws", name));

const host = [...loadedBy(path.join(root, "assets/functions/release/main.ts"))].flatMap(([file, source]) =>
  notInLambda.includes(file) ? [] : [source],
);
const called = [...new Set(host.flatMap(actionsIn))].sort();

/** What its table has besides what it calls by itself. */
const notByCommand = [
  // Lambda, for it: its log, traces, interfaces and the queue of what failed, under the queue's key.
  /^(logs|xray|ec2|sqs|kms):/,
  // The SDK for durable functions, which is bundled with it.
  /^lambda:(CheckpointDurableExecution|GetDurableExecutionState|InvokeFunction)$/,
  // Amazon ECS, when it registers tasks that have roles and tags.
  /^(iam:PassRole|ecs:TagResource)$/,
];

it("B14 X04 every call that a release makes of AWS is in the table of the function's role, which its policies are proven by, and no other", () => {
  const wanted = [...new Set(releases().must.map(({ action }) => action))].filter(
    (action) => !notByCommand.some((one) => one.test(action)),
  );
  expect(called.length).toBeGreaterThan(10);
  expect(called).toEqual(wanted.sort());
});

it("B14 the commands of AWS's SDK are named as the actions that IAM knows", async () => {
  const unknown = await Promise.all(called.map(async (action) => ((await actionExists(action)) ? [] : [action])));
  expect(unknown.flat()).toEqual([]);
});
