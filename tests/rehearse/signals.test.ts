import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { aborted, app, expectEnd, newProject, rolledBack } from "./project.ts";

const sleepy = "version: 0.2\nphases:\n  build:\n    commands:\n      - sleep 120\n";
const slowBakes = { rollout: { bake: "60s" } };

test.each(["SIGINT", "SIGTERM"] as const)("X05: %s while the pipeline builds aborts, exit code 11", async (name) => {
  const project = newProject({ "build.yml": sleepy }, { service: { buildspec: "build.yml" } });
  const run = project.sluice(["rehearse", "--json"]);
  await run.until("stage-started", ({ stage }) => stage === "build");
  run.signal(name);
  await expectEnd(project, run, aborted);
  expect(run.all("error")).toEqual([]);
});

test.each(["SIGINT", "SIGHUP"] as const)("X05: %s while traffic moves rolls everything back, exit code 10", async (name) => {
  const project = newProject({}, slowBakes);
  const run = project.sluice(["rehearse", "--json"]);
  await run.until("step-started", ({ step }) => step === "bake-10");
  run.signal(name);
  await expectEnd(project, run, rolledBack);
  expect(run.all("outcome")).toMatchObject([{ requests: { failed: 0 }, recoveredInMs: expect.any(Number) }]);
  expect(run.all("outcome")[0]?.undid).toEqual(["all traffic back to blue", "stop green"]);
});

test("X05: a second Ctrl-C stops at once, even an app that will not end, and leaves nothing behind", async () => {
  const deaf = (version: string) => app(version).replace("() => process.exit(0)", "() => {}");
  const project = newProject({ "v1/server.js": deaf("v1"), "v2/server.js": deaf("v2") }, { ...slowBakes, service: { grace: "60s" } });
  const run = project.sluice(["rehearse", "--json"]);
  await run.until("step-started", ({ step }) => step === "bake-10");
  run.signal("SIGINT");
  await run.until("turned-back");
  const begun = performance.now();
  run.signal("SIGINT");
  await expectEnd(project, run, aborted);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test("X05: when the reader of a pipe has seen enough, the rehearsal ends as after Ctrl-C, without a word", async () => {
  const project = newProject({ "build.yml": sleepy }, { service: { buildspec: "build.yml" } });
  const run = await project.sluice(["rehearse", "--json"], { shell: '("$@"; echo $? > code) | head -1' }).ended;
  expect(run.events().map(({ type }) => type)).toEqual(["state"]);
  expect(readFileSync(path.join(project.folder, "code"), "utf8").trim()).toBe("11");
  expect({ err: run.stderr(), left: project.leftovers() }).toEqual({ err: "", left: [] });
});
