import { expect, test } from "vitest";
import { parseFault } from "../../lib/actions/faults/parse.ts";
import type { PointRow } from "../../lib/actions/views.ts";
import { exitCodes } from "../../lib/base/outcome.ts";
import { expectEnd, newProject } from "./project.ts";

// One for each kind of mechanism. `sluice rehearse examples/shop --all-faults`, which CI runs, goes through all of them.
test.each([
  ["build-fails", "green-errors:0.5"],
  ["controller-dies", "blind-gate@after"],
])("X03 X05: %s and %s end as the fault table says", async (...names) => {
  await Promise.all(
    names.map(async (name) => {
      const { expected } = parseFault(name);
      const project = newProject();
      const run = project.sluice(["rehearse", "--json", "--fault", name]);
      await expectEnd(project, run, { outcome: expected, exit: exitCodes[expected] });
      if (name === "controller-dies") expect(run.all("outcome")).toMatchObject([{ requests: { failed: 0 } }]);
    }),
  );
});

test("X05: from every step of the plan the way back leads to the old version with its old weight", async () => {
  const short = { weights: [100], bake: "100ms", finalBake: "100ms", keepWarm: "100ms" };
  const project = newProject({}, { rollout: short });
  const run = await project.sluice(["rehearse", "--json", "--all-points"]).ended;
  const rows: PointRow[] = run
    .stdout()
    .split("\n")
    .filter((line) => line.startsWith('{"type":"point-row"'))
    .map((line) => JSON.parse(line));
  const steps = ["start", "probe", "self-test", "shift-100", "bake-100", "bake-final", "drain", "keep-warm", "retire"];
  expect(
    rows.map(({ step, ok, liveVersionServes, weight, requests }) => ({ step, ok, liveVersionServes, weight, failed: requests.failed })),
  ).toEqual(steps.map((step) => ({ step, ok: true, liveVersionServes: true, weight: 0, failed: 0 })));
  expect({ exit: run.exit(), left: project.leftovers() }).toEqual({ exit: 0, left: [] });
});
