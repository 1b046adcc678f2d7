import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, releaseOf, runSpec } from "./stand-ins.ts";

const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web@sha256:${"a".repeat(64)}`;
const input = {
  name: "Image",
  files: { "imageDetail.json": JSON.stringify({ ImageURI: image }), "taskdef.json": "{}", "appspec.yaml": "x" },
};

// The shape of a report: https://trivy.dev/latest/docs/configuration/reporting/#json
const report = (...results: object[]) => ({ SchemaVersion: 2, Results: results });
const clean = report({ Target: "app", Class: "lang-pkgs" });
const vulnerable = (severity: string) =>
  report({
    Target: "package-lock.json",
    Vulnerabilities: [
      { VulnerabilityID: "CVE-2026-1", PkgName: "left-pad", Severity: severity, Status: "fixed", Title: 'says "<hi>" & more' },
    ],
  });

const scanned = (to: string, content: string | object): Answer => ({ to: `trivy ${to}`, writes: { "--output": content } });

async function scan(changed: readonly Answer[] = [], given: Given = {}): Promise<Ran> {
  const { archive, sha256 } = releaseOf("trivy");
  const answers: Answer[] = [
    ...changed,
    { to: "curl", copies: { "--output": archive } },
    scanned("image", clean),
    scanned("filesystem", clean),
    scanned("config", clean),
    scanned("convert", { version: "2.1.0" }),
    { to: "aws s3 cp" },
  ];
  const env = { TRIVY_SHA256_X86_64: sha256, TRIVY_SHA256_AARCH64: sha256, ...given.env };
  return await runSpec("scan", { input, ...given, answers, env });
}

const trivy = (ran: Ran, to: string) => ran.calls.filter(({ line }) => line.startsWith(`trivy ${to}`));

describe("scan.yml", () => {
  test.each([false, true])("C22 after a pass what the build handed over is handed on unchanged (shells apart: %s)", async (apart) => {
    const ran = await scan([], { apart });
    expect([ran.is, ran.because]).toEqual(["passed", "6 commands; report findings: 1 file"]);
    const files = await ran.handedOn();
    for (const [name, text] of Object.entries(input.files)) expect(files?.(name)).toBe(text);
    for (const name of ["image-linux-amd64", "filesystem", "secrets", "config"]) {
      expect(JSON.parse(files?.(`scan/${name}.json`) ?? "")).toEqual(clean);
      expect(files?.(`scan/${name}.sarif`)).toContain("2.1.0");
      expect(files?.("scan/findings.xml")).toContain(`name="scan/${name}.json"></testcase>`);
    }
  });

  test("E05 the image by its digest, the files, the infrastructure and secrets are scanned, without Docker", async () => {
    const ran = await scan();
    expect(trivy(ran, "image").map(({ args }) => args.at(-1))).toEqual([image]);
    expect(trivy(ran, "image")[0]?.line).toContain("--image-src remote --platform linux/amd64 --scanners vuln,secret");
    expect(trivy(ran, "filesystem").map(({ args }) => args[args.indexOf("--scanners") + 1])).toEqual(["vuln", "secret"]);
    expect(trivy(ran, "config").map(({ args }) => args.at(-1))).toEqual(["."]);
    expect(ran.calls.filter(({ line }) => line.startsWith("docker"))).toEqual([]);
  });

  test("E05 every platform of an image is scanned, and judged", async () => {
    const ran = await scan([scanned("image --quiet --format json --output scan/image-linux-arm64.json", vulnerable("HIGH"))], {
      env: { PLATFORMS: "linux/amd64,linux/arm64" },
    });
    expect(trivy(ran, "image").length).toBe(2);
    expect([ran.is, await ran.handedOn()]).toEqual(["failed", undefined]);
  });

  const misconfigured = report({
    Target: "main.tf",
    Misconfigurations: [{ ID: "AVD-1", Status: "FAIL", Severity: "CRITICAL", Title: "open" }],
  });
  const secret = report({ Target: ".env", Secrets: [{ RuleID: "aws-key", Severity: "CRITICAL", Title: "AWS key" }] });
  test.each<[string, Answer, string]>([
    ["the image", scanned("image", vulnerable("HIGH")), "HIGH CVE-2026-1 in package-lock.json left-pad: says"],
    ["a package", scanned("filesystem --quiet --format json --output scan/filesystem.json", vulnerable("CRITICAL")), "CRITICAL CVE-2026-1"],
    ["the infrastructure", scanned("config", misconfigured), "CRITICAL AVD-1 in main.tf : open"],
    ["a secret", scanned("filesystem --quiet --format json --output scan/secrets.json", secret), "CRITICAL aws-key in .env : AWS key"],
  ])("C22 a finding in %s fails the scan, is named, and nothing is handed on", async (_, answer, said) => {
    const ran = await scan([answer]);
    expect([ran.is, ran.exit, await ran.handedOn()]).toEqual(["failed", 1, undefined]);
    expect(ran.log).toContain(said);
    expect(existsSync(ran.at("passed"))).toBe(false);
  });

  test("E05 a finding stands in the JUnit report, which is well-formed whatever its title", async () => {
    const ran = await scan([scanned("image", vulnerable("HIGH"))]);
    const junit = readFileSync(ran.at("scan/findings.xml"), "utf8");
    expect(junit).toContain("says &quot;&lt;hi&gt;&quot; &amp; more");
  });

  test("E05 the severity decides what fails", async () => {
    const medium = [scanned("image", vulnerable("MEDIUM"))];
    expect((await scan(medium)).is).toBe("passed");
    expect((await scan(medium, { env: { SEVERITY: "MEDIUM" } })).is).toBe("failed");
  });

  test.each(["High", "HIGH, CRITICAL", ""])('C22 the severity "%s", which nothing could have, is refused', async (severity) => {
    const ran = await scan([scanned("image", vulnerable("HIGH"))], { env: { SEVERITY: severity } });
    expect([ran.is, ran.calls]).toEqual(["failed", []]);
    expect(ran.log).toContain(`SEVERITY is "${severity}"`);
  });

  test.each<[string, Answer]>([
    ["is missing", { to: "trivy config" }],
    ["is no report", scanned("config", {})],
    ["is empty", scanned("config", "")],
  ])("C22 a report that %s fails the scan, though Trivy says that all is well", async (_, answer) => {
    const ran = await scan([answer]);
    expect([ran.is, await ran.handedOn()]).toEqual(["failed", undefined]);
    expect(ran.log).toMatch(/scan\/config\.json|there are 3 reports instead of 4/);
  });

  test("C22 a scan that could not be done fails", async () => {
    const ran = await scan([{ to: "trivy filesystem", exit: 1, stderr: "no database" }]);
    expect([ran.is, await ran.handedOn()]).toEqual(["failed", undefined]);
  });

  test("C22 an image that is named by a tag is not scanned, as the tag may mean another one later", async () => {
    const named = { ...input, files: { "imageDetail.json": '{"ImageURI":"shop/web:latest"}' } };
    const ran = await scan([], { input: named });
    expect([ran.is, trivy(ran, "image")]).toEqual(["failed", []]);
    expect(ran.log).toContain("has no digest");
  });

  test("C22 an absent second input is named", async () => {
    expect((await scan([], { env: { IMAGE_ARTIFACT: "Built" } })).log).toContain("no second input named Built");
  });

  test("E05 a Trivy that is not the one whose checksum we know never runs", async () => {
    const wrong = "0".repeat(64);
    const ran = await scan([], { env: { TRIVY_SHA256_X86_64: wrong, TRIVY_SHA256_AARCH64: wrong } });
    expect([ran.is, trivy(ran, "")]).toEqual(["failed", []]);
    expect(existsSync(ran.at(".trivy/trivy"))).toBe(false);
  });

  test("E05 the version that is pinned is the one that is fetched, and Trivy does not take it for its own flag", async () => {
    const ran = await scan([], { env: { TRIVY_VERSION: "0.99.1" } });
    const fetched = ran.calls.find(({ line }) => line.startsWith("curl"))?.args.at(-1);
    expect(fetched).toMatch(/\/v0\.99\.1\/trivy_0\.99\.1_Linux-(64bit|ARM64)\.tar\.gz$/);
    for (const { env } of trivy(ran, "")) expect(env).toMatchObject({ TRIVY_CACHE_DIR: ".trivy/cache", TRIVY_TIMEOUT: "15m" });
    for (const { env } of trivy(ran, "")) expect(env.TRIVY_VERSION).toBeUndefined();
  });

  test("E05 results are kept whether the scan passes or fails", async () => {
    const env = { RESULTS_URI: "s3://results/shop" };
    for (const ran of [await scan([], { env }), await scan([scanned("image", vulnerable("HIGH"))], { env })])
      expect(ran.calls.at(-1)?.line).toBe("aws s3 cp --recursive --only-show-errors scan s3://results/shop/1234/");
  });

  test("C22 the source that was scanned is handed on beside the image where a folder is named for it, without the scanner's own files", async () => {
    const ran = await scan([], { env: { SOURCE_FOLDER: "source" }, source: { "infrastructure/index.ts": "export {};" } });
    const handed = await ran.handedOn();
    expect(handed?.("source/infrastructure/index.ts")).toBe("export {};");
    expect(handed?.("imageDetail.json")).toContain("@sha256:");
    expect([".trivy", "scan", "passed"].filter((name) => existsSync(ran.at(`passed/source/${name}`)))).toEqual([]);
    expect(existsSync((await scan()).at("passed/source"))).toBe(false);
  });
});
