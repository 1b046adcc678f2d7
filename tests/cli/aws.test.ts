import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { configOf } from "../actions/aws-target.ts";
import { addresses, certificateIs, jsonError, networks, parameter, quotaIs } from "../worlds/aws/replies.ts";
import { environmentFor, type StandIn, signedOut, standIn } from "../worlds/aws/stand-in.ts";
import { environmentOf, json, openWire } from "../worlds/aws/wire.ts";
import { said } from "./said.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));

let folder: string;
let aws: StandIn;
beforeAll(async () => {
  aws = await standIn();
  folder = mkdtempSync(path.join(tmpdir(), "test-cli-aws-"));
  writeFileSync(path.join(folder, "sluice.config.json"), JSON.stringify(configOf()));
  writeFileSync(path.join(folder, "protected.json"), JSON.stringify(configOf({}, { protected: true })));
  writeFileSync(path.join(folder, "pulumi.json"), JSON.stringify(configOf({ engine: "pulumi" })));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await aws.close();
});

interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in the project's folder, with nothing of this machine's AWS settings. */
function sluice(
  args: readonly string[],
  { input = "", env = signedOut }: { input?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...clean, NO_COLOR: "1", CDK_HOME: folder, TMPDIR: folder, ...env },
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    said.err += String(chunk);
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, ...said })));
}

test.each<readonly [string, readonly string[], number, string]>([
  [
    "an environment that is not there",
    ["preview", "prod"],
    2,
    'error: there is no environment "prod" (plan/environment)\nfix: write one of: test',
  ],
  ["nor for destroy", ["destroy", "prod", "--yes"], 2, "fix: write one of: test; or rehearsal, the one on this machine"],
  ["an engine that is none", ["deploy", "test", "--yes", "--engine", "terraform"], 2, "Allowed choices are cdk, pulumi."],
  [
    "a region that the environment has not",
    ["deploy", "test", "--yes", "--region", "mars"],
    2,
    'error: test has nothing in the region "mars"',
  ],
  ["a plan for Pulumi as a tree", ["plan", "--engine", "pulumi"], 2, "fix: add --format json"],
  ["a deploy that can ask nobody", ["deploy", "test"], 2, "fix: add --yes, or run it on a terminal"],
  ["a deletion that can ask nobody", ["destroy", "test"], 2, "fix: add --yes, or run it on a terminal"],
  ["nobody to ask, before the configuration is read", ["deploy", "prod", "--config", "nope.json"], 2, "fix: add --yes, or run it"],
  ["nor for a deletion", ["destroy", "prod", "--config", "nope.json"], 2, "fix: add --yes, or run it"],
  [
    "a protected environment, though --yes",
    ["destroy", "test", "--yes", "--config", "protected.json"],
    12,
    "fix: write environments.test.protected: false, run: sluice deploy test, and then: sluice destroy test",
  ],
  ["no credentials to look", ["preview", "test"], 12, "error: Need to perform AWS calls for account 111111111111, but no credentials"],
  ["no credentials to deploy", ["deploy", "test", "--yes"], 12, "(engine/no-credentials)\nfix: sign in with: aws sso login"],
  ["no credentials to delete", ["destroy", "test", "--yes"], 12, "from any providers\nfix: sign in with: aws sso login"],
  ["no credentials for a secret", ["secret", "check", "test"], 12, "(engine/no-credentials)"],
  ["a secret that is not named", ["secret", "set", "test", "nope"], 2, "fix: write one of: dockerHub.username, dockerHub.token"],
  ["one value for two secrets", ["secret", "set", "test"], 2, "fix: name the secret: sluice secret set test dockerHub.username, or"],
])("X10: %s is one clear message on stderr, without a stack", async (_what, args, exit, message) => {
  const ended = await sluice(args);
  expect(ended).toMatchObject({ exit, out: "", err: expect.stringContaining(message) });
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(ended.err.match(/no credentials have been configured/g)?.length ?? 0).toBeLessThan(2);
});

test("X10: with --json a deploy ends with an error and an outcome, and stderr is empty", async () => {
  const { exit, out, err } = await sluice(["deploy", "test", "--yes", "--json"]);
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect({ exit, err }).toEqual({ exit: 12, err: "" });
  expect(events).toMatchObject([
    { type: "error", code: "engine/no-credentials" },
    { type: "outcome", outcome: "blocked", exit: 12, environment: "test", map: "" },
  ]);
});

test.each(["deploy", "destroy"])("X10: %s with --json and without --yes is refused before the configuration is read", async (verb) => {
  const { exit, out, err } = await sluice([verb, "prod", "--json", "--config", "nope.json"]);
  expect({ exit, err }).toEqual({ exit: 2, err: "" });
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: "error", code: "usage/invalid", fix: "add --yes, or run it on a terminal" },
    { type: "outcome", outcome: "blocked", exit: 2 },
  ]);
});

test("X11: doctor lists the steps to stdout without an account, and says how to sign in", async () => {
  const offline = await sluice(["doctor", "test"]);
  expect(offline).toMatchObject({ exit: 0, err: "" });
  expect(offline.out).toContain("? unknown  CDK is set up in eu-west-1 of 111111111111\n");
  expect(offline.out).toMatch(/^ {11}AWS takes no credentials from here: .*; sign in with: aws sso login/m);
  expect(offline.out).toContain("           $ npx cdk bootstrap aws://111111111111/eu-west-1\n");
  expect(offline.out).toMatch(/\ntest: 0 done, 0 to do, 8 unknown\n$/);
});

