import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { loadProject } from "../config/load.ts";
import { workflowText } from "../pipeline/workflow.ts";
import { workflowFacts } from "./workflow-facts.ts";

/** A system that a team can start from: an example of this package. */
interface System {
  readonly builds: string;
  /** Whether its pipeline runs the buildspec files of the source. */
  readonly buildspecs: boolean;
  /** Whether its configuration has the section that a workflow for GitHub is made from. */
  readonly workflow: boolean;
}

/** The five systems, by the name of their example. */
export const systems: Readonly<Record<string, System>> = {
  "a-multi-region-containers": {
    builds: "ECS in several regions behind CloudFront, with database, trail, recovery and a workflow for GitHub",
    buildspecs: false,
    workflow: true,
  },
  "b-dev-to-production": {
    builds: "blue and green fleets of EC2, with a database that moves from a snapshot",
    buildspecs: false,
    workflow: false,
  },
  "c-pulumi-pipeline": { builds: "one CodePipeline that runs Pulumi in several regions and accounts", buildspecs: true, workflow: false },
  "d-container-pipeline": {
    builds: "CodeCommit, builds, scan, approval and CodeDeploy to ECS, in one account",
    buildspecs: true,
    workflow: false,
  },
  "e-cross-account-pipeline": {
    builds: "GitHub and one pipeline to staging and production in accounts of their own",
    buildspecs: true,
    workflow: false,
  },
};

/** Where to write and what: without a system only the workflow. */
export interface InitOptions {
  /** The project's folder. */
  readonly folder: string;
  /** A system's name or its letter. */
  readonly system?: string;
  readonly workflow: boolean;
}

const configFile = "sluice.config.ts";
const workflowFile = ".github/workflows/ci-cd.yml";

/**
 * Writes what a project starts from, and says which files: the configuration and the buildspecs of a system, and a workflow for GitHub from the
 * configuration that is then there. Writes nothing at all where one of the files exists.
 */
export async function init({ folder, system: asked, workflow }: InitOptions): Promise<readonly string[]> {
  const system = asked === undefined ? undefined : systemNamed(asked);
  if (workflow && system !== undefined) refuseWithoutWorkflow(system);
  const files = system === undefined ? [] : filesOf(system);
  refuseExisting(folder, [...files.map(({ to }) => to), ...(workflow ? [workflowFile] : [])]);
  for (const { to, text } of files) await writeNew(path.join(folder, to), text);
  if (!workflow) return files.map(({ to }) => to);
  const config = await loadProject(folder);
  await writeNew(path.join(folder, workflowFile), workflowText(packageFile("assets", "workflows", "ci-cd.yml"), workflowFacts(config)));
  return [...files.map(({ to }) => to), workflowFile];
}

function systemNamed(asked: string): string {
  const found = Object.keys(systems).find((name) => name === asked || name.split("-")[0] === asked.toLowerCase());
  if (found !== undefined) return found;
  throw new UserError("usage/unknown", `there is no system "${asked}"`, `write one of: ${Object.keys(systems).join(", ")}`);
}

function refuseWithoutWorkflow(system: string): void {
  if (systems[system]?.workflow) return;
  const able = Object.keys(systems).filter((name) => systems[name]?.workflow);
  throw new UserError(
    "usage/invalid",
    `the configuration of ${system} has no section workflow, which --workflow needs, so nothing was written`,
    `leave --workflow out, or begin with ${able.join(" or ")}`,
  );
}

interface NewFile {
  readonly to: string;
  readonly text: string;
}

function filesOf(system: string): readonly NewFile[] {
  const example = packageFile("examples", system, configFile);
  // What an example rehearses is another example; a project rehearses its own commits.
  const text = example.replace(/^ {2}rehearsal: .*\n/m, "");
  const specs = systems[system]?.buildspecs ? readdirSync(packagePath("assets", "buildspecs")).sort() : [];
  return [{ to: configFile, text }, ...specs.map((name) => ({ to: `buildspec/${name}`, text: packageFile("assets", "buildspecs", name) }))];
}

function refuseExisting(folder: string, files: readonly string[]): void {
  const there = files.filter((file) => existsSync(path.join(folder, file)));
  if (there.length === 0) return;
  throw new UserError(
    "folder/in-use",
    `${there.length === 1 ? "a file is" : `${there.length} files are`} there already, so nothing was written`,
    "move away what is there, or choose another folder with --project",
    there,
  );
}

async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "wx" });
}

const packageFile = (...parts: readonly string[]): string => readFileSync(packagePath(...parts), "utf8");

/** A file of Sluice's own package, from the sources as from what is published. */
function packagePath(...parts: readonly string[]): string {
  const file = findPackageJSON(".", import.meta.url);
  if (!file) throw new Error("Sluice's package.json is missing");
  return path.join(path.dirname(file), ...parts);
}
