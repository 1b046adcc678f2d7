import { expect, test } from "vitest";
import { app, expectEnd, newProject, released } from "./project.ts";

test("X03 C21: two folders are released in the sealed steps, with a complete report and no failed request", async () => {
  const project = newProject();
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, released);
  const types = run.events().map(({ type }) => type);
  expect(types.indexOf("plan")).toBeLessThan(types.indexOf("step-started"));
  const [outcome] = run.all("outcome");
  expect(outcome?.requests).toMatchObject({ failed: 0 });
  expect(outcome?.requests.total).toBeGreaterThan(50);
  const { json, text } = project.report();
  const weights = ["shift to 10 % on green", "shift to 50 % on green", "shift to 100 % on green"];
  expect(json.steps.map(({ title }) => title).filter((title) => title.startsWith("shift"))).toEqual(weights);
  expect(json.steps.filter(({ is, ms }) => is !== "done" || ms === undefined)).toEqual([]);
  expect(json.timeline.map((line) => line.text)).toEqual(
    expect.arrayContaining([...weights.map((title) => `began: ${title}`), "ended: released"]),
  );
  expect(json.steps.find(({ id }) => id === "bake-50")?.gates.map(({ is }) => is)).toEqual([
    "pass",
    "pass",
    "pass",
    // A rehearsal has no alarms.
    "skipped",
  ]);
  expect(json).toMatchObject({ release: outcome?.release, outcome: "released", from: "v1", to: "v2", callers: { failed: 0 } });
  expect(json.slots).toMatchObject({
    blue: { version: "v1", failed: 0, p95: expect.any(Number) },
    green: { version: "v2", failed: 0, p95: expect.any(Number) },
  });
  expect(json.slots.green?.requests).toBeGreaterThan(20);
  for (const part of ["## Steps", "## Requests by slot", "## Gates", "## Timeline", "shift to 50 % on green | done"])
    expect(text).toContain(part);
  const facts = await project.ledger.read();
  expect(facts.filter(({ kind, step }) => kind === "done" && step.startsWith("shift")).map(({ step }) => step)).toEqual([
    "shift-10",
    "shift-50",
    "shift-100",
  ]);
});

test("X03: a second rehearsal on a kept data plane goes from green live to blue live, and refuses what contradicts it", async () => {
  const project = newProject({ "v3/server.js": app("v3") });
  const first = await project.sluice(["rehearse", "--json", "--keep"]).ended;
  expect(first.exit()).toBe(0);
  expect(project.leftovers()).not.toEqual([]);

  const otherFrom = await project.sluice(["rehearse", "--json", "--keep", "--from", "./v1", "--to", "./v3"]).ended;
  expect(otherFrom.all("error")).toMatchObject([
    {
      code: "usage/invalid",
      message: expect.stringMatching(/--from names v1, but v2 is live/),
      fix: expect.stringMatching(/sluice destroy/),
    },
  ]);
  expect(otherFrom.exit()).toBe(2);

  const otherHealth = await project.sluice(["rehearse", "--json", "--keep", "--to", "./v3", "--health", "/ready"]).ended;
  expect(otherHealth.all("error")).toMatchObject([
    { code: "usage/invalid", fix: expect.stringMatching(/sluice destroy/), details: [expect.stringMatching(/^health: .*"\/ready"/)] },
  ]);
  expect(otherHealth.exit()).toBe(2);

  const second = await project.sluice(["rehearse", "--json", "--keep", "--from", "./v2", "--to", "./v3"]).ended;
  expect(second.all("plan")).toMatchObject([{ from: "v2", to: "v3", candidate: "blue" }]);
  expect(second.all("outcome")).toMatchObject([{ outcome: "released", requests: { failed: 0 } }]);
  const [plane] = second.all("plane").filter(({ is }) => is === "kept");
  expect(await fetch(plane?.url ?? "").then((answer) => answer.text())).toBe("v3");
  const status = await project.sluice(["status", "--json"]).ended;
  expect(JSON.parse(status.stdout())).toMatchObject({ state: "ended", outcome: "released", live: "blue" });

  const destroyed = await project.sluice(["destroy"]).ended;
  expect(destroyed.exit()).toBe(0);
  expect(project.leftovers()).toEqual([]);
  const again = await project.sluice(["destroy"]).ended;
  expect({ exit: again.exit(), err: again.stderr() }).toMatchObject({
    exit: 12,
    err: expect.stringMatching(/no data plane .* is running/),
  });
});
