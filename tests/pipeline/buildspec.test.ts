import { describe, expect, test } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { parseBuildspec } from "../../lib/pipeline/buildspec.ts";

function refused(text: string, given: NodeJS.ProcessEnv = {}): string[] {
  try {
    parseBuildspec(text, "build.yml", given);
  } catch (error) {
    if (error instanceof UserError && error.code === "buildspec/invalid") return [...error.details];
    throw error;
  }
  throw new Error("was not refused");
}

const minimal = "version: 0.2\nphases:\n  build:\n    commands: [make]\n";

describe("parseBuildspec", () => {
  test("C12 a buildspec is read with phases in their order, text as it is written", () => {
    const spec = parseBuildspec(
      `version: 0.2
env:
  shell: bash
  variables: { GREETING: "hello", PORT: 0080, DEBUG: true }
  exported-variables: [TAG]
phases:
  build:
    commands:
      - npm run build
      - true
      - |
        cd dist
        ls
    finally:
      - echo "$X"
    on-failure: ABORT
  install:
    commands: npm ci
artifacts:
  files: ["**/*"]
  base-directory: dist
  exclude-paths: ["**/*.map"]
  discard-paths: yes
reports:
  unit: { files: [report.xml], base-directory: out }
cache:
  paths: ["node_modules/**/*"]
`,
      "build.yml",
    );
    expect(spec).toEqual({
      file: "build.yml",
      shell: "bash",
      variables: { GREETING: "hello", PORT: "0080", DEBUG: "true" },
      exportedVariables: ["TAG"],
      phases: [
        { name: "install", commands: ["npm ci"], finally: [] },
        {
          name: "build",
          commands: ["npm run build", "true", "cd dist\nls\n"],
          finally: ['echo "$X"'],
          onFailure: "ABORT",
        },
      ],
      artifacts: { files: ["**/*"], baseDirectory: "dist", excludePaths: ["**/*.map"], discardPaths: true },
      reports: [{ name: "unit", files: ["report.xml"], baseDirectory: "out" }],
      cachePaths: ["node_modules/**/*"],
      ignored: [],
    });
  });

  test("A17 everything that a rehearsal cannot do is named at once, with lines and fixes", () => {
    const problems = refused(`version: 0.1
batch: { fast-fail: true }
env:
  shell: powershell.exe
  variables:
    CODEBUILD_ID: x
    1st: x
  parameter-store:
    PASSWORD: /app/password
  secrets-manager:
    TOKEN: app:token
  exported-variables: [AWS_REGION]
phases:
  deploy:
    commands: [x]
  build:
    on-failure: RETRY-3
    steps: [x]
    commands:
      - echo a: b
artifacts:
  base-directory: ../out
  discard-paths: maybe
reports:
  unit:
    files: [/tmp/report.xml]
`);
    const lines = problems.map((problem) => Number(/^build\.yml:(\d+): /.exec(problem)?.[1]));
    expect(lines).toEqual([1, 2, 4, 6, 7, 9, 11, 12, 14, 17, 18, 20, 21, 22, 23, 26]);
    for (const named of [
      "batch",
      "powershell.exe",
      "CODEBUILD_ID",
      "1st",
      "PASSWORD",
      "TOKEN",
      "AWS_REGION",
      "deploy",
      "RETRY-3",
      "steps",
      "commands[0]",
      "../out",
      "maybe",
    ])
      expect(
        problems.filter((problem) => problem.includes(named)),
        named,
      ).not.toEqual([]);
    expect(problems.find((problem) => problem.includes("RETRY-3"))).toBe(
      'build.yml:17: phases.build.on-failure is "RETRY-3": use ABORT or CONTINUE; a rehearsal shows a failure instead of trying again',
    );
    expect(problems.find((problem) => problem.includes("PASSWORD"))).toContain("build.yml:9: env.parameter-store.PASSWORD");
  });

  test.each([
    ["0.1", "version: 0.1\nphases: {build: {commands: [x]}}", "version is not 0.2"],
    ["no version", "phases: {build: {commands: [x]}}", "version is not 0.2"],
    ["no phases", "version: 0.2", "phases has no commands"],
    ["no commands", "version: 0.2\nphases: {build: {}}", "phases has no commands"],
    ["a list for a file", "- x", "is not a mapping"],
    ["broken YAML", 'version: "0.2\nphases: x', "build.yml:"],
    ["a key twice", `${minimal}version: 0.2\n`, "unique"],
    ["artifacts without files", `${minimal}artifacts: {base-directory: dist}`, "artifacts.files is missing"],
    [
      "runtime-versions outside install",
      "version: 0.2\nphases: {build: {runtime-versions: {nodejs: 20}, commands: [x]}}",
      "phases.build.runtime-versions",
    ],
    [
      "a command that is YAML's own mapping",
      'version: 0.2\nphases:\n  build:\n    commands:\n      - echo "a": b',
      "commands[0] is not text",
    ],
  ])("A17 %s is refused", (_what, text, told) => {
    expect(refused(text).join("\n")).toContain(told);
  });

  test("C12 what changes nothing here is ignored, with line and reason", () => {
    const spec = parseBuildspec(
      `${minimal}run-as: root
proxy: { logs: yes }
artifacts: { files: ["*"], name: app, secondary-artifacts: { a: { files: [x] } } }
cache: { key: k, paths: ["/root/.m2/**/*", "vendor/**/*"] }
`.replace("phases:\n", "phases:\n  install:\n    runtime-versions: { nodejs: 20 }\n"),
      "build.yml",
    );
    expect(spec.ignored.map(({ path, line }) => `${path}:${line}`).sort()).toEqual([
      "artifacts.name:9",
      "artifacts.secondary-artifacts:9",
      "cache.key:10",
      "cache.paths:10",
      "phases.install.runtime-versions:4",
      "proxy:8",
      "run-as:7",
    ]);
    expect(spec.cachePaths).toEqual(["vendor/**/*"]);
  });

  test("C12 a value that CodeBuild would fetch can be given by the environment, and is not exported", () => {
    const text = `${minimal}env:\n  secrets-manager: { TOKEN: "app:token" }\n`;
    expect(parseBuildspec(text, "build.yml", { SLUICE_SECRET_TOKEN: "t" }).variables).toEqual({ TOKEN: "t" });
    expect(refused(text).join()).toContain("SLUICE_SECRET_TOKEN=…");
    expect(refused(`${text}  exported-variables: [TOKEN]\n`, { SLUICE_SECRET_TOKEN: "t" }).join()).toContain('holds "TOKEN"');
  });

  test("an anchor stands for what it names", () => {
    expect(
      parseBuildspec("version: 0.2\nphases:\n  pre_build: &p { commands: [x] }\n  build: *p\n", "b").phases.map(({ commands }) => commands),
    ).toEqual([["x"], ["x"]]);
  });
});
