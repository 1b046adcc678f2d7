import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { loadConfig, loadProject } from "../../lib/config/load.ts";

let folder: string;

// A folder with no package.json and no node_modules above it, as a user's project may be.
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, ...lines: string[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

const projectOf = async (file?: string): Promise<string> => (await loadConfig(folder, file)).config.project;

async function refusal(file?: string): Promise<UserError> {
  try {
    await loadConfig(folder, file);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("a configuration file", () => {
  it("is TypeScript that imports sluice although nothing is installed there", async () => {
    write("rate.ts", "export const rate: number = 7;");
    const file = write(
      "sluice.config.ts",
      'import { type ConfigInput, defineConfig } from "sluice";',
      'import { rate } from "./rate.ts";',
      'const config: ConfigInput = { project: "typed", rehearsal: { rate } };',
      "export default defineConfig(config);",
    );
    const loaded = await loadConfig(folder);
    expect(loaded.file).toBe(file);
    expect(loaded.config).toMatchObject({ project: "typed", rehearsal: { rate: 7 } });
  });

  it.each([
    ["says no type", '{ "name": "old" }'],
    ["says commonjs, as npm init writes it", '{ "name": "old", "type": "commonjs" }'],
  ])("X07 runs without a word on the terminal in a project whose package.json %s", (_which, described) => {
    write("package.json", described);
    write("rate.ts", "export const rate: number = 7;");
    write("sluice.config.ts", 'import { rate } from "./rate.ts";', 'export default { project: "old", rehearsal: { rate } };');
    const load = path.resolve("lib/config/load.ts");
    const script = `const { config } = await (await import(${JSON.stringify(load)})).loadConfig("."); console.log(config.rehearsal.rate)`;
    const said = execFileSync("/bin/sh", ["-c", 'exec "$0" --input-type=module -e "$1" 2>&1', process.execPath, script], { cwd: folder });
    expect(said.toString()).toBe("7\n");
  });

  it("finds sluice only while it loads", async () => {
    const file = write("sluice.config.ts", 'import { defineConfig } from "sluice";', 'export default defineConfig({ project: "here" });');
    expect(await projectOf()).toBe("here");
    expect(() => createRequire(file)("sluice")).toThrow("Cannot find module");
  });

  it.each([
    ["sluice.config.js", 'const { defineConfig } = require("sluice"); module.exports = defineConfig({ project: "here" });'],
    ["sluice.config.mjs", 'import { defineConfig } from "sluice"; export default defineConfig({ project: "here" });'],
    ["sluice.config.mjs", 'export default await Promise.resolve({ project: "here" });'],
    ["sluice.config.json", '{ "project": "here" }'],
  ])("may be %s: %s", async (name, text) => {
    write(name, text);
    expect(await projectOf()).toBe("here");
  });

  it("may be any file that --config names", async () => {
    write("sluice.config.json", '{ "project": "usual" }');
    expect(await projectOf(write("other.json", '{ "project": "other" }'))).toBe("other");
  });

  it("may be missing: the app is rehearsed under the name of its folder", async () => {
    const app = path.join(folder, "json-server");
    mkdirSync(app);
    expect(await loadConfig(app)).toMatchObject({ file: undefined, config: { project: "json-server" } });
  });
});

describe("a configuration file that cannot be used", () => {
  it("A17 is refused with all its mistakes at once", async () => {
    const file = write("sluice.config.json", '{ "projct": "shop", "rollout": { "weights": [50] } }');
    const { code, message, details } = await refusal();
    expect({ code, message, details }).toEqual({
      code: "config/invalid",
      message: `${file} has 3 mistakes`,
      details: [
        "project: got nothing; write 1 to 32 letters, digits and hyphens, starting with a letter",
        'projct: got "shop"; unknown key, did you mean "project"?',
        "rollout.weights: got [50]; let them rise and end at 100, e.g. [10, 50, 100]",
      ],
    });
  });

  it.each([
    ["throws", "sluice.config.ts", ["const a: number = 1;", "", "throw new Error(`no token\\nask Ann`);"], ":3: no token", ["ask Ann"]],
    ["throws a text", "sluice.config.mjs", ['throw "no luck";'], ": no luck", []],
    [
      "has a syntax error in TypeScript",
      "sluice.config.ts",
      ["export default {", '  project: "x"', "  rollout: {},", "};"],
      ":3: Expected",
      [],
    ],
    [
      "has a syntax error in JavaScript",
      "sluice.config.mjs",
      ["export default {", '  project: "x"', "  rollout: {},", "};"],
      ":3: Unexpected",
      [],
    ],
    ["has a syntax error in JSON", "sluice.config.json", ["{", '"project" }'], ": Expected ':'", []],
    ["imports what is not there", "sluice.config.ts", ['import "./nowhere.ts";', "export default {};"], ": Cannot find module", []],
    ["exports nothing", "sluice.config.ts", ['export const project = "x";'], " exports no configuration", []],
  ])("is refused without a stack, with file and line, when it %s", async (_how, name, lines, says, details) => {
    const file = write(name, ...lines);
    const error = await refusal();
    expect(error.code).toBe("config/unreadable");
    expect(error.message.startsWith(`${file}${says}`), error.message).toBe(true);
    expect(error.message).not.toContain("    at ");
    expect(error.details).toEqual(details);
  });

  it("is refused when there are two of them", async () => {
    write("sluice.config.ts");
    write("sluice.config.js");
    expect(await refusal()).toMatchObject({
      code: "config/unreadable",
      message: expect.stringMatching(/config\.ts and .*config\.js exist/),
    });
  });

  it("is refused when --config names nothing, or a folder", async () => {
    expect((await refusal(path.join(folder, "nope.ts"))).message).toMatch(/nope\.ts is not a file/);
    expect((await refusal(folder)).message).toMatch(/is not a file/);
  });
});

describe("a project that has to say something", () => {
  it("A17 is refused where its folder is not there, with the folder", async () => {
    const nope = path.join(folder, "nope");
    await expect(loadProject(nope)).rejects.toMatchObject({ code: "source/not-found", message: `there is no folder ${nope}` });
    await expect(loadProject(write("file"))).rejects.toMatchObject({ code: "source/not-found" });
  });

  it("A17 is refused where it has no configuration, and is what its file says where it has one", async () => {
    await expect(loadProject(folder)).rejects.toMatchObject({
      code: "config/unreadable",
      message: `there is no sluice.config.ts in ${folder}`,
    });
    const file = write("other.json", '{ "project": "other" }');
    expect(await loadProject(folder, file)).toMatchObject({ project: "other" });
  });
});

describe("A17 a configuration that ends what reads it", () => {
  const program = path.resolve("bin/sluice.ts");
  const plan = () => spawnSync(process.execPath, [program, "plan", "--project", folder], { encoding: "utf8", env: { NO_COLOR: "1" } });

  it.each([
    ["a timer", ['setTimeout(() => { throw new Error("too late"); }, 0);', "await new Promise(() => {});"], "1: too late"],
    ["a promise that nobody waits for", ["", 'Promise.reject(new Error("too late"));', 'export default { project: "x" };'], "2: too late"],
    ["process.exit", ["", "process.exit(7);"], "2: it calls process.exit"],
  ])("by %s is the user's mistake, with its line and without a stack", (_how, lines, says) => {
    const file = write("sluice.config.ts", ...lines);
    const { status, stderr } = plan();
    expect(stderr).toContain(`error: ${file}:${says}`);
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(2);
  });

  it("leaves the process as it was", async () => {
    const [exit, listeners] = [process.exit, process.listenerCount("uncaughtException")];
    write("sluice.config.ts", 'export default { project: "x" };');
    await Promise.all([projectOf(), projectOf()]);
    expect(process.exit).toBe(exit);
    expect(process.listenerCount("uncaughtException")).toBe(listeners);
  });
});
