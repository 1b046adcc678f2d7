import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Clock, duration, instant } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Order } from "../../../lib/ports/job.ts";
import type { Result } from "../../../lib/ports/step-result.ts";
import { instanceJob } from "../../../lib/worlds/aws/instance-job.ts";
import { jobContract } from "../../contracts/job.ts";
import { until } from "../local/until.ts";
import { runCommand } from "./run-command.ts";

const fleets = { blue: "web-blue", green: "web-green" } as const;

async function open(instances: Readonly<Record<string, readonly string[]>> = { "web-blue": ["i-2", "i-1"], "web-green": [] }) {
  let now = Date.parse("2026-11-20T10:00:00Z");
  const clock: Clock = {
    now: () => instant(now),
    wait: async (span) => {
      now += span;
    },
  };
  const made = await runCommand(instances, () => now);
  const digest = createHash("sha256").update(made.archive).digest("hex");
  const artifact: Artifact = { digest, version: "2.0", file: "s3://releases/release.tar.gz", start: "" };
  return { ...made, clock, artifact, job: () => instanceJob({ ...made, clock, fleets }) };
}

jobContract("a command of Systems Manager, on an instance that a shell stands in for", async () => {
  const { job, artifact, effects, file, close } = await open();
  const counted = (end: string) => `echo ran >> ${file("effects")}; ${end}`;
  const commands = { passes: counted("true"), fails: counted("exit 3"), hangs: "sleep 60" };
  return {
    job,
    artifact,
    commands,
    ran: () => effects("effects"),
    pass: () => new Promise((resolve) => setTimeout(resolve, 10)),
    close,
  };
});

const noteIn = (result: Result): string | undefined => (result.is === "pending" ? result.note : undefined);

async function one(instances?: Readonly<Record<string, readonly string[]>>) {
  const made = await open(instances);
  onTestFinished(made.close);
  const order = (command: string, change: Partial<Order> = {}): Order => ({
    ...{ id: "r-1", command, artifact: made.artifact, slot: "green", within: duration(20_000) },
    ...change,
  });
  const ended = (asked: Order, note: string | undefined) =>
    until("it has ended", async () => {
      const result = await made.job().run(asked, note);
      return result.is !== "pending" && result;
    });
  return { ...made, order, ended };
}

describe("a command on an instance", () => {
  test("X04: it runs once in the folder of the candidate's release, with what the app gets, and its own text as it is", async () => {
    const { job, order, ended, file } = await one();
    const command = `printf '%s|' "$(cat version)" "$GREETING" '{{ ssm:x }} $(id) "' > ${file("said")}`;
    const note = noteIn(await job().run(order(command)));
    expect(await ended(order(command), note)).toEqual({ is: "done" });
    expect(readFileSync(file("said"), "utf8")).toBe('2.0|a "quoted" word|{{ ssm:x }} $(id) "|');
  });

  test("X04, X05: nothing is sent before it is noted to which instance, one of the live slot where there is one", async () => {
    const { job, order, sent } = await one();
    expect(noteIn(await job().run(order("true")))).toBe("the command of r-1 goes to i-1 since 2026-11-20T10:00:00.000Z");
    expect(noteIn(await job().run(order("true"), "the command of r-0 goes to i-2 since 2026-11-20T10:00:00.000Z"))).toContain(
      "r-1 goes to i-1",
    );
    expect(sent).toEqual([]);
    const first = await one({ "web-blue": [], "web-green": ["i-9"] });
    expect(noteIn(await first.job().run(first.order("true")))).toContain("goes to i-9 ");
  });

  test("X04: it goes to no instance that is not in service, as one that starts or leaves", async () => {
    const { job, order, states } = await one();
    states.set("i-1", "Terminating:Wait");
    expect(noteIn(await job().run(order("true")))).toContain("goes to i-2 ");
  });

  // AWS Systems Manager User Guide, "Understanding command statuses": Delayed.
  test("X04: while Systems Manager has not got through to the instance, and tries again, nothing has failed", async () => {
    const { job, order, ended, delayed } = await one();
    const note = noteIn(await job().run(order("true")));
    delayed.is = true;
    await job().run(order("true"), note);
    expect(await job().run(order("true"), note)).toMatchObject({ is: "pending", because: "true runs on i-1" });
    delayed.is = false;
    expect(await ended(order("true"), note)).toEqual({ is: "done" });
  });

  test("X04, X05: sent twice, as Systems Manager tells late of the first, it still has one effect, and both end as that one did", async () => {
    const { job, order, sent, stale, effects, file, ended } = await one();
    const asked = order(`echo ran >> ${file("effects")}; exit 3`);
    const note = noteIn(await job().run(asked));
    stale.is = true;
    await job().run(asked, note);
    await job().run(asked, note);
    stale.is = false;
    expect(await ended(asked, note)).toMatchObject({ is: "failed", because: `${asked.command}: exit 3` });
    await until("both have ended", () => sent.every(({ child }) => child.exitCode !== null));
    expect({ sent: sent.map(({ child }) => child.exitCode), effects: effects("effects") }).toEqual({ sent: [3, 3], effects: 1 });
  });

  test("X04: where Systems Manager tells nothing for half an hour it is not sent again, and the release is told so", async () => {
    const { job, order, sent, stale, clock } = await one();
    const note = noteIn(await job().run(order("true")));
    stale.is = true;
    await job().run(order("true"), note);
    await clock.wait(duration(31 * 60_000));
    expect(await job().run(order("true"), note)).toMatchObject({
      is: "failed",
      because: expect.stringContaining("nobody knows whether it ran"),
    });
    expect(sent).toHaveLength(1);
  });

  test("X10: what it said, on which instance, and a limit that was too short are told", async () => {
    const { job, order, ended } = await one();
    const failing = order("echo no table >&2; exit 7");
    expect(await ended(failing, noteIn(await job().run(failing)))).toEqual({
      is: "failed",
      because: `${failing.command}: exit 7`,
      details: ["no table", "it ran on the instance i-1"],
    });
    const slow = order("sleep 60", { id: "r-2", within: duration(1_000) });
    expect(await ended(slow, noteIn(await job().run(slow)))).toMatchObject({ because: "sleep 60: not done within 1 s" });
  });

  test("C06: a release that holds something else than its digest says is not run", async () => {
    const { job, order, artifact, ended, effects, file } = await one();
    const other = order(`echo ran >> ${file("effects")}`, { artifact: { ...artifact, digest: "0".repeat(64) } });
    expect(await ended(other, noteIn(await job().run(other)))).toMatchObject({
      because: expect.stringContaining("its release could not be fetched"),
    });
    expect(effects("effects")).toBe(0);
  });

  test("X10: where no instance is in service it fails, and says what to do", async () => {
    const { job, order } = await one({ "web-blue": [], "web-green": [] });
    expect(await job().run(order("true"))).toEqual({
      is: "failed",
      because: "true: there is no instance to run it on",
      details: ["neither web-blue nor web-green has one in service; the first release goes without a migration"],
    });
  });
});
