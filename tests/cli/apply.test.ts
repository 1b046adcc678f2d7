import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { type CloudFormation, cloudFormation } from "../worlds/aws/cloudformation.ts";
import { environmentFor, type StandIn, standIn } from "../worlds/aws/stand-in.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));
const account = "111122223333";
const bootstrap = "/cdk-bootstrap/hnb659fds/version";

const example = fileURLToPath(new URL("../../examples/d-container-pipeline", import.meta.url));
const { config } = await loadConfig(example);
const plan = buildPlan(config, "staging");
const text = readFileSync(path.join(example, "sluice.config.ts"), "utf8");
const names = plan.stacks.map(({ name }) => name);

let folder: string;
let aws: CloudFormation;
let parameters: StandIn;
beforeEach(async () => {
  [aws, parameters] = await Promise.all([cloudFormation(account), standIn(account)]);
  parameters.parameters.set(bootstrap, { value: "30", type: "String", at: Date.now() });
  for (const name of ["/shop/docker-hub/username", "/shop/docker-hub/token"])
    parameters.parameters.set(name, { value: "hunter2", type: "SecureString", at: Date.now() });
  folder = mkdtempSync(path.join(tmpdir(), "test-apply-"));
  writeConfig();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await Promise.all([aws.close(), parameters.close()]);
});

/** The example, with one thing of staging changed. */
function writeConfig(from = "", to = ""): void {
  expect(text).toContain(from);
  writeFileSync(path.join(folder, "sluice.config.ts"), text.replace(from, to));
}

/** Runs a command as a person does, against the stand-in and nothing else, and forgets earlier calls. */
function sluice(...args: readonly string[]): Promise<{ readonly exit: number | null; readonly out: string; readonly err: string }> {
  aws.calls.length = 0;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...clean, NO_COLOR: "1", CDK_HOME: folder, TMPDIR: folder, ...environmentFor(parameters.url), AWS_ENDPOINT_URL: aws.url },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    said.err += String(chunk);
  });
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, ...said })));
}

const calls = (action: string): string[] =>
  aws.calls.flatMap((call) => (call.startsWith(`${action} `) ? [call.slice(action.length + 1)] : []));
const eventsIn = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const map = () => path.join(folder, ".sluice/environments/staging.json");

test("X10: a deploy makes every stack in the order of its needs, says so on a pipe, and writes the map; a second changes nothing", async () => {
  const first = await sluice("deploy", "staging", "--yes");
  expect(first).toMatchObject({ exit: 0, out: expect.stringMatching(/^outcome +deployed/) });
  expect([...aws.stacks.values()].map(({ name, status }) => [name, status])).toEqual(names.map((name) => [name, "CREATE_COMPLETE"]));
  const started = first.err.search(/base: create NetworkVpc \(AWS::EC2::VPC\): started/);
  expect(started).toBeGreaterThan(0);
  expect(first.err.search(/base: create NetworkVpc \(AWS::EC2::VPC\): done/)).toBeGreaterThan(started);
  // Whoever says --yes was asked already.
  expect(first.err).not.toContain("Please confirm");
  const written = JSON.parse(readFileSync(map(), "utf8"));
  expect(written.stacks).toMatchObject(names.map((name) => ({ name, outputs: aws.stacks.get(name)?.outputs })));

  const second = await sluice("deploy", "staging", "--yes", "--json");
  expect(second).toMatchObject({ exit: 0, err: "" });
  const events = eventsIn(second.out);
  expect(events.filter(({ is }) => is === "unchanged").map(({ stack }) => stack)).toEqual(names);
  expect(events.at(-1)).toMatchObject({ type: "outcome", outcome: "unchanged", exit: 0 });
  expect(calls("ExecuteChangeSet")).toEqual([]);
}, 120_000);

test("X10: a deploy that fails half-way names stack, block, resource and cause, writes no map, and converges when it is run again", async () => {
  const [ledger = "", base = ""] = names;
  aws.failing.set("NetworkVpc", "The maximum number of VPCs has been reached.");
  const { exit, out, err } = await sluice("deploy", "staging", "--yes", "--json");
  expect({ exit, err }).toEqual({ exit: 12, err: "" });
  const events = eventsIn(out);
  const told = {
    stack: base,
    component: "Network",
    id: "NetworkVpc",
    is: "failed",
    because: "The maximum number of VPCs has been reached.",
  };
  expect(events).toContainEqual(expect.objectContaining(told));
  expect(events.filter(({ is }) => is === "cancelled")).toHaveLength(1);
  expect(events).toContainEqual(expect.objectContaining({ type: "note", text: expect.stringMatching(`^${base}: put back`) }));
  expect(events.slice(-2)).toMatchObject([
    {
      type: "error",
      code: "engine/failed",
      message: `${base}: AWS could not create NetworkVpc of Network (AWS::EC2::VPC): The maximum number of VPCs has been reached.`,
    },
    { type: "outcome", outcome: "failed", exit: 12 },
  ]);
  expect([...aws.stacks.keys()]).toEqual([ledger, base]);
  expect(existsSync(map())).toBe(false);

  aws.failing.clear();
  expect(await sluice("deploy", "staging", "--yes")).toMatchObject({ exit: 0 });
  expect(calls("ExecuteChangeSet")).not.toContain(ledger);
  expect([...aws.stacks.keys()].sort()).toEqual(names.toSorted());
  expect(existsSync(map())).toBe(true);
}, 120_000);

test("X10: preview calls out what would be made anew, and changes nothing; a deletion goes the other way and takes the map away", async () => {
  await sluice("deploy", "staging", "--yes");
  writeConfig("10.10.0.0/16", "10.30.0.0/16");
  const preview = await sluice("preview", "staging", "--json");
  expect(preview.exit).toBe(0);
  expect(JSON.parse(preview.out).lost).toContain("shop-staging-euw1-base/NetworkVpc");
  expect(calls("CreateChangeSet")).toEqual([]);

  writeConfig("protected: false", "protected: true");
  expect(await sluice("destroy", "staging", "--yes")).toMatchObject({
    exit: 12,
    err: expect.stringContaining("(environment/protected)"),
  });
  expect(calls("DeleteStack")).toEqual([]);

  writeConfig();
  expect(await sluice("destroy", "staging", "--yes")).toMatchObject({ exit: 0, out: expect.stringMatching(/^outcome +destroyed/) });
  expect(calls("DeleteStack").map((id) => id.split("/")[1])).toEqual(names.toReversed());
  expect(aws.stacks.size).toBe(0);
  expect(existsSync(map())).toBe(false);
}, 120_000);

test("X10: an account where CDK is not set up, and credentials past their time, are said once and with what to do", async () => {
  aws.bootstrapped = false;
  parameters.parameters.delete(bootstrap);
  const strange = await sluice("deploy", "staging", "--yes");
  expect(strange).toMatchObject({ exit: 12, out: "", err: expect.stringContaining(`npx cdk bootstrap aws://${account}/eu-west-1\n`) });
  expect(strange.err).not.toContain("UnknownError");
  expect(strange.err.match(/Lookup role \S+ was not assumed/g)).toHaveLength(1);

  aws.expired = true;
  const late = await sluice("deploy", "staging", "--yes");
  expect(late).toMatchObject({ exit: 12, out: "", err: expect.stringContaining("(engine/no-credentials)\n") });
  expect(late.err.match(/The security token included in the request is expired/g)).toHaveLength(1);
  expect(calls("ExecuteChangeSet")).toEqual([]);
}, 120_000);
