import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Answer, type Given, type Ran, runSpec } from "./stand-ins.ts";

const digest = `sha256:${"a".repeat(64)}`;
const image = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop@${digest}`;
const outputs = { name: "Outputs_production", files: { "outputs.json": JSON.stringify({ production: { stacks: {} } }) } };
const role = { RELEASE_ROLE_ARN: "arn:aws:iam::333333333333:role/release", RELEASE_EXTERNAL_ID: "shop-delivery" };
const own = `npx --no-install sluice release production --version ${digest}`;
const goesOn = "npx --no-install sluice release production";

/** What the command line says when something stands in the way (lib/cli/failure.ts). */
const refused = (code: string): Partial<Answer> => ({ exit: 12, stderr: `error: something is in the way (${code})\nfix: wait` });

function release(answers: readonly Answer[], given: Given = {}): Promise<Ran> {
  return runSpec("release", {
    source: { "imageDetail.json": JSON.stringify({ ImageURI: image }), "source/infrastructure/sluice.config.ts": "" },
    input: outputs,
    ...given,
    env: {
      ENVIRONMENT: "production",
      PROJECT_DIRECTORY: "source/infrastructure",
      OUTPUTS_ARTIFACT: outputs.name,
      POLL_SECONDS: "0",
      ...role,
      ...given.env,
    },
    answers: [{ to: "npm ci" }, { to: "npx --no-install sluice map" }, ...answers],
  });
}

const releases = (ran: Ran): readonly string[] => ran.calls.map(({ line }) => line).filter((line) => line.includes("sluice release"));

describe("release.yml", () => {
  test.each([false, true])(
    "C01 C06 the image that passed the scan is released by its digest, once the map is kept (shells apart: %s)",
    async (apart) => {
      const ran = await release([{ to: own, stdout: "outcome  released (exit code 0)" }], { apart });
      expect(ran.is).toBe("passed");
      const [installed, mapped, released, ...more] = ran.calls.map(({ line }) => line);
      expect(installed).toBe("npm ci --prefix source/infrastructure");
      expect(mapped).toMatch(/^npx --no-install sluice map production --outputs \S+\/input\/outputs\.json$/);
      expect([released, more]).toEqual([own, []]);
      expect(ran.log).toContain("outcome  released (exit code 0)");
    },
  );

  test("C10 C19 it acts with the role of the environment's account, by the credentials of the build and the external id, and holds none", async () => {
    const ran = await release([{ to: own }]);
    const [, mapped, released] = ran.calls;
    for (const call of [mapped, released])
      expect(call?.env).toMatchObject({ AWS_PROFILE: "release", AWS_CONFIG_FILE: ran.at("release.ini") });
    // AWS SDKs and Tools Reference Guide, "Assume a role with AWS credentials": role_arn, credential_source, external_id.
    expect(readFileSync(ran.at("release.ini"), "utf8")).toBe(
      "[profile release]\nrole_arn = arn:aws:iam::333333333333:role/release\nexternal_id = shop-delivery\nrole_session_name = release\ncredential_source = EcsContainer\n",
    );
  });

  test.each([10, 11, 12, 1, 2])("C11 a release that ends with %s fails the stage, which is turned back by that", async (exit) => {
    const ran = await release([{ to: own, exit, stdout: "outcome  something" }]);
    expect([ran.is, releases(ran)]).toEqual(["failed", [own]]);
  });

  test("X05 C01 what a build that was stopped left unfinished goes on to its end, whatever that is, before the build's own version", async () => {
    for (const exit of [0, 10]) {
      const left: Answer[] = [{ to: own, times: 1, ...refused("release/unfinished") }, { to: own }, { to: goesOn, exit }];
      const ran = await release(left);
      expect([ran.is, releases(ran)]).toEqual(["passed", [own, goesOn, own]]);
    }
  });

  test("X05 the version that was left unfinished itself goes on by the same command", async () => {
    const ran = await release([{ to: own, stdout: "resumed  r-1, as its controller ended before it did" }]);
    expect([ran.is, releases(ran)]).toEqual(["passed", [own]]);
  });

  test("X04 X05 a release that AWS did not let through for a minute goes on in the same build, as nobody else reads its gates", async () => {
    const ran = await release([{ to: own, times: 3, exit: 15 }, { to: own }]);
    expect([ran.is, releases(ran)]).toEqual(["passed", [own, own, own, own]]);
    const left = await release([
      { to: own, times: 1, ...refused("release/unfinished") },
      { to: goesOn, times: 1, exit: 15 },
      { to: goesOn },
      { to: own },
    ]);
    expect([left.is, releases(left)]).toEqual(["passed", [own, goesOn, goesOn, own]]);
  });

  test("X04 X05 one that is interrupted again and again fails the stage, with its own exit code", async () => {
    const ran = await release([{ to: own, exit: 15 }], { env: { INTERRUPTIONS: "2" } });
    expect([ran.is, releases(ran).length]).toEqual(["failed", 3]);
  });

  test("X05 what cannot be brought to its end is tried once, and fails the stage", async () => {
    const ran = await release([
      { to: own, ...refused("release/unfinished") },
      { to: goesOn, exit: 12 },
    ]);
    expect([ran.is, releases(ran)]).toEqual(["failed", [own, goesOn, own]]);
  });

  test("X06 a lock that somebody holds is waited for, such as that of a build which was stopped", async () => {
    const ran = await release([{ to: own, times: 3, ...refused("release/held") }, { to: own }]);
    expect([ran.is, releases(ran).length]).toEqual(["passed", 4]);
  });

  test("X06 a lock that is held for longer fails the stage, with who holds it in the log", async () => {
    const ran = await release([{ to: own, ...refused("release/held") }], { env: { HELD_SECONDS: "0" } });
    expect([ran.is, releases(ran).length]).toEqual(["failed", 1]);
    expect(ran.log).toContain("something is in the way (release/held)");
  });

  test.each([
    ["an image without a digest", { source: { "imageDetail.json": JSON.stringify({ ImageURI: "shop:latest" }) } }, "has no digest"],
    ["no outputs of the deploy", { env: { OUTPUTS_ARTIFACT: "Other" } }, "no input named Other"],
  ])("C06 %s is refused before anything is installed", async (_what, given, because) => {
    const ran = await release([], given);
    expect([ran.is, ran.calls]).toEqual(["failed", []]);
    expect(ran.log).toContain(because);
  });

  test("C01 where the outputs are not of the plan nothing is released", async () => {
    const ran = await runSpec("release", {
      source: { "imageDetail.json": JSON.stringify({ ImageURI: image }), "infrastructure/sluice.config.ts": "" },
      input: outputs,
      env: { ENVIRONMENT: "production", PROJECT_DIRECTORY: "infrastructure", OUTPUTS_ARTIFACT: outputs.name, ...role },
      answers: [{ to: "npm ci" }, { to: "npx --no-install sluice map", exit: 2 }],
    });
    expect([ran.is, releases(ran)]).toEqual(["failed", []]);
  });
});
