import { expect, test } from "vitest";
import { newProject } from "../rehearse/project.ts";

test("X05: destroy after kill -9 of the controller stops all that it left, and writes its release down as aborted", async () => {
  const project = newProject({}, { rollout: { bake: "60s" } });
  const run = project.sluice(["rehearse", "--json"]);
  await run.until("step-started", ({ step }) => step === "bake-10");
  run.signal("SIGKILL");
  await run.ended;
  const destroyed = await project.sluice(["destroy"]).ended;
  expect({ exit: destroyed.exit(), out: destroyed.stdout(), err: destroyed.stderr() }).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^stopped the data plane of "rehearsal" at http:\/\/127\.0\.0\.1:\d+\n$/),
    err: "",
  });
  expect((await project.ledger.read()).at(-1)).toMatchObject({
    kind: "ended",
    body: { outcome: "aborted", because: "its data plane was stopped" },
  });
  expect(project.leftovers()).toEqual([]);
});
