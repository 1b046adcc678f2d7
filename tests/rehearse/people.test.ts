import { expect, test } from "vitest";
import { aborted, expectEnd, newProject, type Project, released, rolledBack } from "./project.ts";

/** Bakes that nobody could wait for. */
const longBakes = { rollout: { bake: "10m", finalBake: "10m", keepWarm: "10m" } };

async function statusOf(project: Project): Promise<Record<string, unknown>> {
  const { ended } = project.sluice(["status", "--json"]);
  return JSON.parse((await ended).stdout());
}

async function asks(project: Project, what: string): Promise<void> {
  const run = await project.sluice([what]).ended;
  expect({ exit: run.exit(), out: run.stdout() }).toMatchObject({ exit: 0, out: expect.stringMatching(/^r-/) });
}

test("X06: people see, approve, pause, resume and promote a release from other processes", async () => {
  const project = newProject({}, longBakes);
  const run = project.sluice(["rehearse", "--json", "--approve"]);
  await run.until("waiting");
  expect(await statusOf(project)).toMatchObject({
    state: "waiting for approval",
    weight: 0,
    from: "v1",
    to: "v2",
    holder: { pid: run.pid },
    next: "sluice approve",
  });
  await asks(project, "approve");
  await run.until("step-started", ({ step }) => step === "bake-10");
  expect(await statusOf(project)).toMatchObject({ state: "running", weight: 10 });
  await asks(project, "pause");
  await run.until("asked", ({ what }) => what === "pause");
  expect(await statusOf(project)).toMatchObject({ state: "paused", next: "sluice resume" });
  await asks(project, "resume");
  await run.until("asked", ({ what }) => what === "resume");
  await asks(project, "promote");
  await expectEnd(project, run, released);
  expect(run.all("asked").map(({ what }) => what)).toEqual(["approve", "pause", "resume", "promote"]);
  const after = await statusOf(project);
  expect(after).toMatchObject({ state: "ended", outcome: "released", weight: 100, live: "green" });
  expect(after.holder).toBeUndefined();
});

test("X06: abort and rollback put everything back, each with its own exit code", async () => {
  const rows = [
    { what: "abort", end: aborted },
    { what: "rollback", end: rolledBack },
  ];
  await Promise.all(
    rows.map(async ({ what, end }) => {
      const project = newProject({}, longBakes);
      const run = project.sluice(["rehearse", "--json"]);
      await run.until("step-started", ({ step }) => step === "bake-10");
      await asks(project, what);
      await expectEnd(project, run, end);
      expect(run.all("outcome")).toMatchObject([{ requests: { failed: 0 }, undid: ["all traffic back to blue", "stop green"] }]);
      const nothing = await project.sluice(["approve"]).ended;
      expect({ exit: nothing.exit(), err: nothing.stderr() }).toMatchObject({
        exit: 12,
        err: expect.stringMatching(/^error: no release of "rehearsal" is running \(release\/none\)\nfix: /),
      });
      const unknown = await project.sluice(["status", "production"]).ended;
      expect({ exit: unknown.exit(), err: unknown.stderr() }).toMatchObject({
        exit: 2,
        err: expect.stringMatching(/^error: the configuration has no environments \(plan\/environment\)\nfix: add one: /),
      });
    }),
  );
});

test.each(["abort", "rollback"])("X06: %s while the pipeline runs stops it, and other verbs say what runs", async (what) => {
  const sleepy = "version: 0.2\nphases:\n  build:\n    commands:\n      - sleep 120\n";
  const project = newProject({ "build.yml": sleepy }, { service: { buildspec: "build.yml" } });
  const run = project.sluice(["rehearse", "--json"]);
  await run.until("stage-started", ({ stage }) => stage === "build");
  const early = await project.sluice(["pause"]).ended;
  expect({ exit: early.exit(), err: early.stderr() }).toMatchObject({
    exit: 12,
    err: expect.stringMatching(
      /^error: there is nothing to pause yet: the pipeline of r-\S+ runs since 2\S+Z, started by .*\(process \d+ .*\nfix: .*abort/,
    ),
  });
  await asks(project, what);
  await expectEnd(project, run, aborted);
  expect(run.all("asked")).toMatchObject([{ what }]);
  expect(run.all("outcome")[0]?.because).toMatch(what === "abort" ? /@.* asked to abort$/ : /@.* asked to roll back$/);
  expect(run.all("error")).toEqual([]);
});

test("X06: a second rehearsal of the project is blocked, told who holds it since when, and the first is not disturbed", async () => {
  const project = newProject({}, { rollout: { bake: "3s" } });
  const first = project.sluice(["rehearse", "--json"]);
  await first.until("step-started", ({ step }) => step === "bake-10");
  const second = await project.sluice(["rehearse", "--json"]).ended;
  expect(second.exit()).toBe(12);
  expect(second.all("error")).toMatchObject([
    { code: "release/held", message: expect.stringMatching(new RegExp(`process ${first.pid} on .* since 2\\d{3}-\\d\\d-\\d\\dT`)) },
  ]);
  expect(second.events().at(-1)).toMatchObject({ type: "outcome", outcome: "blocked", exit: 12 });
  await expectEnd(project, first, released);
  expect(first.all("outcome")).toMatchObject([{ requests: { failed: 0 } }]);
});
