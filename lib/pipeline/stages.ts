import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../base/errors.ts";
import { isObject } from "../machine/read-back.ts";
import { type Buildspec, type Handover, parseBuildspec } from "./buildspec.ts";
import { type Manifest, manifestOf, scriptOf } from "./start.ts";

const stageNames = ["install", "build", "test", "scan", "package"] as const;

/** A stage of the pipeline on this machine, in whose order they run. */
export type StageName = (typeof stageNames)[number];

/** What a stage does. */
export type Work =
  /** There is nothing to look at. */
  | { readonly do: "skip"; readonly because: string }
  /** Text for `/bin/sh -c`. */
  | { readonly do: "command"; readonly command: string }
  | { readonly do: "buildspec"; readonly spec: Buildspec }
  | { readonly do: "scan" }
  /** Without a handover the whole checkout is packed. */
  | { readonly do: "package"; readonly handover?: Handover };

/** One stage, as data: a list of stages can be changed before it runs. */
export interface Stage {
  readonly name: StageName;
  readonly work: Work;
}

/** Which buildspec files to use, by their path in the checkout. */
export interface BuildspecFiles {
  readonly build?: string | undefined;
  readonly test?: string | undefined;
}

const lockFiles = ["package-lock.json", "npm-shrinkwrap.json"];
const placeholder = /no test specified/;

/**
 * The stages of a checkout: from the buildspec files that are configured, in the version itself or else in the folder `beside` it,
 * else from package.json. Reads `given` for what CodeBuild would
 * fetch as secrets. Throws `buildspec/invalid`.
 */
export async function stagesOf(
  folder: string,
  files: BuildspecFiles = {},
  beside: string = folder,
  given: NodeJS.ProcessEnv = process.env,
): Promise<Stage[]> {
  const manifest = await manifestOf(folder);
  const build = files.build === undefined ? undefined : await readBuildspec([folder, beside], files.build, given);
  const test = files.test === undefined ? undefined : await readBuildspec([folder, beside], files.test, given);
  return [
    { name: "install", work: build ? skip(`${build.file} installs what it needs`) : await installWork(folder, manifest) },
    { name: "build", work: build ? { do: "buildspec", spec: build } : scriptWork(manifest, "build", "npm run build") },
    { name: "test", work: test ? { do: "buildspec", spec: test } : testWork(manifest) },
    { name: "scan", work: { do: "scan" } },
    { name: "package", work: { do: "package", ...(build?.artifacts && { handover: build.artifacts }) } },
  ];
}

async function readBuildspec(folders: readonly string[], file: string, given: NodeJS.ProcessEnv): Promise<Buildspec> {
  for (const folder of folders) {
    const at = path.resolve(folder, file);
    const inside = at.startsWith(path.resolve(folder) + path.sep);
    const text = inside ? await readFile(at, "utf8").catch(() => undefined) : undefined;
    if (text !== undefined) return parseBuildspec(text, file, given);
  }
  throw new UserError(
    "buildspec/invalid",
    `there is no file ${file} in this version`,
    "name a buildspec file that both versions have, or that the project folder has",
  );
}

async function installWork(folder: string, manifest: Manifest | undefined): Promise<Work> {
  if (!manifest) return skip("there is no package.json");
  for (const file of lockFiles)
    if (await stat(path.join(folder, file)).catch(() => undefined)) return { do: "command", command: "npm ci --no-audit --no-fund" };
  const wanted = ["dependencies", "devDependencies", "optionalDependencies"].some((field) => {
    const listed = manifest[field];
    return isObject(listed) && Object.keys(listed).length > 0;
  });
  return wanted || manifest.workspaces
    ? { do: "command", command: "npm install --no-audit --no-fund" }
    : skip("package.json names no dependencies");
}

function testWork(manifest: Manifest | undefined): Work {
  const script = scriptOf(manifest, "test");
  return script && placeholder.test(script) ? skip("the test script is npm's placeholder") : scriptWork(manifest, "test", "npm test");
}

function scriptWork(manifest: Manifest | undefined, name: string, command: string): Work {
  if (!manifest) return skip("there is no package.json");
  return scriptOf(manifest, name) ? { do: "command", command } : skip(`package.json has no ${name} script`);
}

const skip = (because: string): Work => ({ do: "skip", because });
