import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { viewKind } from "../../lib/cli/view.ts";
import { said } from "./said.ts";

const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));

function sluice(args: readonly string[], node: readonly string[] = []): Promise<{ exit: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [...node, program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  return new Promise((resolve) => child.on("close", (exit) => resolve({ exit, out, err })));
}

const commands = [
  "init",
  "plan",
  "doctor",
  "secret",
  "preview",
  "deploy",
  "map",
  "rehearse",
  "release",
  "failover",
  "failback",
  "replicate",
  "drill",
  "status",
  "approve",
  "pause",
  "resume",
  "abort",
  "rollback",
  "promote",
  "destroy",
];

test("help goes to stdout, ends with 0 and lists exactly the commands that work", async () => {
  const { exit, out, err } = await sluice(["--help"]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  const listed = [...out.matchAll(/^ {2}(\w+) .*$/gm)].map(([, name]) => name);
  expect(listed.filter((name) => name !== "help")).toEqual(commands);
});

test.each(commands)("sluice %s --help has examples and exit codes", async (command) => {
  const { exit, out } = await said([command, "--help"]);
  expect(exit).toBe(0);
  expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ sluice ${command}[^]*\\nExit codes:\\n +0 {2}\\S`));
});

test("help loads nothing but the command line itself", async () => {
  const listing = `data:text/javascript,import{registerHooks}from"node:module";registerHooks({load(url,c,next){if(!url.startsWith("node:"))console.error(url);return next(url,c)}})`;
  const { err } = await sluice(["--help"], ["--import", listing]);
  const packages = new Set([...err.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name));
  expect([...packages]).toEqual(["commander"]);
  expect(err).toContain("lib/cli/program.ts");
  expect(err).not.toContain("lib/actions/");
});

test.each(["status --watch", "approve", "pause", "resume", "abort", "rollback", "promote"])(
  "A17 X04: the help of sluice %s shows it for an environment on AWS, too",
  async (line) => {
    const [command = "", ...more] = line.split(" ");
    const { out } = await said([command, "--help"]);
    expect(out).toContain(["  $ sluice", command, "production", ...more].join(" "));
  },
);

test("with nothing asked for, help goes to stderr and the exit code is 2", async () => {
  const { exit, out, err } = await said([]);
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err).toContain("Usage: sluice");
});

const seeHelp = "\nfix: see what the command takes, with examples: add --help\n";

test.each([
  ["an unknown command", ["rehears"], `unknown command 'rehears'\n(Did you mean rehearse?)${seeHelp}`],
  ["an unknown option", ["rehearse", "--fualt", "x"], `unknown option '--fualt'\n(Did you mean --fault?)${seeHelp}`],
  ["an environment that is left out", ["release"], `missing required argument 'env'${seeHelp}`],
  ["two things that exclude each other", ["rehearse", "--all-faults", "--keep"], "cannot be used with option '--keep'"],
  [
    "a value that cannot be used",
    ["rehearse", "--speed", "0"],
    "error: --speed 0 cannot be used (usage/invalid)\nfix: give a number above 0",
  ],
])("A17: %s is one clear message on stderr, exit code 2, no stack", async (_what, args, message) => {
  const { exit, out, err } = await said(args);
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});

test("C21: with --json even a mistake in usage ends with an outcome on stdout, and nothing else is there", async () => {
  const { exit, out, err } = await said(["rehearse", "--speed", "nan", "--json"]);
  const events = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events).toMatchObject([
    { type: "error", code: "usage/invalid" },
    { type: "outcome", outcome: "blocked", exit: 2 },
  ]);
  expect({ exit, err }).toEqual({ exit: 2, err: "" });
});

test("the version is the package's own", async () => {
  const { exit, out } = await said(["--version"]);
  expect(exit).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ["json", true, true, {}],
  ["live", false, true, { TERM: "xterm" }],
  ["plain", false, false, { TERM: "xterm" }],
  ["plain", false, true, { TERM: "dumb" }],
  ["plain", false, true, { TERM: "xterm", CI: "true" }],
] as const)("C21: the view is %s with --json %s, a terminal %s and %o", (kind, json, terminal, environment) => {
  expect(viewKind(json, terminal, environment)).toBe(kind);
});