test("X11: doctor asks the account about every step, ends with 12 while one is missing, and with 0 when none is", async () => {
  const wire = await openWire();
  onTestFinished(wire.close);
  const env = environmentOf(wire.url);
  wire.say("ssm GetParameter", jsonError("ParameterNotFound"));
  wire.say("servicequotas GetServiceQuota", quotaIs(100));
  wire.say("ec2 DescribeVpcs", networks("other"));
  wire.say("ec2 DescribeAddresses", addresses());
  wire.say("acm DescribeCertificate", certificateIs("ISSUED"));
  wire.say("ecr DescribeImages", jsonError("ImageNotFoundException"));
  wire.say("dynamodb Query", json({ Items: [] }));
  const asked = await sluice(["doctor", "test", "--json"], { env });
  expect(asked).toMatchObject({ exit: 12, err: "" });
  const steps: readonly { readonly id: string; readonly is: string }[] = JSON.parse(asked.out).steps;
  expect(Object.fromEntries(steps.map(({ id, is }) => [id, is]))).toEqual({
    "bootstrap 111111111111 eu-west-1": "to do",
    "secret dockerHub.username eu-west-1": "to do",
    "secret dockerHub.token eu-west-1": "to do",
    "quota L-0263D0A3 eu-west-1": "done",
    "quota L-F678F1CE eu-west-1": "done",
    "quota L-3032A538 eu-west-1": "done",
    "certificate eu-west-1": "done",
    "seed eu-west-1": "to do",
  });
  expect(Object.keys(steps[0] ?? {})).toEqual(["id", "what", "is", "because", "run"]);
  wire.say("ssm GetParameter", parameter("21", "SecureString"));
  wire.say("ecr DescribeImages", json({ imageDetails: [{ imageTags: ["seed"], imagePushedAt: 1_700_000_000 }] }));
  const after = await sluice(["doctor", "test"], { env });
  expect(after).toMatchObject({ exit: 0, err: "", out: expect.stringMatching(/\ntest: 8 done, 0 to do, 0 unknown\n$/) });
});

describe("secrets", () => {
  test("D07: a value comes from stdin, and is in no output; check ends with 12 until all are there", async () => {
    const env = environmentFor(aws.url);
    const before = await sluice(["secret", "check", "test"], { env });
    expect(before).toMatchObject({
      exit: 12,
      err: expect.stringContaining("fix: write them with: sluice secret set test dockerHub.username"),
    });
    expect(before.out).toMatch(/^missing {2}dockerHub\.token +\/shop\/token +eu-west-1 +there is no such parameter$/m);
    for (const name of ["username", "token"]) {
      const set = await sluice(["secret", "set", "test", `dockerHub.${name}`], { input: `hunter2-${name}\n`, env });
      expect(set).toMatchObject({ exit: 0, err: "next: sluice secret check test\n" });
      expect(set.out + set.err).not.toContain("hunter2");
    }
    expect(aws.parameters.get("/shop/token")).toMatchObject({ value: "hunter2-token", type: "SecureString" });
    const after = await sluice(["secret", "check", "test"], { env });
    expect(after).toMatchObject({ exit: 0, err: "" });
    expect(after.out).toMatch(/^there +dockerHub\.username +\S+ +eu-west-1 +written in the last hour$/m);
    expect(after.out + JSON.stringify(await sluice(["secret", "check", "test", "--json"], { env }))).not.toContain("hunter2");
  });

  test("D07: nothing on stdin is refused and writes nothing", async () => {
    const env = environmentFor(aws.url);
    const calls = aws.calls.length;
    expect(await sluice(["secret", "set", "test", "dockerHub.token"], { env })).toMatchObject({
      exit: 2,
      err: expect.stringContaining("the value of dockerHub.token is empty"),
    });
    expect(aws.calls.length).toBe(calls);
  });

  test("D07: a value is not read where a person would see what is typed", async () => {
    const before = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
    Object.defineProperty(process.stdin, "isTTY", { value: true, configurable: true });
    onTestFinished(() => {
      if (before) Object.defineProperty(process.stdin, "isTTY", before);
      else Reflect.deleteProperty(process.stdin, "isTTY");
    });
    const { exit, err } = await said(["secret", "set", "test", "dockerHub.token", "--project", folder]);
    expect({ exit, err }).toMatchObject({ exit: 2, err: expect.stringMatching(/would be shown.*\(usage\/invalid\)\nfix: leave stderr/) });
  });

  test.each(["set", "check"])("A17: sluice secret %s --help has examples and exit codes", async (verb) => {
    const { exit, out } = await sluice(["secret", verb, "--help"]);
    expect(exit).toBe(0);
    expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ sluice secret ${verb}[^]*\\nExit codes:\\n +0 {2}\\S`));
  });
});

test("X10 the Pulumi engine says what to install where its CLI is not there", async () => {
  const { exit, err } = await sluice(["preview", "test", "--config", "pulumi.json"], { env: { ...signedOut, PATH: "/nonexistent" } });
  expect([exit, err]).toEqual([2, expect.stringContaining("the Pulumi engine needs the Pulumi CLI")]);
  expect(err).toContain("https://www.pulumi.com/docs/iac/download-install/");
});

test("C01 X01 a plan can be printed as what Pulumi is told: native types, names, parents, inputs and the line of the block", async () => {
  const { exit, out } = await sluice(["plan", "test", "--engine", "pulumi", "--format", "json"]);
  const { resources } = JSON.parse(out);
  expect(exit).toBe(0);
  const vpc = resources.find(({ type }: { type: string }) => type === "aws:ec2/vpc:Vpc");
  expect(vpc).toMatchObject({
    inputs: { region: "eu-west-1" },
    parent: expect.stringContaining("sluice:aws:Block"),
    source: expect.stringMatching(/^file:\/\/\/.*\/plan\/blocks\/\w[\w-]*\.ts:\d+$/),
  });
});
