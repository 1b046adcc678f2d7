import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { tempFolder } from "../../pipeline/folders.ts";
import { type Answer, answersOf, type Call, callsOf, writeStandIn } from "../buildspecs/stand-ins.ts";

export const workflowPath = path.join(import.meta.dirname, "../../../assets/workflows/ci-cd.yml");
export const workflowSource = readFileSync(workflowPath, "utf8");

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const readWorkflow = (source = workflowSource): Workflow => parse(source);

export interface StepRan {
  readonly exit: number | null;
  readonly log: string;
  readonly calls: readonly Call[];
  /** What the step hands to later ones: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY and GITHUB_PATH. */
  readonly outputs: string;
  readonly summary: string;
  readonly paths: string;
}

export interface StepGiven {
  /** Values of the step's variables, which are expressions in the file. */
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly Answer[];
  readonly tools?: readonly string[];
}

/**
 * Runs a step's script as GitHub does (`bash -e`; GitHub Docs, "Workflow syntax for GitHub Actions": shell), in an empty folder, with stand-ins
 * for the tools that would reach out.
 */
export function runStep(
  job: string,
  name: string,
  { env = {}, answers = [], tools = ["gh", "git", "npm", "npx", "curl"] }: StepGiven = {},
): StepRan {
  const workflow = readWorkflow();
  const step = workflow.jobs[job]?.steps.find((one) => one.name === name);
  if (step?.run === undefined) throw new Error(`the job ${job} has no script named ${name}`);
  const root = tempFolder({ calls: {}, bin: {}, work: {}, temp: {} });
  for (const tool of tools) writeStandIn(path.join(root, "bin", tool));
  writeFileSync(path.join(root, "answers"), answersOf(answers));
  writeFileSync(path.join(root, "script.sh"), step.run);
  const files = { GITHUB_OUTPUT: "outputs", GITHUB_STEP_SUMMARY: "summary", GITHUB_PATH: "paths" };
  for (const file of Object.values(files)) writeFileSync(path.join(root, file), "");
  const { status, stdout, stderr } = spawnSync("bash", ["-e", path.join(root, "script.sh")], {
    cwd: path.join(root, "work"),
    encoding: "utf8",
    timeout: 20_000,
    env: {
      PATH: `${path.join(root, "bin")}:${process.env.PATH ?? ""}`,
      STAND_INS: root,
      RUNNER_TEMP: path.join(root, "temp"),
      ...Object.fromEntries(Object.entries(files).map(([variable, file]) => [variable, path.join(root, file)])),
      ...workflow.env,
      ...env,
    },
  });
  const read = (file: string) => readFileSync(path.join(root, file), "utf8");
  return {
    exit: status,
    log: stdout + stderr,
    calls: callsOf(root),
    outputs: read("outputs"),
    summary: read("summary"),
    paths: read("paths"),
  };
}
