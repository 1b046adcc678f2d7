import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { duration, instant, systemClock } from "../../lib/base/time.ts";
import { record } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { holderHere } from "../../lib/worlds/local/ledger.ts";
import { findPlane } from "../../lib/worlds/local/plane-process.ts";
import { until } from "../worlds/local/until.ts";
import { aborted, app, blocked, expectEnd, newProject, type Project, released } from "./project.ts";
import type { Child } from "./sluice.ts";

const bake = { rollout: { bake: "1s" } };
const baking = ({ step }: { readonly step: string }) => step === "bake-10";

async function killed(child: Child): Promise<void> {
  child.signal("SIGKILL");
  await child.ended;
}

const planePid = ({ state }: Project): number => JSON.parse(readFileSync(path.join(state, "plane", "process.json"), "utf8")).process.pid;

test("X05: after kill -9 of the controller the next call goes on with the release, and no request fails", async () => {
  const project = newProject({}, bake);
  const first = project.sluice(["rehearse", "--json"]);
  await first.until("step-started", baking);
  await killed(first);
  const status = await project.sluice(["status", "--json"]).ended;
  expect(JSON.parse(status.stdout())).toMatchObject({ state: "interrupted", weight: 10, next: "sluice rehearse" });
  const second = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, second, released);
  const [plan] = first.all("plan");
  expect(second.all("resumed")).toMatchObject([{ release: plan?.release }]);
  expect(second.all("outcome")).toMatchObject([{ release: plan?.release, requests: { failed: 0 } }]);
  // What was done is not done again.
  expect(second.all("step-started").map(({ step }) => step)).not.toContain("shift-10");

  // Killed before its release began, with a data plane that runs nothing yet: what was released before is not what is live on it.
  const third = project.sluice(["rehearse", "--json"]);
  await third.until("plane");
  await killed(third);
  const fourth = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, fourth, released);
  expect(fourth.all("plan")).toMatchObject([{ from: "v1", to: "v2", candidate: "green" }]);
});

test("X05: after kill -9 of the controller and the data plane the next call brings both back and goes on", async () => {
  const project = newProject({ "v3/server.js": app("v3") }, bake);
  const first = project.sluice(["rehearse", "--json"]);
  await first.until("step-started", baking);
  process.kill(planePid(project), "SIGKILL");
  await killed(first);
  // Other versions are refused, and what was left is left as it is.
  const length = (await project.ledger.read()).length;
  const other = await project.sluice(["rehearse", "--json", "--to", "./v3"]).ended;
  expect({ exit: other.exit(), last: other.events().at(-1) }).toMatchObject({ exit: 12, last: blocked });
  const id = first.all("plan")[0]?.release;
  expect(other.all("error")).toMatchObject([
    {
      code: "release/unfinished",
      message: `${id}, from v1 to v2, was left unfinished, and other versions were asked for`,
      fix: "finish it with: sluice rehearse without --from and --to; or, to have that undo it, ask before: sluice rollback",
    },
  ]);
  expect((await project.ledger.read()).length).toBe(length);
  const second = project.sluice(["rehearse", "--json", "--from", "./v1", "--to", "./v2"]);
  await expectEnd(project, second, released);
  expect(second.all("plane")[0]).toMatchObject({ is: "restarted" });
  expect(second.all("outcome")[0]?.release).toBe(first.all("plan")[0]?.release);
});

test("X05: a release that goes on after a kill is stopped at once by a second signal as any other", async () => {
  const project = newProject({}, { rollout: { bake: "60s" } });
  const first = project.sluice(["rehearse", "--json"]);
  await first.until("step-started", baking);
  await killed(first);
  const second = project.sluice(["rehearse", "--json"]);
  await second.until("reading");
  // Two of the same kind at once would arrive as one.
  second.signal("SIGINT");
  second.signal("SIGTERM");
  await expectEnd(project, second, aborted);
  expect(second.all("outcome")[0]?.requests.total).toBeGreaterThan(0);
});

test("X05: without a controller everything ends by itself after the lease; what cannot go on is written off and a new release runs", async () => {
  const project = newProject({}, { ...bake, rehearsal: { lease: "4s" } });
  const first = project.sluice(["rehearse", "--json"]);
  await first.until("step-started", baking);
  await killed(first);
  await until("everything has ended by itself", () => project.leftovers().length === 0);
  rmSync(path.join(project.state, "plane"), { recursive: true });
  const second = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, second, released);
  const [old, fresh] = [first.all("plan")[0]?.release, second.all("plan")[0]?.release];
  expect(fresh).not.toBe(old);
  expect(second.all("note")).toContainEqual(expect.objectContaining({ text: expect.stringContaining(`${old} was left unfinished`) }));
  const ends = (await project.ledger.read()).filter(({ kind }) => kind === "ended");
  expect(ends).toMatchObject([
    { release: old, body: { outcome: "aborted" } },
    { release: fresh, body: { outcome: "released" } },
  ]);
});

test("X06: a controller that slept while another took over leaves the data plane to it", async () => {
  const project = newProject({}, { rollout: { bake: "60s" } });
  const sleeper = project.sluice(["rehearse", "--json"]);
  await sleeper.until("step-started", baking);
  sleeper.signal("SIGSTOP");
  const { release } = foldLedger(await project.ledger.read());
  const [now, holder] = [systemClock.now(), holderHere("another")];
  const entry = { until: instant(now + duration(60_000)) };
  await record(project.ledger, "held", entry, { release: release?.id ?? "", at: now, holder });
  sleeper.signal("SIGCONT");
  await sleeper.ended;
  expect(sleeper.exit()).toBe(12);
  expect(sleeper.all("error")).toMatchObject([{ code: "release/held", message: expect.stringContaining("another") }]);
  expect((await findPlane(project.state)?.processes())?.length).toBe(2);
  expect(foldLedger(await project.ledger.read())).toMatchObject({ held: { by: { name: "another" } }, release: { ended: undefined } });
});
