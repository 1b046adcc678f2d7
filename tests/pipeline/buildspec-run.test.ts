import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseBuildspec } from "../../lib/pipeline/buildspec.ts";
import { type BuildspecResult, runBuildspec } from "../../lib/pipeline/buildspec-run.ts";
import { isInstalled, isRunning, tempFolder, until } from "./folders.ts";

interface Ran extends BuildspecResult {
  readonly folder: string;
  readonly log: string;
  /** The lines that the commands wrote to the file `trace`. */
  readonly trace: string[];
}

async function run(yaml: string, options: { state?: string; limit?: number; signal?: AbortSignal; folder?: string } = {}): Promise<Ran> {
  const root = tempFolder();
  const folder = options.folder ?? path.join(root, "app");
  const scratch = path.join(root, "scratch");
  for (const made of [folder, scratch]) mkdirSync(made, { recursive: true });
  const env = { PATH: process.env.PATH ?? "", TRACE: path.join(root, "trace"), CODEBUILD_SRC_DIR: folder };
  const log = path.join(root, "log");
  const cache = options.state ?? path.join(root, "cache");
  const { limit = 20_000, signal } = options;
  const result = await runBuildspec(parseBuildspec(`version: 0.2\n${yaml}`, "b.yml"), {
    folder,
    scratch,
    cache,
    env,
    log,
    limit,
    signal,
    grace: 500,
  });
  const trace = existsSync(env.TRACE) ? readFileSync(env.TRACE, "utf8").split("\n").filter(Boolean) : [];
  return { ...result, folder, log: readFileSync(log, "utf8"), trace };
}

