import { expect, test } from "vitest";
import { expectEnd, newProject, released } from "./project.ts";

test("X03 a lease of a second, the shortest there is, is renewed through the self-test and every wait", async () => {
  const project = newProject({}, { rehearsal: { lease: "1s" } });
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, released);
  expect(run.all("plane").map(({ is }) => is)).toEqual(["started", "stopped"]);
  expect(run.all("outcome")).toMatchObject([{ requests: { failed: 0 } }]);
});
