import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { stageEnvironment } from "../../lib/pipeline/environment.ts";
import { runStage, type StageRun } from "../../lib/pipeline/stage.ts";
import type { Stage } from "../../lib/pipeline/stages.ts";
import { isRunning, tempFolder, until, type Written } from "./folders.ts";

const command = (text: string): Stage => ({ name: "build", work: { do: "command", command: text } });

function place(files: Readonly<Record<string, Written>> = {}, more: Partial<StageRun> = {}): StageRun {
  const root = tempFolder();
  const [scratch, state] = [path.join(root, "scratch"), path.join(root, "state")];
  for (const made of [scratch, state]) mkdirSync(made);
  return {
    folder: tempFolder(files),
    revision: "r",
    ownFiles: true,
    state,
    scratch,
    log: path.join(root, "log"),
    limit: 20_000,
    grace: 300,
    ...more,
  };
}

/** The pid that a command wrote to a file, once it is there. */
async function pidIn(file: string): Promise<number> {
  await until(`${file} holds a pid`, () => existsSync(file) && readFileSync(file, "utf8").includes("\n"));
  return Number(readFileSync(file, "utf8"));
}

describe("runStage", () => {
  test("C21 a command's exit code, output and last lines are the result", async () => {
    const run = place();
    const failed = await runStage(command("echo out; echo err >&2; printf '\\033[31mred\\033[0m\\n'; exit 3"), run);
    expect(failed).toMatchObject({
      stage: "build",
      is: "failed",
      exit: 3,
      log: run.log,
      tail: expect.arrayContaining(["out", "err", "red"]),
    });
    expect(statSync(run.log).mode & 0o777).toBe(0o600);
    expect(await runStage(command("true"), run)).toMatchObject({ is: "passed", exit: 0, tail: [] });
  });

  test("C21 a command that is not there fails with 127", async () => {
    expect(await runStage(command("no-such-command-here"), place())).toMatchObject({
      is: "failed",
      exit: 127,
      tail: expect.arrayContaining([expect.stringContaining("not found")]),
    });
  });

  test("C21 the time limit ends the whole tree, also what ignores SIGTERM", async () => {
    const run = place({}, { limit: 2_000 });
    const result = await runStage(command("sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 1; done' & wait"), run);
    expect(result).toMatchObject({ is: "failed", cut: "time limit", because: "it took longer than 2 s" });
    expect(isRunning(await pidIn(path.join(run.folder, "pid")))).toBe(false);
  });

  test("C21 children may tidy up after SIGTERM, even if the shell above them is gone at once", async () => {
    const stop = new AbortController();
    const run = place({}, { signal: stop.signal, grace: 5_000 });
    const running = runStage(
      command("sh -c 'trap \"sleep 0.1; touch tidied; exit\" TERM; echo $$ >pid; while :; do sleep 0.05; done' & wait"),
      run,
    );
    await pidIn(path.join(run.folder, "pid"));
    stop.abort();
    const began = Date.now();
    expect([(await running).cut, existsSync(path.join(run.folder, "tidied"))]).toEqual(["stopped", true]);
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  test("C21 an abort ends the stage, and one before the start too", async () => {
    const stop = new AbortController();
    const run = place({}, { signal: stop.signal });
    const running = runStage(command("echo $$ >pid; exec sleep 60"), run);
    const pid = await pidIn(path.join(run.folder, "pid"));
    stop.abort();
    expect(await running).toMatchObject({ is: "failed", cut: "stopped" });
    expect(isRunning(pid)).toBe(false);
    expect(await runStage(command("sleep 60"), run)).toMatchObject({ is: "failed", cut: "stopped" });
  });

  test("X05 nothing is orphaned when we are killed with -9", async () => {
    const run = place();
    const source = new URL("../../lib/pipeline/stage.ts", import.meta.url).href;
    const script = `import { runStage } from ${JSON.stringify(source)}; await runStage(${JSON.stringify(command("sleep 60 & echo $! >pid; wait"))}, ${JSON.stringify(run)});`;
    const us = spawn(process.execPath, ["--input-type=module-typescript", "--disable-warning=ExperimentalWarning", "-e", script], {
      stdio: "inherit",
    });
    onTestFinished(() => void us.kill("SIGKILL"));
    const pid = await pidIn(path.join(run.folder, "pid"));
    us.kill("SIGKILL");
    await until("the command has ended", () => !isRunning(pid));
  });

  test("what a command leaves in the background ends with it", async () => {
    const run = place();
    await runStage(command("sleep 60 & echo $! >pid"), run);
    const pid = await pidIn(path.join(run.folder, "pid"));
    await until("the background process has ended", () => !isRunning(pid));
  });

  test("a skipped stage is skipped, with its reason", async () => {
    expect(await runStage({ name: "test", work: { do: "skip", because: "no tests" } }, place())).toMatchObject({
      is: "skipped",
      because: "no tests",
    });
  });

  test("C21 a buildspec stage tells what CodeBuild tells", async () => {
    const text = 'printf "%s\\n" "$CODEBUILD_SRC_DIR" "$CODEBUILD_RESOLVED_SOURCE_VERSION" "$CODEBUILD_BUILD_SUCCEEDING" "$CI" >env.txt';
    const spec = {
      file: "b.yml",
      shell: "/bin/sh",
      variables: {},
      exportedVariables: ["CI"],
      phases: [{ name: "build", commands: [text], finally: [] }],
      reports: [],
      cachePaths: [],
      ignored: [],
    } as const;
    const run = place();
    expect(await runStage({ name: "build", work: { do: "buildspec", spec } }, run)).toMatchObject({
      is: "passed",
      exported: { CI: "true" },
    });
    expect(readFileSync(path.join(run.folder, "env.txt"), "utf8")).toBe(`${run.folder}\nr\n1\ntrue\n`);
  });

  test("C21 an app cannot bring the scanner that judges it", async () => {
    const run = place({ "a.js": "x", "node_modules/.bin/trivy": { run: "#!/bin/sh\ntouch ran\n" } });
    await runStage({ name: "scan", work: { do: "scan" } }, run);
    expect(existsSync(path.join(run.folder, "ran"))).toBe(false);
  });

  test("C06 the package stage packs what a buildspec hands on, and fails when that is nothing", async () => {
    const run = place({ "dist/a/b.js": "b", "dist/b.map": "m", "src/a.ts": "a" });
    const handover = { files: ["**/*"], baseDirectory: "dist", excludePaths: ["*.map"], discardPaths: true };
    const { packedFolder, packed } = await runStage({ name: "package", work: { do: "package", handover } }, run);
    expect(readFileSync(path.join(packedFolder ?? "", "b.js"), "utf8")).toBe("b");
    expect(packed?.file).toBe(path.join(run.state, "artifacts", `${packed?.digest}.tar`));
    expect(
      await runStage({ name: "package", work: { do: "package", handover: { ...handover, baseDirectory: "out*" } } }, run),
    ).toMatchObject({ is: "failed" });
  });
});

test("C21 a stage inherits an allow-list, never AWS variables or tokens", async () => {
  const env = stageEnvironment("/app", {
    PATH: "/bin",
    HOME: "/h",
    LANG: "C",
    npm_config_registry: "r",
    NPM_CONFIG_CACHE: "c",
    npm_config__authToken: "no",
    HTTPS_PROXY: "p",
    AWS_ACCESS_KEY_ID: "no",
    AWS_PROFILE: "no",
    GITHUB_TOKEN: "no",
    NPM_TOKEN: "no",
    NODE_OPTIONS: "no",
    NODE_ENV: "no",
  });
  expect(env).toEqual({
    PATH: "/app/node_modules/.bin:/bin",
    HOME: "/h",
    LANG: "C",
    npm_config_registry: "r",
    NPM_CONFIG_CACHE: "c",
    HTTPS_PROXY: "p",
    CI: "true",
  });
});
