import { expect, test } from "vitest";
import { status } from "../../lib/actions/status.ts";
import { seal } from "../../lib/release/plan.ts";
import { type Child, startSluice } from "../rehearse/sluice.ts";
import { calmly, sealedFor } from "../release/waves-told.ts";
import { until } from "../worlds/local/until.ts";
import { turnedBack, type Written, written } from "./ledger.ts";

const seen = ({ project }: Written) => status(project);

test("C21: while the pipeline still builds, status says so and who is in charge", async () => {
  const release = written();
  await release.hold();
  expect(await seen(release)).toMatchObject({
    release: "r-1",
    state: "running",
    because: "the pipeline builds both versions",
    holder: { name: "ana", pid: process.pid },
  });
});

test("X05: a release whose controller is gone is interrupted, and the command that goes on with it is named", async () => {
  const release = written();
  await release.plan();
  await release.hold(-1);
  const view = await seen(release);
  expect(view).toMatchObject({ state: "interrupted", next: "sluice rehearse" });
  expect(view.holder).toBeUndefined();
});

test("C21: a release that turns back says why, and its steps that will never begin are skipped", async () => {
  const release = written();
  await release.plan();
  await release.write("started", {}, "start");
  await release.write("done", { detail: "", gates: [] }, "start");
  await release.write("turned-back", turnedBack);
  const view = await seen(release);
  expect(view).toMatchObject({ state: "turning back", because: "a gate failed", next: "sluice status --watch" });
  expect(view.steps.slice(0, 2)).toMatchObject([
    { id: "start", is: "done", ms: expect.any(Number) },
    { id: "probe", is: "skipped" },
  ]);
});

const watching = ({ project }: Written) => startSluice(["status", "--watch", "--json"], { cwd: project, tmp: project });
const shows = (watch: Child, state: string) => until(`it shows ${state}`, () => watch.stdout().includes(`"state":"${state}"`));

test("C21: --watch prints a line on every change, whoever made it, and ends with the release", async () => {
  const release = written();
  await release.plan();
  const watch = watching(release);
  await shows(watch, "running");
  await release.write("asked", { what: "pause", by: "bob" });
  await shows(watch, "paused");
  await release.write("ended", { outcome: "aborted", because: "enough", undid: [], left: [] });
  await watch.ended;
  const states = watch
    .stdout()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).state);
  expect({ exit: watch.exit(), states }).toEqual({ exit: 0, states: ["running", "paused", "ended"] });
});

test("C21: Ctrl-C ends --watch and not the release", async () => {
  const release = written();
  await release.plan();
  const watch = watching(release);
  await shows(watch, "running");
  watch.signal("SIGINT");
  await watch.ended;
  expect({ exit: watch.exit(), err: watch.stderr(), state: (await seen(release)).state }).toEqual({ exit: 0, err: "", state: "running" });
});

test("C23: a release in waves shows the weight of each region, and afterwards what is live in each", async () => {
  const release = written();
  const { plan } = sealedFor({ ...calmly, rollback: "wave" });
  await release.hold();
  for (const { region, live } of plan.spread?.waves ?? []) await release.write("seeded", { live, where: `web/${region}` });
  await release.write("planned", seal(plan));
  const until = plan.steps.findIndex(({ id }) => id === "bake-10@us-west-2");
  for (const { id } of plan.steps.slice(0, until)) {
    await release.write("started", {}, id);
    await release.write("done", { detail: "", gates: [] }, id);
  }
  const running = await seen(release);
  expect(running.waves).toEqual([
    { region: "eu-west-1", candidate: "green", weight: 100 },
    { region: "us-west-2", candidate: "green", weight: 10 },
  ]);
  expect(running.weight).toBe(10);
  await release.write("ended", { outcome: "rolled-back", because: "", undid: [], left: [] });
  expect((await seen(release)).places).toEqual([
    { where: "web/eu-west-1", live: "green", version: "vb" },
    { where: "web/us-west-2", live: "blue", version: "va" },
  ]);
});

test("C21: an environment with one service in one region needs no name for what is live", async () => {
  const release = written();
  const { plan } = sealedFor({ ...calmly, regions: calmly.regions.slice(0, 1) });
  await release.write("seeded", { live: plan.live, where: "web/eu-west-1" });
  await release.hold();
  await release.write("planned", seal(plan));
  expect(await seen(release)).toMatchObject({ live: "blue", places: [], waves: [] });
});
