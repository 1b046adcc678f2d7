import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { until } from "../worlds/local/until.ts";
import { newProject } from "./project.ts";

const buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - sh ./build.sh\n";
const quiet = { "build.yml": buildspec, "v1/build.sh": "" };

test("X03 X05: --all-faults compares row by row with the table, and Ctrl-C ends it after the row that runs", async () => {
  const project = newProject(
    { ...quiet },
    { service: { buildspec: "build.yml" }, rollout: { gates: [{ metric: "error-rate", max: "2%" }] } },
  );
  const began = path.join(project.folder, "began");
  // The first row replaces the candidate's build; the second row builds it, and that takes too long.
  project.write({ "v2/build.sh": `touch ${began}; exec sleep 120` });
  const run = project.sluice(["rehearse", "--all-faults"]);
  await until("the second row builds", () => existsSync(began) || run.exit() !== undefined);
  run.signal("SIGINT");
  await run.ended;
  const rows = run.stdout().split("\n");
  expect(rows.find((line) => line.includes("build-fails"))).toMatch(/^✔ +build-fails +any time +failed \(4\) +failed \(4\) /);
  expect(rows.find((line) => line.includes("test-fails"))).toMatch(/^✖ +test-fails +any time +failed \(4\) +aborted \(11\) /);
  expect(run.stdout()).not.toContain("never-healthy");
  expect(run.stderr()).toContain("green-slow is left out: no latency gate is configured that could catch it");
  expect(run.stderr()).toContain("stopped early: what has no row was not rehearsed");
  expect({ exit: run.exit(), left: project.leftovers() }).toEqual({ exit: 11, left: [] });
});

test("X05: --all-points ends with 1 and says where to look when the release never came to be rolled back", async () => {
  const project = newProject({ ...quiet, "v2/build.sh": "exit 3" }, { service: { buildspec: "build.yml" } });
  const run = await project.sluice(["rehearse", "--all-points", "--json"]).ended;
  const lines = run.stdout().trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: "outcome", outcome: "failed" },
    { type: "point-row", step: "start", outcome: "failed", ok: false, liveVersionServes: false },
  ]);
  expect({ exit: run.exit(), left: project.leftovers() }).toEqual({ exit: 1, left: [] });
  expect(run.stderr()).toContain("next: sluice status");
});
