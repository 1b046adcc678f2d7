import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");
const notSource = new Set(["node_modules", ".git", "dist", "coverage", ".sluice"]);

let work: string;
let user: string;
let packed: string[];

function run(cwd: string, program: string, ...args: string[]): string {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

// Built, packed and installed as a user would, from a copy, so that the repository stays as it is.
beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), "sluice-package-"));
  const copy = path.join(work, "copy");
  cpSync(root, copy, { recursive: true, filter: (file) => !notSource.has(path.basename(file)) });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  mkdirSync(path.join(copy, "examples/shop/.sluice"));
  writeFileSync(path.join(copy, "examples/shop/.sluice/order.json"), "{}");
  run(copy, process.execPath, "build.ts");
  const [pack] = JSON.parse(run(copy, "npm", "pack", "--json", "--ignore-scripts"));
  packed = pack.files.map((file: { path: string }) => file.path);

  user = path.join(work, "user");
  mkdirSync(user);
  writeFileSync(path.join(user, "package.json"), '{ "private": true }');
  run(user, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", path.join(copy, pack.filename));
}, 300_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("the published package", () => {
  it("C09: brings the code of every function that a plan can have, where a deploy looks for it", () => {
    const script = `
      import { existsSync } from "node:fs";
      import { archiveName, archiveOf } from ${JSON.stringify(path.join(user, "node_modules/sluice/dist/lib/plan/archives.js"))};
      for (const S3Key of ["deployment-logger", "release", "rotation"].map(archiveName))
        console.log(existsSync(archiveOf({ properties: { Code: { S3Bucket: "b", S3Key } } }).file));`;
    expect(run(user, process.execPath, "--input-type=module", "--eval", script)).toBe("true\ntrue\ntrue\n");
  });

  it("holds the launcher, compiled code with types, examples, and the reference of the configuration; nothing else", () => {
    const known = [
      /^package\.json$/,
      /^LICENSE$/,
      /^README\.md$/,
      /^bin\/sluice\.js$/,
      /^dist\/(bin|lib)\/.*\.(js|d\.ts|data\.json)$/,
      /^dist\/functions\/[a-z-]+-[0-9a-f]{64}\.zip$/,
      /^docs\/configuration\.md$/,
      /^assets\/(buildspecs|workflows)\/[a-z-]+\.yml$/,
      /^examples\/(shop|minimal|[a-e]-[a-z-]+)\//,
    ];
    expect(packed.filter((file) => !known.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining(["LICENSE", "dist/bin/sluice.js", "dist/lib/index.d.ts", "examples/shop/sluice.config.ts"]),
    );
    expect(packed.filter((file) => file.includes(".sluice/") || file.includes("node_modules"))).toEqual([]);
  });

  it("answers npx sluice --help", () => {
    expect(run(user, "npx", "--no-install", "sluice", "--help")).toMatch(/^Usage: sluice/);
  });

  it("X11 says before anything else which packages a deploy lacks, in one line that installs them", () => {
    const folder = path.join(work, "deployed");
    cpSync(path.join(root, "examples/b-dev-to-production"), folder, { recursive: true });
    const sluice = ["--no-install", "sluice", "deploy", "development", "--yes", "--project", folder];
    const named = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/random", "@aws-sdk/client-dynamodb"];
    expect(() => run(user, "npx", ...sluice)).toThrow(new RegExp(`npm install ${named.map((name) => `${name}@[\\d.]+`).join(" ")}\n`));
  });

  it("gives JavaScript defineConfig", () => {
    writeFileSync(
      path.join(user, "use.mjs"),
      'import { defineConfig } from "sluice"; console.log(defineConfig({ project: "mine" }).project);',
    );
    expect(run(user, process.execPath, "use.mjs")).toBe("mine\n");
  });

  it("gives TypeScript types that accept what is right and refuse what is not", () => {
    const lines = [
      'import { type Config, type Gate, defineConfig } from "sluice";',
      'defineConfig({ project: "mine", services: { web: { startWithin: "10s" } }, rollout: { gates: [{ metric: "p95", max: "250ms" }] } });',
      "// @ts-expect-error a number is no length of time",
      'defineConfig({ project: "mine", rollout: { bake: 300 } });',
      "// @ts-expect-error unknown key",
      'defineConfig({ project: "mine", projekt: "mine" });',
      "// @ts-expect-error unknown metric",
      'defineConfig({ project: "mine", rollout: { gates: [{ metric: "p96", max: "1s" }] } });',
      "export const gates = (config: Config): readonly Gate[] => config.rollout.gates;",
      "export const bake = (config: Config): number => config.rollout.bake;",
    ];
    writeFileSync(path.join(user, "use.mts"), lines.join("\n"));
    writeFileSync(
      path.join(user, "tsconfig.json"),
      '{ "compilerOptions": { "strict": true, "target": "es2024", "module": "nodenext", "noEmit": true, "types": [] } }',
    );
    run(user, process.execPath, path.join(root, "node_modules/typescript/bin/tsc"));
  });

  it("loads a TypeScript configuration from a folder where it is not installed", () => {
    const project = path.join(work, "project");
    mkdirSync(project);
    writeFileSync(
      path.join(project, "sluice.config.ts"),
      'import { defineConfig } from "sluice"; export default defineConfig({ project: "far" as string });',
    );
    const load = path.join(user, "node_modules/sluice/dist/lib/config/load.js");
    const script = `const { loadConfig } = await import(${JSON.stringify(load)}); console.log((await loadConfig(".")).config.project)`;
    expect(run(project, process.execPath, "--input-type=module", "-e", script)).toBe("far\n");
  });

  it("B17 gives the programs of docs/for-pulumi-users.md and docs/for-cdk-users.md what they import, with types", {
    timeout: 240_000,
  }, () => {
    // Where the package is installed, beside which it finds its peers: what goes before needs a user who lacks them.
    for (const name of ["@pulumi", "aws-cdk-lib", "constructs"])
      symlinkSync(path.join(root, "node_modules", name), path.join(user, "node_modules", name));
    const pages = ["for-pulumi-users", "for-cdk-users"].map((name) => readFileSync(path.join(root, "docs", `${name}.md`), "utf8"));
    const programs = pages.flatMap((page) => [...page.matchAll(/```ts\n\/\/ ([\w.]+)\n([\s\S]*?)```/g)]);
    programs.forEach(([, name = "", text = ""], at) => {
      writeFileSync(path.join(user, name === "sluice.config.ts" ? name : `${at}-${name}`), text);
    });
    expect(programs.map(([, name]) => name)).toEqual(["sluice.config.ts", "index.ts", "index.ts", "app.ts"]);
    writeFileSync(path.join(user, "package.json"), '{ "private": true, "type": "module" }');
    writeFileSync(
      path.join(user, "tsconfig.json"),
      '{ "compilerOptions": { "strict": true, "target": "es2024", "module": "nodenext", "allowImportingTsExtensions": true, "noEmit": true, "skipLibCheck": true, "types": [] }, "include": ["*.ts"] }',
    );
    run(user, process.execPath, path.join(root, "node_modules/typescript/bin/tsc"));
    const app = programs.length - 1;
    run(user, process.execPath, `${app}-app.ts`);
  });
});
