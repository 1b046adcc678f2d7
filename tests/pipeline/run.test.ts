import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { extract } from "tar";
import { describe, expect, test } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import { duration } from "../../lib/base/time.ts";
import { type PipelineRun, runPipeline } from "../../lib/pipeline/run.ts";
import { resolveSources } from "../../lib/pipeline/source.ts";
import { type BuildspecFiles, type Stage, stagesOf } from "../../lib/pipeline/stages.ts";
import type { Artifact } from "../../lib/ports/artifact.ts";
import { tempFolder, until, type Written } from "./folders.ts";
import { registry } from "./registry.ts";

type Told = Event extends infer One ? (One extends Event ? Omit<One, "at"> : never) : never;

interface Outcome {
  readonly artifact?: Artifact;
  readonly error?: UserError;
  readonly told: Told[];
  /** Every event in a word or two. */
  readonly words: string[];
}

async function pipeline(
  run: Omit<PipelineRun, "tell" | "role" | "logs" | "stages"> & { stages?: PipelineRun["stages"] },
): Promise<Outcome> {
  const told: Told[] = [];
  const stages = run.stages ?? withCommand("none", "");
  const ran = await runPipeline({
    ...run,
    stages,
    role: "candidate",
    logs: path.join(run.state, "logs"),
    tell: (what) => void told.push(what),
  }).catch((error: unknown) => error);
  const words = told.flatMap((what) => {
    if (what.type === "stage-ended") return [`${what.stage} ${what.is}`];
    if (what.type === "artifact") return [what.reused ? "reused" : "built"];
    return what.type === "note" ? [what.text] : [];
  });
  if (ran instanceof UserError) return { error: ran, told, words };
  if (ran instanceof Error) throw ran;
  return { artifact: ran as Artifact, told, words };
}

/** A project with one version folder, and its source. */
async function app(files: Readonly<Record<string, Written>>) {
  const where = tempFolder(Object.fromEntries(Object.entries(files).map(([at, what]) => [`v2/${at}`, what])));
  mkdirSync(path.join(where, "v1"));
  const { to: source, state } = await resolveSources({ where, from: "./v1", to: "./v2" });
  return { where, source, state };
}

const scripts = { build: "node build.js", test: "test -f built.txt", start: "node built.txt" };
const shop = { "package.json": JSON.stringify({ scripts }), "build.js": 'require("fs").writeFileSync("built.txt", "b")' };
const left = (state: string) => readdirSync(path.join(state, "work"));

/** npm's start-up is not what most of these tests are about. */
const quick: Readonly<Record<string, string>> = { "npm run build": "echo b >built.txt", "npm test": "test -f built.txt" };

/** As a fault injector does it: the same stages with another command for one of them. */
const withCommand = (name: string, command: string) => async (folder: string) =>
  (await stagesOf(folder)).map(({ name: stage, work }): Stage => {
    const text = stage === name ? command : work.do === "command" ? (quick[work.command] ?? work.command) : undefined;
    return { name: stage, work: text === undefined ? work : { do: "command", command: text } };
  });

