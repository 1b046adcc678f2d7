import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { errorNumber, UserError } from "../base/errors.ts";
import { checkConfig } from "./check.ts";
import { type Config, defaultsFor } from "./config.ts";
import { guarded } from "./guard.ts";
import { showProblem } from "./problems.ts";

const names = ["sluice.config.ts", "sluice.config.js", "sluice.config.mjs", "sluice.config.json"];

/** A configuration and the file it came from; `file` is undefined where there is none and the defaults hold. */
export interface Loaded {
  readonly config: Config;
  readonly file: string | undefined;
}

/** How whoever asked for a configuration names a file of one and a folder of a project, for what a fix tells them to write. */
export interface Asked {
  readonly file: string;
  readonly folder: string;
}

const byOption: Asked = { file: "--config FILE", folder: "--project FOLDER" };

/**
 * Loads the configuration of a project folder, or the file that was asked for (relative to the working folder).
 * Throws `config/unreadable` when it cannot be read or run, `config/invalid` with all mistakes at once.
 */
export async function loadConfig(folder: string, file?: string, asked: Asked = byOption): Promise<Loaded> {
  const found = configFile(folder, file, asked);
  if (found === undefined) return { config: defaultsFor(path.basename(path.resolve(folder))), file: undefined };
  const given = await readGiven(found, asked);
  const checked = checkConfig(given);
  if ("config" in checked) return { config: checked.config, file: found };
  const count = checked.problems.length;
  throw new UserError(
    "config/invalid",
    `${found} has ${count === 1 ? "a mistake" : `${count} mistakes`}`,
    `correct ${count === 1 ? "it" : "them"} and run the command again; docs/configuration.md lists what can be written`,
    checked.problems.map((problem) => showProblem(problem, given)),
  );
}

/**
 * Loads the configuration of a project that has to have one. Throws `source/not-found` for a folder that is not there and
 * `config/unreadable` for one without a file.
 */
export async function loadProject(folder: string, file?: string, asked: Asked = byOption): Promise<Config> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError(
      "source/not-found",
      `there is no folder ${path.resolve(folder)}`,
      `correct the path of the project's folder (${asked.folder})`,
    );
  const loaded = await loadConfig(folder, file, asked);
  if (loaded.file !== undefined) return loaded.config;
  throw new UserError(
    "config/unreadable",
    `there is no sluice.config.ts in ${path.resolve(folder)}`,
    `name another folder (${asked.folder}) or a file (${asked.file}), or begin with one of the systems that sluice init lists`,
  );
}

/** The configuration file of a project folder, or the one that was asked for; undefined where a folder has none. */
export function configFile(folder: string, file?: string, asked: Asked = byOption): string | undefined {
  return file === undefined ? findConfig(folder, asked) : path.resolve(file);
}

function findConfig(folder: string, asked: Asked): string | undefined {
  const [found, second] = names.map((name) => path.resolve(folder, name)).filter((file) => existsSync(file));
  if (!found || !second) return found;
  throw new UserError("config/unreadable", `both ${found} and ${second} exist`, `keep one of them, or choose one (${asked.file})`);
}

/** What somebody wrote into a configuration file, before it is checked. Throws `config/unreadable`. */
export async function readGiven(file: string, asked: Asked = byOption): Promise<unknown> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError("config/unreadable", `${file} is not a file`, `correct its path (${asked.file})`);
  }
  try {
    return file.endsWith(".json") ? JSON.parse(readFileSync(file, "utf8")) : await run(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(file, error);
  }
}

/** Runs a configuration module and returns what it exports. */
async function run(file: string): Promise<unknown> {
  const own = import.meta.url;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      // The project need not have Sluice installed, and where it has, the running one is the one that reads the file.
      if (specifier === "sluice") return { url: new URL(`../index${path.extname(own)}`, own).href, shortCircuit: true };
      const found = next(specifier, context);
      // Without "type": "module" in the project's package.json Node would warn, or read TypeScript as CommonJS.
      return found.url.endsWith(".ts") ? { ...found, format: "module-typescript" } : found;
    },
    // That of package.json, where it says one, comes before what was resolved, unless whoever loads says it too.
    load: (url, context, next) => next(url, url.endsWith(".ts") ? { ...context, format: "module-typescript" } : context),
  });
  try {
    return exported(await guarded(() => load(file)), file);
  } finally {
    hooks.deregister();
  }
}

/** `require` also loads ES modules, and natively even where a host such as Vitest puts itself in the place of `import`. */
async function load(file: string): Promise<unknown> {
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (errorNumber(error) === "ERR_REQUIRE_ASYNC_MODULE") return import(pathToFileURL(file).href);
    throw error;
  }
}

function exported(module: unknown, file: string): unknown {
  if (typeof module !== "object" || module === null || Reflect.get(module, Symbol.toStringTag) !== "Module") return module;
  if ("default" in module) return module.default;
  throw new UserError("config/unreadable", `${file} exports no configuration`, "write: export default defineConfig({ … })");
}

function unreadable(file: string, error: unknown): UserError {
  const said = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // Where the syntax of JavaScript is wrong, Node tells only on the terminal.
  const hidden = error instanceof SyntaxError && !file.endsWith(".json");
  const line = lineIn(stack, file) ?? (hidden ? lineIn(checkSyntax(file), file) : undefined);
  const [first = "", ...more] = said.trim().split("\n");
  const where = line === undefined ? file : `${file}:${line}`;
  return new UserError("config/unreadable", `${where}: ${first}`, "correct the file and run the command again", more);
}

function checkSyntax(file: string): string {
  return spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
}

/** The first line number that a stack gives for the file. */
function lineIn(stack: string, file: string): string | undefined {
  const places = stack.replaceAll(pathToFileURL(file).href, file).split(file).slice(1);
  return places.map((place) => /^:(\d+)/.exec(place)?.[1]).find((line) => line !== undefined);
}
