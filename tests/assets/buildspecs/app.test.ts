import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, runSpec } from "./stand-ins.ts";

const packageOf = (scripts: object) => ({ "package.json": JSON.stringify({ scripts }), "package-lock.json": "{}" });
const npm: readonly Answer[] = [{ to: "npm" }];

const npmCalls = (ran: Ran) => ran.calls.map(({ line }) => line).filter((line) => line.startsWith("npm"));

describe("test.yml", () => {
  const check = (given: Given = {}) => runSpec("test", { answers: npm, ...given });
  const junit = (ran: Ran) => readFileSync(ran.at("reports/npm.xml"), "utf8");

  test.each([false, true])("E05 packages are installed as locked, then lint and unit tests run (shells apart: %s)", async (apart) => {
    const ran = await check({ source: packageOf({ lint: "x", test: "y" }), apart });
    expect([ran.is, npmCalls(ran)]).toEqual(["passed", ["npm ci", "npm run lint", "npm test"]]);
    expect(ran.exported).toEqual({ TESTS: "passed" });
    expect(junit(ran)).not.toMatch(/skipped|failure/);
  });

  test("E05 tests with coverage are preferred", async () => {
    const ran = await check({ source: packageOf({ test: "y", "test:coverage": "z" }) });
    expect(npmCalls(ran)).toEqual(["npm ci", "npm run test:coverage"]);
  });

  test.each<[string, Given["source"]]>([
    ["scripts", packageOf({})],
    ["a package.json", {}],
  ])("E05 an app without %s is skipped and never said to have passed", async (_, source) => {
    const ran = await check({ source: source ?? {} });
    expect([ran.is, ran.exported.TESTS]).toEqual(["passed", "skipped"]);
    expect(junit(ran).match(/<skipped/g)?.length).toBe(2);
    expect(ran.log).toContain("skipped: test");
  });

  test("E05 lint alone is no test", async () => {
    expect((await check({ source: packageOf({ lint: "x" }) })).exported.TESTS).toBe("skipped");
  });

  test("E05 failed tests fail the stage, and stand in the report with the lint that passed", async () => {
    const ran = await check({ source: packageOf({ lint: "x", test: "y" }), answers: [{ to: "npm test", exit: 1 }, ...npm] });
    expect([ran.is, ran.exit]).toEqual(["failed", 1]);
    expect(junit(ran)).toMatch(/name="lint"><\/testcase><testcase classname="npm" name="test"><failure/);
  });
});

describe("integration.yml", () => {
  const stack = (name: string): Answer => ({
    to: `aws cloudformation describe-stacks --stack-name ${name}`,
    stdout: { Stacks: [{ Outputs: [{ OutputKey: "Url", OutputValue: `https://${name}` }] }] },
  });
  const integrate = (given: Given) =>
    runSpec("integration", { ...given, answers: [...(given.answers ?? []), stack("web"), stack("data"), ...npm] });

  test.each([false, true])("E05 the project's own tests find the outputs of every stack (shells apart: %s)", async (apart) => {
    const ran = await integrate({ env: { STACKS: "web data", INTEGRATION_COMMAND: 'cp "$STACK_OUTPUTS" seen' }, apart });
    expect([ran.is, ran.exported]).toEqual(["passed", { INTEGRATION: "passed" }]);
    expect(JSON.parse(readFileSync(ran.at("seen"), "utf8"))).toEqual({ web: { Url: "https://web" }, data: { Url: "https://data" } });
  });

  test("E05 outputs that an earlier stage handed over will do, and without any the stage fails", async () => {
    const env = { INTEGRATION_COMMAND: "true" };
    expect((await integrate({ env, source: { "outputs.json": "{}" } })).is).toBe("passed");
    const none = await integrate({ env });
    expect(none.is).toBe("failed");
    expect(none.log).toContain("give STACKS");
  });

  test("E05 a failed integration test fails the stage, a missing one is skipped", async () => {
    const failed = await integrate({ env: { STACKS: "web", INTEGRATION_COMMAND: "exit 3" } });
    expect(failed.is).toBe("failed");
    const missing = await integrate({ env: { STACKS: "web" } });
    expect([missing.is, missing.exported.INTEGRATION]).toEqual(["passed", "skipped"]);
    expect(readFileSync(missing.at("reports/integration.xml"), "utf8")).toContain("<skipped");
  });

  test("E05 the script test:integration is run by default", async () => {
    const ran = await integrate({ env: { STACKS: "web" }, source: packageOf({ "test:integration": "x" }) });
    expect([ran.exported.INTEGRATION, npmCalls(ran)]).toEqual(["passed", ["npm ci", "npm run test:integration"]]);
  });
});
