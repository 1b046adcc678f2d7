import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { tempFolder, type Written, write } from "../../pipeline/folders.ts";
import { type Answer, answersOf, type Call, callsOf, writeStandIn } from "../buildspecs/stand-ins.ts";

export const workflowPath = path.join(import.meta.dirname, "../../../assets/workflows/ci-cd.yml");
export const workflowSource = readFileSync(workflowPath, "utf8");

export interface Step {
  readonly id?: string;
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
  readonly concurrency?: Readonly<Record<"group" | "cancel-in-progress" | "queue", unknown>>;
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
  /** The text of a file in the checkout, or in the runner's folder for what is passing. */
  at(file: string): string;
}

export interface StepGiven {
  /** Values of the step's variables, which are expressions in the file. */
  readonly env?: Readonly<Record<string, string>>;
  readonly answers?: readonly Answer[];
  readonly tools?: readonly string[];
  /** The checkout: what is in it, or the folder that it is. */
  readonly work?: Readonly<Record<string, Written>> | string;
}

/**
 * Runs a step's script as GitHub does (`bash -e`; GitHub Docs, "Workflow syntax for GitHub Actions": shell), in an empty folder or a given one,
 * with stand-ins for the tools that would reach out.
 */
export async function runStep(
  job: string,
  name: string,
  { env = {}, answers = [], tools = ["gh", "git", "npm", "npx", "curl", "sleep"], work = {} }: StepGiven = {},
): Promise<StepRan> {
  const workflow = readWorkflow();
  const step = workflow.jobs[job]?.steps.find((one) => (one.name ?? one.run) === name);
  if (step?.run === undefined) throw new Error(`the job ${job} has no script named ${name}`);
  const root = tempFolder({ calls: {}, bin: {}, work: {}, temp: {} });
  const folder = typeof work === "string" ? work : path.join(root, "work");
  if (typeof work !== "string") write(folder, work);
  for (const tool of tools) writeStandIn(path.join(root, "bin", tool));
  writeFileSync(path.join(root, "answers"), answersOf(answers));
  writeFileSync(path.join(root, "script.sh"), step.run);
  const files = { GITHUB_OUTPUT: "outputs", GITHUB_STEP_SUMMARY: "summary", GITHUB_PATH: "paths" };
  for (const file of Object.values(files)) writeFileSync(path.join(root, file), "");
  const { exit, log } = await bash(path.join(root, "script.sh"), folder, {
    PATH: `${path.join(root, "bin")}:${process.env.PATH ?? ""}`,
    HOME: path.join(root, "temp"),
    STAND_INS: root,
    RUNNER_TEMP: path.join(root, "temp"),
    ...Object.fromEntries(Object.entries(files).map(([variable, file]) => [variable, path.join(root, file)])),
    ...workflow.env,
    ...env,
  });
  const read = (file: string) => readFileSync(path.join(root, file), "utf8");
  return {
    exit,
    log,
    calls: callsOf(root),
    outputs: read("outputs"),
    summary: read("summary"),
    paths: read("paths"),
    at: (file) => readFileSync([path.join(folder, file), path.join(root, "temp", file)].find(existsSync) ?? file, "utf8"),
  };
}

async function bash(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Pick<StepRan, "exit" | "log">> {
  const child = spawn("bash", ["-e", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      log += String(chunk);
    });
  }
  const exit = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exit, log };
}
