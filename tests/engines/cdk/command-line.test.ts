import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { type CloudFormation, cloudFormation } from "../../worlds/aws/cloudformation.ts";
import { environmentFor, type StandIn, standIn } from "../../worlds/aws/stand-in.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const example = path.join(root, "examples/d-container-pipeline");
const account = "111122223333";
const names = buildPlan((await loadConfig(example)).config, "staging").stacks.map(({ name }) => name);

let folder: string;
let aws: CloudFormation;
let parameters: StandIn;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "test-cdk-"));
  [aws, parameters] = await Promise.all([cloudFormation(account), standIn(account)]);
  parameters.parameters.set("/cdk-bootstrap/hnb659fds/version", { value: "30", type: "String", at: Date.now() });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([aws.close(), parameters.close()]);
});

/** Runs CDK's own command line in the repository, as its users do, for staging of system D. */
function cdk(...args: readonly string[]): Promise<{ readonly exit: number | null; readonly said: string }> {
  aws.calls.length = 0;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  const asked = [...args, "--all", "--output", path.join(folder, "out"), "-c", "environment=staging"];
  const child = spawn(process.execPath, ["node_modules/aws-cdk/bin/cdk", ...asked], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...clean, NO_COLOR: "1", CDK_HOME: folder, TMPDIR: folder, ...environmentFor(parameters.url), AWS_ENDPOINT_URL: aws.url },
  });
  let said = "";
  const hear = (chunk: unknown) => {
    said += String(chunk);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, said })));
}

const deploy = ["deploy", "--require-approval", "never"] as const;
const called = (action: string) => aws.calls.filter((call) => call.startsWith(`${action} `));

it("D09 D10 cdk deploys, finds no difference after, shows and deploys a change, and destroys it all, as its users expect", async () => {
  const first = await cdk(...deploy);
  expect(first).toMatchObject({ exit: 0 });
  expect(first.said).not.toContain("Acknowledge with");
  expect([...aws.stacks.values()].map(({ name, status }) => [name, status])).toEqual(names.map((name) => [name, "CREATE_COMPLETE"]));

  // With --fail a difference is an exit of 1.
  expect(await cdk("diff", "--fail", "--method", "template")).toMatchObject({ exit: 0 });
  expect(await cdk(...deploy)).toMatchObject({ exit: 0 });
  expect(called("ExecuteChangeSet")).toEqual([]);

  const changed = path.join(folder, "sluice.config.ts");
  const text = readFileSync(path.join(example, "sluice.config.ts"), "utf8");
  expect(text).toContain("memory: 1024");
  writeFileSync(changed, text.replace("memory: 1024", "memory: 2048"));
  const shown = await cdk("diff", "--fail", "--method", "template", "-c", `config=${changed}`);
  expect(shown).toMatchObject({
    exit: 1,
    said: expect.stringMatching(/\[~\] AWS::ECS::TaskDefinition[^\n]* replace[\s\S]*1024[\s\S]*2048/),
  });
  expect(shown.said).toContain("Number of stacks with differences: 1");
  expect(await cdk(...deploy, "-c", `config=${changed}`)).toMatchObject({ exit: 0 });
  expect(called("ExecuteChangeSet")).toHaveLength(1);

  expect(await cdk("destroy", "--force")).toMatchObject({ exit: 0 });
  expect(called("DeleteStack").map((call) => names.findIndex((name) => call.includes(`/${name}/`)))).toEqual([3, 2, 1, 0]);
  expect([...aws.stacks.keys()]).toEqual([]);
}, 180_000);
