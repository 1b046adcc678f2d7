import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { actionsIn, loadedBy, root } from "./called.ts";
import { actionExists } from "./reference.ts";

/** What whoever releases by CodeDeploy calls from a command line, beside what every release does: ledger, numbers, images. */
const driver = ["codedeploy.ts", "driven.ts"].flatMap((name) => [...loadedBy(path.join(root, "lib/worlds/aws", name)).values()]);
const called = [...new Set(driver.flatMap(actionsIn))].sort();

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
