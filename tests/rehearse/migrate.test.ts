import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { until } from "../worlds/local/until.ts";
import { expectEnd, newProject, type Project, released, rolledBack } from "./project.ts";

/** Writes a line when it begins and one when it has ended, into the project. */
const script = (seconds: number, exit = 0) => `
const { appendFileSync } = require("node:fs");
const said = (line) => appendFileSync(process.env.SAID, line + "\\n");
said("began");
setTimeout(() => { said("ended"); process.exitCode = ${exit}; }, ${1_000 * seconds});
`;

function projectOf(text: string): { readonly project: Project; readonly said: () => string } {
  const project = newProject({ "v2/migrate.js": text });
  const file = path.join(project.folder, "said");
  const config = JSON.parse(readFileSync(path.join(project.folder, "sluice.config.json"), "utf8"));
  const [name = ""] = Object.keys(config.services);
  config.services[name] = { ...config.services[name], migrate: "node migrate.js", env: { ...config.services[name].env, SAID: file } };
  project.write({ "sluice.config.json": JSON.stringify(config) });
  return { project, said: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

test("X04: a rehearsal migrates the data once, with the new version, before a copy of it starts", async () => {
  const { project, said } = projectOf(script(0));
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, released);
  expect(said()).toBe("began\nended\n");
  const steps = run.all("step-done").map(({ step }) => step);
  expect(steps.slice(0, 2)).toEqual(["migrate", "start"]);
});

test("X04, X05: after kill -9 of the controller in the midst of it the migration goes on, and the next call does not begin it again", async () => {
  const { project, said } = projectOf(script(3));
  const first = project.sluice(["rehearse", "--json"]);
  await until("the migration", () => said() === "began\n");
  first.signal("SIGKILL");
  await first.ended;
  await expectEnd(project, project.sluice(["rehearse", "--json"]), released);
  expect(said()).toBe("began\nended\n");
});

test("X04: one that fails turns the release back, with the end of what it said", async () => {
  const { project } = projectOf('console.log("no such column"); process.exitCode = 4;');
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, rolledBack);
  expect(run.all("turned-back")).toMatchObject([{ because: "node migrate.js: exit 4", details: ["no such column"] }]);
  expect(run.all("step-started").map(({ step }) => step)).toEqual(["migrate"]);
});
