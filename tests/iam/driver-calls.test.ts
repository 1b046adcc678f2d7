import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { staging } from "./c/places.ts";
import { releases } from "./c/release.ts";
import { actionsIn, loadedBy, root } from "./called.ts";
import { actionExists } from "./reference.ts";

/** What whoever releases by CodeDeploy calls from a command line, beside what every release does: ledger, numbers, images. */
const driver = ["codedeploy.ts", "driven.ts"].flatMap((name) => [...loadedBy(path.join(root, "lib/worlds/aws", name)).values()]);
const called = [...new Set(driver.flatMap(actionsIn))].sort();

/**
 * What is looked at and written down by every release, and nothing that a release does where CodeDeploy does it. `codebuild:` is asked where
 * `rollout.builtBy` says so, which a pipeline that releases by builds refuses.
 */
const beside = ["opened.ts", "checks/quota.ts", "kept-map.ts"].flatMap((name) => [...loadedBy(path.join(root, "lib/worlds/aws", name))]);
const ofOthers = [
  ...[
    "archives.ts",
    "builds.ts",
    "capacity.ts",
    "release-function.ts",
    "fleet.ts",
    "instance-job.ts",
    "instances.ts",
    "losses.ts",
    "job.ts",
  ],
  ...["native-driver.ts", "service-deployments.ts", "named-records.ts", "records.ts", "router.ts", "released.ts"],
].map((name) => path.join(root, "lib/worlds/aws", name));
const inAll = beside.flatMap(([file, source]) => (ofOthers.includes(file) ? [] : actionsIn(source)));
/** Quotas of networks and addresses are a deploy's; who somebody is AWS tells everybody (STS API reference, GetCallerIdentity). */
const notAsked = ["ec2:DescribeAddresses", "ec2:DescribeVpcs", "sts:GetCallerIdentity"];

it("C01 C04 every call that a release by a build makes is in the table of its role, which its policies are proven by, and no other", () => {
  const called = new Set(inAll.filter((action) => !notAsked.includes(action)));
  // What is not by command: the key of the ledger and that of the topic, and what AWS asks besides.
  const notByCommand = ["kms:Decrypt", "kms:GenerateDataKey", "ecs:TagResource", ...besides];
  const wanted = new Set(releases(staging).must.map(({ action }) => action));
  expect([...wanted].filter((action) => !notByCommand.includes(action)).sort()).toEqual([...called].sort());
});

/** What AWS asks of a caller of these besides: CodeDeploy for its configuration and for the revision in the deployment, ECS for roles of tasks. */
const besides = ["codedeploy:GetDeploymentConfig", "codedeploy:RegisterApplicationRevision", "iam:PassRole"];

const readme = readFileSync(path.join(root, "examples/d-container-pipeline/README.md"), "utf8");

it("D02 what whoever releases must be allowed is what a release with CodeDeploy calls, word for word", async () => {
  const [, listed = ""] = /must be allowed\n((?:.+\n)+)/.exec(readme) ?? [];
  const named = [...listed.matchAll(/`([a-z]+:[A-Za-z]+)`/g)].map(([, action = ""]) => action);
  expect(called).toContain("codedeploy:CreateDeployment");
  expect(named.toSorted()).toEqual([...called, ...besides].sort());
  const unknown = await Promise.all(named.map(async (action) => ((await actionExists(action)) ? [] : [action])));
  expect(unknown.flat()).toEqual([]);
});
