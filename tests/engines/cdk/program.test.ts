import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";

const root = path.join(import.meta.dirname, "../../..");
const D = "examples/d-container-pipeline";
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "test-cdk-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the `app` of cdk.json as the CDK command line does. */
function app(context: Readonly<Record<string, string>> = {}, environment: Readonly<Record<string, string>> = {}) {
  const [program = "", ...args] = JSON.parse(readFileSync(path.join(root, "cdk.json"), "utf8")).app.split(" ");
  return spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      CDK_OUTDIR: path.join(folder, "out"),
      CDK_VALIDATION: "false",
      CDK_CONTEXT_JSON: JSON.stringify(context),
      ...environment,
    },
  });
}

const stacks = (): string[] =>
  readdirSync(path.join(folder, "out"))
    .filter((name) => name.endsWith(".template.json"))
    .map((name) => name.replace(".template.json", ""))
    .sort();

it("cdk synth without a word is production of system D, as planned", async () => {
  const ran = app();
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: "" });
  const plan = buildPlan((await loadConfig(path.join(root, D))).config, "production");
  expect(stacks()).toEqual(plan.stacks.map(({ name }) => name).sort());
  for (const stack of plan.stacks) {
    const template = JSON.parse(readFileSync(path.join(folder, "out", `${stack.name}.template.json`), "utf8"));
    expect(template.Resources).toEqual(JSON.parse(JSON.stringify(templateOf(stack).Resources)));
  }
});

it("-c config and -c environment choose, the configuration by its file or its folder", () => {
  expect(app({ config: `${D}/sluice.config.ts`, environment: "staging" }).status).toBe(0);
  expect(stacks().every((name) => name.startsWith("shop-staging-"))).toBe(true);
});

it("-c config comes before SLUICE_CONFIG, and what is not there is refused without a stack", () => {
  const missing = path.join(folder, "nothing.config.ts");
  expect(app({ config: D }, { SLUICE_CONFIG: missing }).status).toBe(0);
  const ran = app({}, { SLUICE_CONFIG: missing });
  expect(ran.status).toBe(2);
  expect(ran.stderr).toMatch(/^error: .*nothing\.config\.ts is not a file \(config\/unreadable\)\nfix: /);
  expect(ran.stderr).not.toContain("    at ");
});

it.each([
  ["nothing.config.ts", "correct its path (-c config=FILE)"],
  ["docs", "name another folder (-c config=FOLDER) or a file (-c config=FILE)"],
])("A17 D09 what is wrong with -c config=%s is told with a way that users of CDK have", (config, fix) => {
  const ran = app({ config });
  expect(ran.stderr).toContain(fix);
  expect(ran.stderr).not.toContain("--");
});

it("an unknown environment lists the known ones", () => {
  const ran = app({ environment: "moon" });
  expect(ran.status).toBe(2);
  expect(ran.stderr).toMatch(/staging.*production/);
});
