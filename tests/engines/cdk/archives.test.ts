import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { digests } from "../../../lib/plan/functions.gen.ts";

const root = path.join(import.meta.dirname, "../../..");
const digest = digests["deployment-logger"];
const stack = "catalog-tools-euw1-logger";

/** Of a checkout where `npm run bundle` was run, and of one where it was not. */
let [bundled, plain] = ["", ""];
let refused: ReturnType<typeof preview>;
let work: string;
beforeAll(() => {
  work = mkdtempSync(path.join(tmpdir(), "test-archives-"));
  const checkout = path.join(work, "checkout");
  for (const part of ["assets/functions", "bin", "lib", "examples/c-pulumi-pipeline", "package.json"])
    cpSync(path.join(root, part), path.join(checkout, part), { recursive: true });
  symlinkSync(path.join(root, "node_modules"), path.join(checkout, "node_modules"));
  const synth = (to: string): string => {
    const given = { config: "examples/c-pulumi-pipeline", environment: "tools" };
    execFileSync(process.execPath, ["bin/cdk.ts"], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CDK_OUTDIR: path.join(work, to), CDK_CONTEXT_JSON: JSON.stringify(given), TMPDIR: work },
    });
    return path.join(work, to);
  };
  plain = synth("plain");
  refused = preview(checkout);
  execFileSync(process.execPath, ["assets/functions/bundle.ts"], { cwd: checkout });
  bundled = synth("bundled");
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const preview = (cwd: string) =>
  spawnSync(process.execPath, ["bin/sluice.ts", "preview", "tools", "--project", "examples/c-pulumi-pipeline"], { cwd, encoding: "utf8" });

const readIn = (folder: string, file: string) => JSON.parse(readFileSync(path.join(folder, file), "utf8"));
const assetIn = (folder: string) => readIn(folder, `${stack}.assets.json`).files[digest];

it("C09: a function takes its code from the bootstrap bucket of its account and region, under its digest", () => {
  const { Properties } = readIn(bundled, `${stack}.template.json`).Resources.LoggerDeploymentLoggerFunction;
  const [bucket, key] = ["cdk-hnb659fds-assets-111111111111-eu-west-1", `${digest}.zip`];
  expect(Properties.Code).toEqual({ S3Bucket: bucket, S3Key: key });
  expect(Object.values(assetIn(bundled).destinations)).toEqual([expect.objectContaining({ bucketName: bucket, objectKey: key })]);
});

it("C09: what is synthesised brings the code along, so that it can be deployed from elsewhere", () => {
  const { source } = assetIn(bundled);
  expect(path.isAbsolute(source.path)).toBe(false);
  expect(source.packaging).toBe("file");
  expect(existsSync(path.join(bundled, source.path))).toBe(true);
});

it("C09: where the code is not bundled, what is synthesised names the file that is missing", () => {
  expect(assetIn(plain).source.path).toMatch(new RegExp(`dist/functions/deployment-logger-${digest}\\.zip$`));
});

it("C09, A17: preview and deploy refuse what is not bundled before AWS is asked, with the file and what to run", () => {
  expect(refused).toMatchObject({ status: 2, stdout: "" });
  expect(refused.stderr).toContain('the code of a function of "tools" is not bundled (archive/missing)');
  expect(refused.stderr).toContain(`deployment-logger-${digest}.zip`);
  expect(refused.stderr).toContain("npm run bundle");
});
