import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { deployPackages } from "../../lib/actions/deploy-packages.ts";
import { installed, refuseUninstalled } from "../../lib/actions/installed.ts";
import { recoveryPackages } from "../../lib/actions/recover-from.ts";
import { openTarget } from "../../lib/actions/target.ts";

const { peerDependencies: peers, devDependencies } = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8"));

test("every optional package is asked for in the very version that the tests use", () => {
  expect(Object.keys(peers)).not.toHaveLength(0);
  for (const [name, version] of Object.entries(peers)) expect({ name, version }).toEqual({ name, version: devDependencies[name] });
});

const notFound = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /x.js`), { code: "ERR_MODULE_NOT_FOUND" });

test("X11: a part whose packages are not installed says which to install, in the versions that work together", async () => {
  const load = async () => {
    throw notFound("constructs");
  };
  await expect(installed("the CDK engine", ["aws-cdk-lib", "constructs"], load)).rejects.toMatchObject({
    code: "engine/not-installed",
    message: "the CDK engine needs the package constructs, which is not installed",
    fix: `npm install aws-cdk-lib@${peers["aws-cdk-lib"]} constructs@${peers.constructs}`,
  });
});

test("what is missing besides is a fault of ours, and stays one", async () => {
  const error = notFound("something-else");
  const load = async () => {
    throw error;
  };
  await expect(installed("the CDK engine", ["constructs"], load)).rejects.toBe(error);
});

const example = (name: string, environment: string) =>
  openTarget({ folder: path.join(import.meta.dirname, "../../examples", name), environment });

test("X11 what a deploy comes to need follows from its configuration and engine", async () => {
  const [containers, fleets, pipeline] = await Promise.all([
    example("a-multi-region-containers", "staging"),
    example("b-dev-to-production", "production"),
    example("d-container-pipeline", "production"),
  ]);
  const pulumi = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/random"];
  const sdk = (...names: readonly string[]) => names.map((name) => `@aws-sdk/client-${name}`);
  expect(deployPackages(containers, "pulumi")).toEqual([...pulumi, ...sdk("dynamodb")]);
  expect(deployPackages(fleets, "pulumi")).toEqual([...pulumi, ...sdk("dynamodb", "rds", "kms", "sts")]);
  expect(deployPackages(pipeline, "cdk")).toEqual([
    "aws-cdk-lib",
    "constructs",
    "@aws-cdk/toolkit-lib",
    ...sdk("dynamodb", "ssm", "secrets-manager"),
  ]);
});

/** Packages of AWS that a module and those that it imports load; types load nothing. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, from = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )(?:[^;"]* from )?"([^"]+)";/gm)) {
    if (from.startsWith("@aws-sdk/")) seen.add(from);
    if (from.startsWith(".")) loadedBy(path.join(path.dirname(file), from), seen);
  }
  return seen;
}

test("X11 what a move between regions loads of AWS is what it says to install", () => {
  const root = path.join(import.meta.dirname, "../../lib");
  const files = ["actions/recover.ts", "worlds/aws/recovery-opened.ts", "worlds/aws/recovery-place.ts"];
  const loaded = new Set(files.flatMap((file) => [...loadedBy(path.join(root, file))].filter((one) => one.startsWith("@aws-sdk/"))));
  expect([...loaded].sort()).toEqual([...recoveryPackages].sort());
});

test("X11 all of them that are missing are told at once, with one line that installs them, and none that is there", () => {
  const wanted = ["@pulumi/pulumi", "@aws-sdk/client-rds", "@aws-sdk/client-kms"];
  expect(() => refuseUninstalled("a deploy", wanted)).not.toThrow();
  expect(() => refuseUninstalled("a deploy", wanted, (name) => name.startsWith("@pulumi"))).toThrow(
    expect.objectContaining({
      code: "engine/not-installed",
      message: "a deploy needs 2 packages that are not installed",
      fix: `npm install @aws-sdk/client-rds@${peers["@aws-sdk/client-rds"]} @aws-sdk/client-kms@${peers["@aws-sdk/client-kms"]}`,
      details: ["@aws-sdk/client-rds", "@aws-sdk/client-kms"],
    }),
  );
});
