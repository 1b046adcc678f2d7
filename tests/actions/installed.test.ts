import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { installed } from "../../lib/actions/installed.ts";

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
