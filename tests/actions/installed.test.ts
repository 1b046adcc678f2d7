import { expect, test } from "vitest";
import { installed } from "../../lib/actions/installed.ts";

const notFound = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /x.js`), { code: "ERR_MODULE_NOT_FOUND" });

test("X11: a part whose packages are not installed says which to install", async () => {
  const load = async () => {
    throw notFound("constructs");
  };
  await expect(installed("the CDK engine", ["aws-cdk-lib", "constructs"], load)).rejects.toMatchObject({
    code: "engine/not-installed",
    message: "the CDK engine needs the package constructs, which is not installed",
    fix: "npm install aws-cdk-lib constructs",
  });
});

test("what is missing besides is a fault of ours, and stays one", async () => {
  const error = notFound("something-else");
  const load = async () => {
    throw error;
  };
  await expect(installed("the CDK engine", ["constructs"], load)).rejects.toBe(error);
});
