import { expect, test } from "vitest";
import { ask, askIn } from "../../lib/actions/ask.ts";
import { whileNobodyReleases } from "../../lib/actions/deploy-lock.ts";
import { goOnCommand, startCommand } from "../../lib/actions/ledger-of.ts";
import { commandOn } from "../../lib/base/commands.ts";
import { duration, systemClock } from "../../lib/base/time.ts";
import { planDriven } from "../../lib/release/driven.ts";
import { seal } from "../../lib/release/plan.ts";
import { holderHere } from "../../lib/worlds/local/ledger.ts";
import { scenario } from "../release/scenario.ts";
import { turnedBack, type Written, written } from "./ledger.ts";

const asking = ({ project }: Written, what: Parameters<typeof ask>[1]) =>
  ask({ folder: project, environment: "rehearsal" }, what, "bob@there");

test("X06: what would change nothing is refused, and says why, so that nobody believes it did", async () => {
  const release = written();
  await release.plan();
  await expect(asking(release, "approve")).rejects.toMatchObject({ code: "usage/invalid", message: "r-1 waits for no approval" });
  await expect(asking(release, "resume")).rejects.toMatchObject({
    code: "usage/invalid",
    message: "r-1 is not paused; it is at: start",
    fix: "watch it with: sluice status",
  });
});

test("D02 X06: a driver's release takes an approval and the way back, and is told no pace that the driver does not know", async () => {
  const release = written();
  const { steps: _, ...common } = scenario().sealed.plan;
  const rollout = { weights: [10, 100], every: duration(60_000), keeps: duration(60_000), approval: true };
  await release.plan({}, seal(planDriven({ ...common, by: "CodeDeploy", of: { service: "web", region: "eu-west-1" }, rollout })));
  for (const what of ["pause", "promote"] as const) {
    await expect(asking(release, what)).rejects.toMatchObject({
      code: "usage/invalid",
      message: `CodeDeploy moves the callers of r-1 at its own pace, which nobody can ${what}`,
    });
  }
  expect(await asking(release, "approve")).toMatchObject({ text: "r-1 approved: it goes on" });
  expect(await asking(release, "abort")).toMatchObject({ text: "r-1 aborts: everything is put back" });
});

test("X04 X06: what to do next names the environment that was meant, and how one is asked there", async () => {
  const { ledger, plan } = written();
  await plan();
  await expect(askIn(ledger, "production", "resume", "bob")).rejects.toMatchObject({ fix: "watch it with: sluice status production" });
  await expect(askIn(ledger, "production", "approve", "bob")).rejects.toMatchObject({ fix: expect.stringContaining("rollout.approval") });
});

test("X06: an approval is taken once", async () => {
  const release = written();
  await release.plan({ rollout: { approval: true } });
  expect(await asking(release, "approve")).toEqual({ release: "r-1", text: "r-1 approved: it goes on" });
  await expect(asking(release, "approve")).rejects.toMatchObject({ message: "r-1 waits for no approval" });
});

test("X06: a release that goes back can only be told to go back", async () => {
  const release = written();
  await release.plan({ rollout: { approval: true } });
  await release.write("turned-back", turnedBack);
  for (const what of ["approve", "pause", "resume", "promote"] as const) {
    await expect(asking(release, what)).rejects.toMatchObject({ code: "usage/invalid", message: "r-1 is already going back" });
  }
  await expect(asking(release, "abort")).resolves.toMatchObject({ release: "r-1" });
});

test("X04 X06: before there is a plan nothing is approved, in words that hold where no pipeline of ours runs", async () => {
  const { ledger, hold } = written();
  await hold();
  await expect(askIn(ledger, "production", "approve", "bob")).rejects.toMatchObject({
    code: "release/none",
    message: expect.stringMatching(/^there is nothing to approve yet: it is looked at since 2\S+Z whether r-1 may begin, started by ana/),
  });
});

test("X06: while a deploy holds the lock, what is asked of a release that stands is written for it, and the deploy is asked nothing", async () => {
  const release = written();
  await release.plan();
  const { ledger } = release;
  const deploys = { ledger, clock: systemClock, holder: holderHere("ana"), note: () => {}, environment: "rehearsal" };
  await release.hold(-1);
  await whileNobodyReleases(deploys, async () => {
    const { text } = await asking(release, "rollback");
    expect(text).toContain("r-1 rolls back");
    expect(text).toContain("nobody is in charge of it");
  });
  expect((await ledger.read()).filter(({ kind }) => kind === "asked").map((entry) => entry.release)).toEqual(["r-1"]);

  const idle = written();
  await whileNobodyReleases({ ...deploys, ledger: idle.ledger }, async () => {
    await expect(asking(idle, "abort")).rejects.toMatchObject({
      code: "release/none",
      message: expect.stringContaining("is under way since"),
    });
  });
});

test("X04: commands that go on from here name the environment where it is not the rehearsal's", () => {
  expect(commandOn("sluice status --watch", "rehearsal")).toBe("sluice status --watch");
  expect(commandOn("sluice status --watch", "production")).toBe("sluice status production --watch");
  expect([startCommand("rehearsal"), startCommand("production")]).toEqual([
    "sluice rehearse",
    "sluice release production --version VERSION",
  ]);
  expect([goOnCommand("rehearsal"), goOnCommand("production")]).toEqual(["sluice rehearse", "sluice release production"]);
});

test("X06: of a release to AWS that has no plan yet nobody says that a pipeline runs", async () => {
  const { ledger, hold } = written();
  await hold();
  await expect(askIn(ledger, "production", "pause", "bob")).rejects.toMatchObject({
    code: "release/none",
    message: expect.stringMatching(
      /^there is nothing to pause yet: it is looked at since 2\S+Z whether r-1 may begin, started by ana \(process \d+ on /,
    ),
  });
  await expect(askIn(ledger, "rehearsal", "pause", "bob")).rejects.toMatchObject({
    message: expect.stringMatching(/^there is nothing to pause yet: the pipeline of r-1 runs since 2/),
  });
});