describe("runBuildspec", () => {
  test("C12 all commands run in one shell: folder, exports, variables and functions last", async () => {
    const { is, trace } = await run(`
phases:
  install: { commands: ["export A=1", "B=2", "f() { echo \\"f $1\\" >>$TRACE; }", "mkdir sub", "cd sub"] }
  build: { commands: ["echo $A$B $(basename $PWD) >>$TRACE", "f x", "sh -c 'echo [$A$B]' >>$TRACE"] }
`);
    expect([is, trace]).toEqual(["passed", ["12 sub", "f x", "[1]"]]);
  });

  test("C12 a failing command ends its phase, finally runs, and post_build runs after a failed build", async () => {
    const { is, trace, exit, because } = await run(`
phases:
  build:
    commands: ["echo one $CODEBUILD_BUILD_SUCCEEDING >>$TRACE", "(exit 3)", "echo never >>$TRACE"]
    finally: ["echo finally $CODEBUILD_BUILD_SUCCEEDING >>$TRACE"]
  post_build: { commands: ["echo post $CODEBUILD_BUILD_SUCCEEDING >>$TRACE"] }
`);
    expect([is, exit, trace]).toEqual(["failed", 3, ["one 1", "finally 0", "post 0"]]);
    expect(because).toContain("build");
  });

  test.each(["install", "pre_build"])("C12 nothing more runs after a failed %s", async (phase) => {
    const { is, trace } = await run(`
phases:
  ${phase}: { commands: ["false"], finally: ["echo finally >>$TRACE"] }
  build: { commands: ["echo build >>$TRACE"] }
  post_build: { commands: ["echo post >>$TRACE"] }
`);
    expect([is, trace]).toEqual(["failed", ["finally"]]);
  });

  test("C12 on-failure ABORT keeps post_build from running", async () => {
    const { trace } = await run(`
phases:
  build: { commands: ["false"], on-failure: ABORT }
  post_build: { commands: ["echo post >>$TRACE"] }
`);
    expect(trace).toEqual([]);
  });

  test("C12 on-failure CONTINUE goes on to the next phase, and the build has failed all the same", async () => {
    const { is, trace } = await run(`
phases:
  pre_build: { commands: ["false"], on-failure: CONTINUE }
  build: { commands: ["echo build $CODEBUILD_BUILD_SUCCEEDING >>$TRACE"] }
`);
    expect([is, trace]).toEqual(["failed", ["build 0"]]);
  });

  test("C12 a failing command in finally fails the phase", async () => {
    expect(await run(`phases: { build: { commands: ["true"], finally: ["(exit 4)"] } }`)).toMatchObject({ is: "failed", exit: 4 });
  });

  test("C12 a command that ends the shell fails its phase, and later phases have the exports from before", async () => {
    const { is, exit, trace } = await run(`
phases:
  build: { commands: ["export A=1; mkdir sub; cd sub", "set -e; false; echo never >>$TRACE"] }
  post_build: { commands: ["echo post $A $(basename $PWD) >>$TRACE"] }
`);
    expect([is, exit, trace]).toEqual(["failed", 1, ["post 1 sub"]]);
    expect(await run(`phases: { build: { commands: ["exit 7"] } }`)).toMatchObject({ is: "failed", exit: 7 });
  });

  test("C12 exported variables are read back from the shell", async () => {
    const { exported } = await run(`
env: { exported-variables: [TAG, PLAIN, MISSING, LINES], variables: { TAG: old } }
phases: { build: { commands: ["export TAG=new", "PLAIN=\\"it's \\\\$5\\"", "LINES='a\\nb'"] } }
`);
    expect(exported).toEqual({ TAG: "new", PLAIN: "it's $5", LINES: "a\nb" });
  });

  test("commands reach the shell as they were written", async () => {
    const odd = `printf '%s|' "a b" '$HOME' \\"q\\" "\`echo t\`" >>$TRACE`;
    const { trace } = await run(`phases:\n  build:\n    commands:\n      - ${JSON.stringify(odd)}\n`);
    expect(trace).toEqual(['a b|$HOME|"q"|t|']);
  });

  test("a command cannot speak in our name or read what is meant for the shell", async () => {
    const { is, exit } = await run(`phases: { build: { commands: ["echo 0 >&4; (exit 5)"] } }`);
    expect(is).toBe("failed");
    expect(exit).not.toBe(0);
    expect(await run(`phases: { build: { commands: ["cat; cat <&3; true"] } }`)).toMatchObject({ is: "passed" });
  });

  test.skipIf(!isInstalled("bash"))("C12 env.shell bash runs bash", async () => {
    const { trace } = await run(`
env: { shell: bash }
phases: { build: { commands: ["a=(x y); echo \${a[1]} >>$TRACE", "export Q=\\"it's\\"", "exit 0", "echo \\"$Q\${a[1]}\\" >>$TRACE"] } }
`);
    expect(trace).toEqual(["y", "it's"]);
  });

  test("C12 the time limit ends the whole process tree and nothing runs after it", async () => {
    const { is, cut, trace, log } = await run(
      `
phases:
  build: { commands: ["sleep 60 & echo $! >>$TRACE; trap '' TERM; sleep 60"], finally: ["echo finally >>$TRACE"] }
  post_build: { commands: ["echo post >>$TRACE"] }
`,
      { limit: 2_000 },
    );
    expect([is, cut, trace.length]).toEqual(["failed", "time limit", 1]);
    expect(log).not.toContain("echo post");
    expect(isRunning(Number(trace[0]))).toBe(false);
  });

  test("C12 what is left running in the background ends with the build", async () => {
    const { is, trace } = await run(`phases: { build: { commands: ["sleep 60 & echo $! >>$TRACE"] } }`);
    expect(is).toBe("passed");
    await until("the background process has ended", () => !isRunning(Number(trace[0])));
  });

  test("C12 report files are counted, and a missing one is told", async () => {
    const { because } = await run(`
phases: { build: { commands: ["mkdir -p out/deep; touch out/a.xml out/deep/b.xml"] } }
reports: { unit: { files: ["**/*.xml"], base-directory: out }, none: { files: ["x.xml"] } }
`);
    expect(because).toBe("1 commands; report unit: 2 files; report none: no file");
  });

  test("C12 cached paths come back in the next run, into another checkout", async () => {
    const state = path.join(tempFolder(), "cache");
    const yaml = `
phases: { build: { commands: ["cat vendor/a >>$TRACE || true", "mkdir -p vendor; echo kept >vendor/a; echo x >other"] } }
cache: { paths: ["vendor/**/*"] }
`;
    expect((await run(yaml, { state })).trace).toEqual([]);
    const second = await run(yaml, { state });
    expect(second.trace).toEqual(["kept"]);
    const own = tempFolder({ "vendor/a": "own\n" });
    expect((await run(yaml.replace("echo kept >vendor/a", "true"), { state, folder: own })).trace).toEqual(["own"]);
    await run(yaml, { state });
    const failing = yaml.replace('"mkdir', '"false", "mkdir').replace("echo kept", "echo lost");
    await run(failing, { state });
    expect((await run(yaml, { state })).trace).toEqual(["kept"]);
  });
});
