import { describe, expect, test } from "vitest";
import { type Clock, duration, instant } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Order } from "../../../lib/ports/job.ts";
import type { Result } from "../../../lib/ports/step-result.ts";
import { taskJob } from "../../../lib/worlds/aws/job.ts";
import { jobContract } from "../../contracts/job.ts";
import { oneOffs } from "./one-off.ts";

const artifact: Artifact = { digest: "1".repeat(64), version: "1.0", file: `registry/web@sha256:${"1".repeat(64)}`, start: "" };
const order: Order = { id: "r-1", command: "node migrate.js", artifact, slot: "green", within: duration(60_000) };
const minute = 60_000;

function open() {
  let now = Date.parse("2026-11-20T10:00:00Z");
  const clock: Clock = {
    now: () => instant(now),
    wait: async (span) => {
      now += span;
    },
  };
  const made = oneOffs("shop-web", "web", () => now);
  const job = () =>
    taskJob({
      ecs: made.ecs,
      clock,
      cluster: "shop",
      services: { blue: "web-blue", green: "web-green" },
      definitionArn: made.definitionArn,
      container: "web",
    });
  return { ...made, clock, job };
}

jobContract("a task of ECS, answered by a fake", async () => {
  const { job, tasks, tick, clock } = open();
  return {
    job,
    artifact,
    commands: { passes: "passes", fails: "exit 3", hangs: "sleep" },
    ran: (command) => tasks.filter((one) => one.command === command).length,
    pass: async () => {
      await clock.wait(duration(5_000));
      tick();
    },
    close: async () => {},
  };
});

const noteIn = (result: Result): string | undefined => (result.is === "pending" ? result.note : undefined);

describe("a command as a task of ECS", () => {
  test("X04: it runs as the candidate's revision, in the network of its slot, by a shell", async () => {
    const { job, tasks } = open();
    await job().run(order, noteIn(await job().run(order)));
    expect(tasks[0]?.asked).toMatchObject({
      taskDefinition: expect.stringMatching(/task-definition\/shop-web:2$/),
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-of-web-green"] } },
      overrides: { containerOverrides: [{ name: "web", command: ["/bin/sh", "-c", "node migrate.js"] }] },
    });
  });

  test("X04, X05: nothing is asked of ECS before it is noted, and the note is another order's no more", async () => {
    const { job, tasks } = open();
    const note = noteIn(await job().run(order));
    expect(note).toBe("the task of r-1 is asked for since 2026-11-20T10:00:00.000Z");
    expect(tasks).toEqual([]);
    for (const others of ["10 % by change C123", note?.replace("r-1", "r-2")]) expect(noteIn(await job().run(order, others))).toBe(note);
    expect(tasks).toEqual([]);
  });

  test("X04, X05: whoever was killed between asking ECS and hearing of it finds the task, and makes no second one", async () => {
    const { job, tasks, ecs, tick } = open();
    const note = noteIn(await job().run(order));
    await job().run(order, note);
    const asked = tasks[0]?.asked;
    if (!asked) throw new Error("no task was asked for");
    await job().run(order, note);
    tick();
    expect(await job().run(order, note)).toEqual({ is: "done" });
    expect(tasks).toHaveLength(1);
    ecs.destroy();
  });

  test("X04: where ECS may have forgotten the task nobody runs it again, and the release is told so", async () => {
    const { job, tasks, tick, clock } = open();
    const note = noteIn(await job().run(order));
    await job().run(order, note);
    tick();
    tasks.length = 0;
    await clock.wait(duration(31 * minute));
    expect(await job().run(order, note)).toEqual({
      is: "failed",
      because: "node migrate.js: ECS tells of no task that ran it, and nobody knows whether it did",
    });
    expect(tasks).toEqual([]);
  });

  test("X04: while ECS has no place it is asked for again", async () => {
    const { job, tasks, full, tick } = open();
    full.is = true;
    const note = noteIn(await job().run(order));
    expect(await job().run(order, note)).toMatchObject({ is: "pending", because: expect.stringContaining("Capacity is unavailable") });
    full.is = false;
    await job().run(order, note);
    tick();
    expect(await job().run(order, note)).toEqual({ is: "done" });
    expect(tasks).toHaveLength(1);
  });

  test("X04: one whose container never began has no exit code, and has failed for the reason that ECS gives", async () => {
    const { job, tasks } = open();
    const note = noteIn(await job().run(order));
    await job().run(order, note);
    // Amazon ECS Developer Guide, "Stopped tasks error messages".
    const because = "CannotPullContainerError: pull image manifest has been retried 7 time(s)";
    for (const task of tasks) task.stopped = { because };
    expect(await job().run(order, note)).toMatchObject({ is: "failed", because: `node migrate.js: ${because}` });
  });

  test("X04: one that failed names its exit code and where its log is; one that took too long was stopped, and says so", async () => {
    const { job, tick, clock } = open();
    const failing = { ...order, command: "exit 7" };
    const note = noteIn(await job().run(failing));
    await job().run(failing, note);
    tick();
    expect(await job().run(failing, note)).toEqual({
      is: "failed",
      because: "exit 7: exit 7",
      details: ["Essential container in task exited", "its log is that of the task 1"],
    });
    const hanging = { ...order, id: "r-2", command: "sleep" };
    const other = noteIn(await job().run(hanging));
    await job().run(hanging, other);
    await clock.wait(duration(2 * minute));
    expect(await job().run(hanging, other)).toMatchObject({ is: "pending" });
    expect(await job().run(hanging, other)).toMatchObject({
      is: "failed",
      details: expect.arrayContaining(["sleep: not done within 1 min"]),
    });
  });
});
