import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { toolEnvironment } from "../../lib/machine/environment.ts";
import { scan } from "../../lib/pipeline/scan.ts";
import { tempFolder, type Written } from "./folders.ts";
import { type Audit, registry } from "./registry.ts";

/** Runs the scan with a `trivy` that prints `report`, or none; the PATH has nothing else but node, npm and the shell's tools. */
async function scanned(files: Readonly<Record<string, Written>>, report?: string, ownFiles = true) {
  const root = tempFolder();
  mkdirSync(path.join(root, "scratch"));
  const log = path.join(root, "log");
  const folder = tempFolder(files);
  const bin = tempFolder(
    report === undefined ? {} : { trivy: { run: `#!/bin/sh\necho "$*" >>"${root}/args"\ncat <<'EOF'\n${report}\nEOF\n` } },
  );
  const env = { ...toolEnvironment(), PATH: `${bin}:${path.dirname(process.execPath)}:${process.env.PATH}` };
  const result = await scan({ folder, ownFiles, scratch: path.join(root, "scratch"), env, log, limit: 20_000, grace: 300 });
  const by = Object.fromEntries(result.scanners.map((one) => [one.scanner, `${one.is}: ${one.because}`]));
  return { ...result, by, log: readFileSync(log, "utf8"), root };
}

const token = `ghp_${"q7Rk2vXz9LmB4tYw8NcJ5hGd3fSa6pUe1oIx"}`;
const lock = { "package.json": JSON.stringify({ name: "a", version: "1.0.0", dependencies: { m: "1.0.0" } }) };
const locked = {
  ...lock,
  "package-lock.json": JSON.stringify({
    name: "a",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { name: "a", version: "1.0.0", dependencies: { m: "1.0.0" } }, "node_modules/m": { version: "1.0.0" } },
  }),
};

test("C21 a secret fails the scan, is named by place, and stays out of the log", async () => {
  const { is, because, log } = await scanned({ "a.js": `x\nt = "${token}"`, "b.js": `t = "${token}"` });
  expect(is).toBe("failed");
  expect(because).toContain("secrets failed (github-token in a.js:2 and 1 more)");
  expect(log).toContain("b.js:1: github-token ghp_…");
  expect(log).not.toContain(token);
});

test("C21 a scan in which nothing looked is skipped, not passed", async () => {
  const { is, by } = await scanned({ "a.bin": "\0" });
  expect(is).toBe("skipped");
  expect(by).toEqual({
    secrets: "skipped: there are no text files",
    "npm audit": "skipped: there is no lock file",
    trivy: "skipped: not installed",
  });
  expect((await scanned({ "a.js": "x" }, undefined, false)).is).toBe("skipped");
});

test.each<[string, Audit, string]>([
  ["a registry that does no audits", 405, "skipped: not available: the registry does not answer audits"],
  ["a registry without any", 404, "skipped: not available: the registry does not answer audits"],
  ["an answer without findings", {}, "passed: no known vulnerabilities"],
  ["a critical finding", { m: [advisory("critical")] }, "failed: 1 critical of 1 known vulnerabilities"],
  ["a high finding", { m: [advisory("high")] }, "passed: 1 known vulnerabilities, none critical"],
])("C21 npm audit with %s", async (_what, answer, told) => {
  await registry([], answer);
  expect((await scanned(locked)).by["npm audit"]).toBe(told);
});

test.each([
  [
    "critical vulnerabilities",
    { Results: [{ Vulnerabilities: [{ Severity: "CRITICAL" }, { Severity: "LOW" }] }, {}] },
    "failed: 1 critical of 2 known vulnerabilities",
  ],
  ["lesser ones", { Results: [{ Vulnerabilities: [{ Severity: "HIGH" }] }] }, "passed: 1 known vulnerabilities, none critical"],
  ["nothing that it reads", {}, "skipped: found nothing that it knows how to read"],
])("C21 trivy with %s", async (_what, report, told) => {
  const { by, root } = await scanned({ "a.js": "x" }, JSON.stringify({ SchemaVersion: 2, ...report }));
  expect(by.trivy).toBe(told);
  expect(readFileSync(path.join(root, "args"), "utf8")).toBe("fs --quiet --scanners vuln,misconfig --format json .\n");
});

test("C21 a trivy that gives no report is not available", async () => {
  expect((await scanned({ "a.js": "x" }, "FATAL cannot download its database")).by.trivy).toMatch(/^skipped: not available/);
});

function advisory(severity: string) {
  return { id: 1, url: "u", title: "t", severity, vulnerable_versions: "<2.0.0", cwe: [], cvss: { score: 9, vectorString: null } };
}
