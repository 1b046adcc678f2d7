import path from "node:path";
import { describe, expect, test } from "vitest";
import { type BuildspecFiles, stagesOf } from "../../lib/pipeline/stages.ts";
import { defaultStart } from "../../lib/pipeline/start.ts";
import { tempFolder } from "./folders.ts";

const manifest = (fields: object): Record<string, string> => ({ "package.json": JSON.stringify(fields) });
const spec = (command: string, more = "") => `version: 0.2\nphases: { build: { commands: ["${command}"] } }\n${more}`;

/** What each stage does, in a word: its command, its buildspec's command, or why it is skipped. */
async function told(files: Readonly<Record<string, string>>, buildspecs: BuildspecFiles = {}): Promise<Record<string, string>> {
  const stages = await stagesOf(tempFolder(files), buildspecs);
  const words = stages.map(({ name, work }) => {
    if (work.do === "skip") return [name, `skipped: ${work.because}`];
    if (work.do === "command") return [name, work.command];
    return [name, work.do === "buildspec" ? `${work.spec.file}: ${work.spec.phases[0]?.commands[0]}` : work.do];
  });
  return Object.fromEntries(words);
}

describe("stagesOf", () => {
  test("C21 the stages come from the scripts of package.json", async () => {
    const scripts = { build: "tsc", test: "vitest" };
    expect(await told({ ...manifest({ scripts, dependencies: { a: "1" } }), "package-lock.json": "{}" })).toEqual({
      install: "npm ci --no-audit --no-fund",
      build: "npm run build",
      test: "npm test",
      scan: "scan",
      package: "package",
    });
  });

  test("C21 what is not there is skipped with its reason, never passed", async () => {
    expect(await told(manifest({}))).toMatchObject({
      install: "skipped: package.json names no dependencies",
      build: "skipped: package.json has no build script",
      test: "skipped: package.json has no test script",
    });
    expect(await told({ "server.js": "" })).toMatchObject({
      install: "skipped: there is no package.json",
      test: "skipped: there is no package.json",
    });
    const placeholder = { scripts: { test: 'echo "Error: no test specified" && exit 1' } };
    expect((await told(manifest(placeholder))).test).toBe("skipped: the test script is npm's placeholder");
  });

  test.each([{ dependencies: { a: "1" } }, { devDependencies: { a: "1" } }, { workspaces: ["packages/*"] }])(
    "without a lock file %j is installed by npm install",
    async (fields) => {
      expect((await told(manifest(fields))).install).toBe("npm install --no-audit --no-fund");
    },
  );

  test("C12 buildspec files take the place of the scripts", async () => {
    const files = {
      ...manifest({ scripts: { build: "no", test: "no" } }),
      "ci/build.yml": spec("make", "artifacts: { files: [x], base-directory: dist }"),
      "test.yml": spec("check"),
    };
    expect(await told(files, { build: "ci/build.yml", test: "test.yml" })).toMatchObject({
      install: "skipped: ci/build.yml installs what it needs",
      build: "ci/build.yml: make",
      test: "test.yml: check",
    });
    const stages = await stagesOf(tempFolder(files), { build: "ci/build.yml" });
    expect(stages.at(-1)?.work).toMatchObject({ do: "package", handover: { files: ["x"], baseDirectory: "dist" } });
  });

  test("C12 a version without the buildspec takes the one beside it, and its own first", async () => {
    const beside = tempFolder({ "b.yml": spec("beside") });
    const commands = async (folder: string) => {
      const work = (await stagesOf(folder, { build: "b.yml" }, beside)).find(({ name }) => name === "build")?.work;
      return work?.do === "buildspec" ? work.spec.phases[0]?.commands : work;
    };
    expect([await commands(tempFolder()), await commands(tempFolder({ "b.yml": spec("own") }))]).toEqual([["beside"], ["own"]]);
  });

  test.each(["missing.yml", "../outside.yml", "/etc/hostname"])(
    "A17 a buildspec that is not in the version is named: %s",
    async (build) => {
      const folder = tempFolder({ "outside.yml": spec("x"), "app/server.js": "" });
      await expect(stagesOf(path.join(folder, "app"), { build })).rejects.toMatchObject({
        code: "buildspec/invalid",
        message: expect.stringContaining(build),
      });
    },
  );
});

describe("defaultStart", () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ["the start script", manifest({ scripts: { start: "node main.js --x" } }), "node main.js --x"],
    ["server.js, as npm does", { ...manifest({}), "server.js": "" }, "node server.js"],
    ["server.js without package.json", { "server.js": "" }, "node server.js"],
    ["nothing", manifest({ main: "index.js" }), undefined],
    ["nothing where package.json is broken", { "package.json": "{" }, undefined],
  ])("takes %s", async (_what, files, start) => {
    expect(await defaultStart(tempFolder(files))).toBe(start);
  });

  test.each([
    ["its one command", { bin: "cli.js" }, "node_modules/.bin/app"],
    ["the command with its own name", { bin: { other: "o.js", app: "a.js" } }, "node_modules/.bin/app"],
    ["its first command", { bin: { serve: "s.js" } }, "node_modules/.bin/serve"],
    ["no command that a shell would read as more", { bin: { "a;b": "s.js" } }, undefined],
    ["none where it has none", {}, undefined],
  ])("takes of a published package %s", async (_what, fields, start) => {
    const files = { ...manifest({ sluicePublished: "@s/app" }), "node_modules/@s/app/package.json": JSON.stringify(fields) };
    expect(await defaultStart(tempFolder(files))).toBe(start);
  });
});