describe("runPipeline", () => {
  test("C21 an app is built, tested, scanned and packed, and what was packed is what was built", async () => {
    const { source, state } = await app(shop);
    const { artifact, words, told } = await pipeline({ source, state, stages: (folder) => stagesOf(folder) });
    expect(words).toEqual(["install skipped", "build passed", "test passed", "scan passed", "package passed", "built"]);
    expect(artifact).toMatchObject({
      version: "v2",
      start: "node built.txt",
      file: path.join(state, "artifacts", `${artifact?.digest}.tar`),
    });
    const into = tempFolder();
    await extract({ file: artifact?.file ?? "", cwd: into });
    expect(readdirSync(into).sort()).toEqual(["build.js", "built.txt", "package.json"]);
    expect(left(state)).toEqual([]);
    const logs = told.flatMap((what) => (what.type === "stage-ended" ? [what.log] : []));
    expect(logs.every((log) => existsSync(log))).toBe(true);
  });

  test("C21 the same source and stages are not built twice", async () => {
    const { source, state } = await app(shop);
    const first = await pipeline({ source, state });
    const second = await pipeline({ source, state });
    expect(second.words).toEqual(["reused"]);
    expect(second.artifact).toEqual(first.artifact);
    expect((await pipeline({ source, state, start: "node other.js" })).artifact?.start).toBe("node other.js");
    expect((await pipeline({ source, state, stages: withCommand("test", "true") })).words).toContain("built");
  });

  test("C06 an artifact that was changed or removed is built again", async () => {
    const { source, state } = await app(shop);
    const { artifact } = await pipeline({ source, state });
    const file = artifact?.file ?? "";
    writeFileSync(file, "x", { flag: "a" });
    expect((await pipeline({ source, state })).words).toContain("built");
    for (const name of readdirSync(path.join(state, "builds"))) writeFileSync(path.join(state, "builds", name), "{torn");
    expect((await pipeline({ source, state })).words).toContain("built");
    expect((await pipeline({ source, state })).words).toEqual(["reused"]);
  });

  test("C21 a stage that fails stops the pipeline, named with its exit code, log and last lines", async () => {
    const { source, state } = await app(shop);
    const { error, words } = await pipeline({ source, state, stages: withCommand("build", "echo it broke; exit 3") });
    expect(words).toEqual(["install skipped", "build failed"]);
    expect(error).toMatchObject({
      code: "pipeline/failed",
      message: expect.stringMatching(/^the build stage of v2 failed: "echo it broke; exit 3" exited with 3$/),
      details: expect.arrayContaining(["it broke"]),
    });
    expect(error?.fix).toContain(path.join(state, "logs", "candidate-build.log"));
    expect(left(state)).toEqual([]);
    expect((await pipeline({ source, state, stages: withCommand("build", "echo it broke; exit 3") })).words).toContain("build failed");
  });

  test("C21 a secret in the app stops the pipeline before anything is packed", async () => {
    const { source, state } = await app({ ...shop, "leak.txt": `glpat-${"q7Rk2vXz9LmB4tYw8NcJ"}` });
    const { error, words } = await pipeline({ source, state });
    expect([words.at(-1), error?.message]).toEqual(["scan failed", expect.stringContaining("gitlab-token in leak.txt:1")]);
    expect(existsSync(path.join(state, "artifacts"))).toBe(false);
  });

  test("C21 a stage's time limit is named", async () => {
    const { source, state } = await app(shop);
    const { error } = await pipeline({ source, state, stages: withCommand("test", "sleep 60"), limits: { test: duration(300) } });
    expect(error?.message).toContain("the test stage of v2 failed: it took longer than 300 ms");
  });

  test("X05 an abort ends the stage and removes the checkout", async () => {
    const { source, state } = await app(shop);
    const stop = new AbortController();
    const running = pipeline({ source, state, stages: withCommand("build", "sleep 60"), signal: stop.signal });
    await until("the build runs", () => existsSync(path.join(state, "logs", "candidate-build.log")));
    stop.abort();
    expect((await running).error?.message).toContain("it was stopped");
    expect(left(state)).toEqual([]);
  });

  test("X05 nothing is packed or remembered after an abort, whatever the stages say", async () => {
    const { source, state } = await app(shop);
    const stop = new AbortController();
    const stages = async (folder: string) => {
      stop.abort();
      return (await stagesOf(folder)).filter(({ name }) => name === "scan" || name === "package");
    };
    expect((await pipeline({ source, state, stages, signal: stop.signal })).words).toEqual(["scan failed"]);
    expect([existsSync(path.join(state, "artifacts")), existsSync(path.join(state, "builds"))]).toEqual([false, false]);
  });

  test("X05 a checkout that a killed process left behind is swept, one in use is not", async () => {
    const { source, state } = await app(shop);
    const dead = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
    for (const name of [`${dead}-a`, `${process.pid}-b`]) mkdirSync(path.join(state, "work", name, "app"), { recursive: true });
    await pipeline({ source, state });
    expect(left(state)).toEqual([`${process.pid}-b`]);
  });

  test("C12 what a buildspec hands on is what is packed, and what is ignored is told", async () => {
    const text =
      'version: 0.2\nrun-as: root\nphases: { build: { commands: ["mkdir dist; echo s >dist/server.js"] } }\nartifacts: { files: ["**/*"], base-directory: dist }\n';
    const { source, state } = await app({ "build.yml": text });
    const files: BuildspecFiles = { build: "build.yml" };
    const { artifact, words } = await pipeline({ source, state, stages: (folder) => stagesOf(folder, files) });
    expect(words[0]).toBe("build.yml:2: run-as is ignored: everything runs as the user who started the rehearsal");
    expect(artifact?.start).toBe("node server.js");
  });

  test("A17 an app that nothing says how to start is told so", async () => {
    const { source, state } = await app({ "main.js": "x" });
    const { error } = await pipeline({ source, state });
    expect([error?.code, error?.fix]).toEqual(["start/missing", expect.stringContaining("--start")]);
    expect((await pipeline({ source, state, start: "node main.js" })).artifact?.start).toBe("node main.js");
  });

  test("C21 a published version is installed, scanned by what can look, and started by its own command", async () => {
    const files = { "cli.js": { run: "#!/usr/bin/env node\nconsole.log('served')\n" } };
    await registry([{ name: "served", version: "1.2.3", bin: { served: "cli.js" }, files }]);
    const state = tempFolder();
    const { to: source } = await resolveSources({ from: "npm:served@1.2.3", to: "npm:served@latest", state });
    const { artifact, words } = await pipeline({ source, state });
    expect(words).toEqual(["install passed", "build skipped", "test skipped", "scan skipped", "package passed", "built"]);
    expect(artifact).toMatchObject({ version: "served@1.2.3", start: "node_modules/.bin/served" });
    const into = tempFolder();
    await extract({ file: artifact?.file ?? "", cwd: into });
    expect(execFileSync("/bin/sh", ["-c", artifact?.start ?? ""], { cwd: into, encoding: "utf8" })).toBe("served\n");
  });
});

test("the log of a stage is readable by its owner alone", async () => {
  const { source, state } = await app(shop);
  await pipeline({ source, state });
  expect(readFileSync(path.join(state, "logs", "candidate-build.log"), "utf8")).toContain("$ echo b >built.txt");
});
