import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { aborted, expectEnd, newProject } from "../rehearse/project.ts";
import { until } from "../worlds/local/until.ts";

test("X05: Ctrl-C during a rehearsal that was to kill its controller reaches it, and is all that ends it", async () => {
  const buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - sh ./build.sh\n";
  const project = newProject({ "build.yml": buildspec, "v1/build.sh": "" }, { service: { buildspec: "build.yml" } });
  const began = path.join(project.folder, "began");
  project.write({ "v2/build.sh": `touch ${began}; exec sleep 120` });
  const run = project.sluice(["rehearse", "--json", "--fault", "controller-dies"]);
  await until("the candidate builds", () => existsSync(began) || run.exit() !== undefined);
  run.signal("SIGINT");
  await expectEnd(project, run, aborted);
});
