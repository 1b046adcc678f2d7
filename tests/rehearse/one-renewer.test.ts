import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { leaseFor } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { expectEnd, newProject, type Project, released } from "./project.ts";

/** What watches and renews beside the pipeline does so four times a second, and notes each time. No other interval is as long. */
const hasty = `
import { appendFileSync } from "node:fs";
const real = globalThis.setInterval;
globalThis.setInterval = (work, ms) =>
  [250, ${leaseFor / 3}].includes(ms) ? real(() => { appendFileSync("fired", ms + "\\n"); work(); }, 250) : real(work, ms);
`;
const start = (project: Project) =>
  project.sluice(["rehearse", "--json"], { shell: 'NODE_OPTIONS="$NODE_OPTIONS --import ./hasty.mjs" exec "$@"' });
const fired = ({ folder }: Project) => readFileSync(path.join(folder, "fired"), "utf8").trim().split("\n");

test("X06 the lock is renewed beside the pipeline, and from the first turn of the controller on by its turns alone", {
  timeout: 60_000,
}, async () => {
  const project = newProject({ "hasty.mjs": hasty }, { rollout: { bake: "1s" }, rehearsal: { lease: "40s" } });
  const run = start(project);
  await run.until("step-started", ({ step }) => step === "bake-10");
  const begun = fired(project);
  expect(new Set(begun)).toEqual(new Set(["250", String(leaseFor / 3)]));
  run.signal("SIGKILL");
  await run.ended;
  expect(fired(project)).toEqual(begun);
  expect(foldLedger(await project.ledger.read()).release?.steps.find(({ step }) => step.id === "self-test")).toMatchObject({ attempt: 1 });

  const again = start(project);
  await again.until("step-done");
  const resumed = fired(project);
  await expectEnd(project, again, released);
  expect(fired(project)).toEqual(resumed);
});
