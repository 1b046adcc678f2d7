import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countIn, planFor } from "../../lib/actions/release/settings.ts";
import { release } from "../../lib/actions/release.ts";
import { UserError } from "../../lib/base/errors.ts";
import { type Slot, weight } from "../../lib/base/outcome.ts";
import { duration, instant, systemClock } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import type { Account } from "../../lib/ports/account.ts";
import type { Artifact } from "../../lib/ports/artifact.ts";
import type { Ledger } from "../../lib/ports/ledger.ts";
import type { World } from "../../lib/ports/world.ts";
import { record } from "../../lib/release/controller.ts";
import { alarmsIn, planIn } from "../../lib/release/plan.ts";
import type { Report } from "../../lib/release/report.ts";
import { foldLedger } from "../../lib/release/state.ts";
import type { Opened } from "../../lib/worlds/aws/opened.ts";
import { emulator, whyNo } from "../worlds/aws/emulator.ts";
import { config as systemA, systemB } from "../worlds/aws/environment.ts";
import { openStage } from "../worlds/aws/stage.ts";
import { image, systems } from "../worlds/aws/systems.ts";

const skip = whyNo("moto") ?? whyNo("ministack");
const holder = { name: "ana", host: "here", pid: 1, started: "1" };
const [live, candidate] = [image("1"), image("2")];
/** An account with room for everything. */
const roomy: Pick<Account, "answer"> = { answer: async () => ({ is: "done", because: "" }) };
const config: Config = {
  ...systemA,
  rollout: {
    ...systemA.rollout,
    host: "command-line",
    bake: duration(60_000),
    finalBake: duration(60_000),
    keepWarm: duration(1_000),
    minRequests: 10,
    approval: "none",
  },
};

it("B06 bakes and the wait for data last as much longer as CloudWatch is late, and nobody looks more often than it tells", () => {
  const delay = duration(180_000);
  const given = {
    config: systemA,
    service: systemA.services[0],
    release: "r-1",
    environment: "production",
    delay,
  } as const;
  const wave = { live: { slot: "blue", artifact: live, count: 2 }, candidate: { artifact: candidate, count: 2 } } as const;
  const bakes = [duration(120_000), duration(1_800_000)] as const;
  const plan = planFor({
    ...given,
    waves: [
      { ...wave, region: "eu-west-1", bake: bakes[0], alarms: ["errors-ireland"] },
      { ...wave, region: "us-west-2", bake: bakes[1], alarms: ["errors-oregon"] },
    ],
  });
  const { steps, reading } = plan;
  const spans = steps.flatMap((step) => (step.kind === "bake" && step.id.startsWith("bake-10@") ? [step.span] : []));
  expect(spans).toEqual(bakes.map((bake) => bake + delay));
  expect(reading.dataLimit).toBe(systemA.rollout.dataLimit + 2 * delay);
  expect(reading.every).toBe(15_000);
  // Each region's gate watches the alarms there.
  expect(["eu-west-1", "us-west-2"].map((region) => alarmsIn(planIn(plan, region).gates))).toEqual([["errors-ireland"], ["errors-oregon"]]);
});

it("B06 a candidate gets as many copies as the live version, no fewer than its slot begins with, and on machines no more than it may have", () => {
  const [machines, tasks] = [systemB("dns").services[0], systemA.services[0]];
  expect([countIn(machines, "green", 2), countIn(machines, "green", 5), countIn(machines, "green", 20)]).toEqual([3, 5, 8]);
  expect([countIn(tasks, "green", 1), countIn(tasks, "green", 40)]).toEqual([3, 40]);
});

describe("before anything is asked of AWS", () => {
  const refused = (of: Config) =>
    release({
      config: of,
      map: { v: 1, environment: "production", stacks: [] },
      version: "v2",
      account: roomy,
      alarms: () => [],
      clock: systemClock,
      holder,
      tell: () => {},
      keep: async () => "",
      signals: { stop: new AbortController().signal },
      open: () => {
        throw new Error("AWS was asked");
      },
    }).catch((error: unknown) => error);
  it("X04 a region that rests beside the one with the database is none that serves callers", async () => {
    expect(await refused(systemA)).toMatchObject({ code: "world/unsupported", message: expect.stringContaining('no stack "ledger"') });
  });
});

describe.skipIf(skip !== undefined)(`sluice release${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let [moto, ministack]: Awaited<ReturnType<typeof emulator>>[] = [];
  beforeAll(async () => {
    [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  }, 120_000);
  afterAll(() => Promise.all([moto?.close(), ministack?.close()]));

  let stage: Awaited<ReturnType<typeof openStage>>;
  const goLive = async (artifact: Artifact) => {
    while ((await stage.world.fleet.start("blue", artifact, 2)).is !== "done") await stage.clock.wait(duration(5_000));
  };
  beforeEach(async () => {
    stage = await openStage({ moto, ministack }, { fails: 101 });
    await goLive(live);
  });
  afterEach(() => stage.close());

  const kept: Report[] = [];
  const entries = async () => foldLedger(await stage.world.ledger.read());
  const start = (change: Partial<Opened> = {}, of: Config = config, by = holder, stop = new AbortController().signal) =>
    release({
      config: of,
      map: stage.map,
      version: "v2",
      account: roomy,
      alarms: () => alarmsIn(of.rollout.gates),
      clock: stage.clock,
      holder: by,
      tell: ({ type }) => {
        // Whatever a turn tells, the callers follow the weights that hold now.
        if (type === "step-done") void stage.look();
      },
      signals: { stop },
      keep: async (report) => {
        kept.push(report);
        return "report.json";
      },
      open: () => ({
        world: stage.worldWith,
        refuseOtherAccount: async () => {},
        releaseFunction: () => {
          throw new Error("nothing here runs in Lambda");
        },
        artifact: async () => candidate,
        originOf: async () => ({ is: "unknown", builds: 0 }),
        keep: async () => {},
        vcpusOf: async () => 2,
        room: async () => [],
        credentialsEnd: async () => undefined,
        close: () => {},
        ...change,
      }),
    });

  it("X04 releases an image to an environment, the first time from what runs in blue, the next time from what the ledger says", async () => {
    const first = await start();
    expect(first).toMatchObject({ outcome: "released", exit: 0, left: [], report: "report.json" });
    const report = kept.at(-1);
    expect(report).toMatchObject({ outcome: "released", environment: "production", digests: { from: live.digest, to: candidate.digest } });
    expect(report?.callers.requests).toBe((report?.slots.blue?.requests ?? 0) + (report?.slots.green?.requests ?? 0));
    expect(report?.callers.requests).toBeGreaterThan(100);
    expect(report?.steps.map(({ is }) => is)).not.toContain("waiting");
    expect(await stage.look()).toEqual({ blue: 0, green: 100 });
    const lives = { "web/eu-west-1": { slot: "green", artifact: { digest: candidate.digest } } };
    expect(await entries()).toMatchObject({ lives, held: undefined });
    const next = await start({ artifact: async () => image("3") });
    expect(next).toMatchObject({ outcome: "released" });
    expect(await stage.look()).toEqual({ blue: 100, green: 0 });
  }, 180_000);

  it("X04 B05 releases an archive to fleets between which DNS splits, the first time from what a person named", async () => {
    await stage.close();
    const system = systems["instances by weighted records"];
    stage = await openStage({ moto, ministack }, { system, fails: 101 });
    const named = "s3://orders/shop-0.9.tar.gz";
    await goLive({ ...stage.artifact("1"), file: named });
    const { rollout } = config;
    const released = await start(
      { artifact: async () => stage.artifact("2") },
      { ...system.config, rollout: { ...rollout, router: "dns" } },
    );
    expect(released).toMatchObject({ outcome: "released", exit: 0, left: [] });
    expect(await stage.look()).toEqual({ blue: 0, green: 100 });
    const { name } = system.config.services[0];
    const [region] = system.config.environments.find((one) => one.name === "production")?.regions ?? [];
    expect((await entries()).lives).toEqual({ [`${name}/${region}`]: { slot: "green", count: 3, artifact: stage.artifact("2") } });
    expect((await entries()).release?.sealed.plan.live.artifact.file).toBe(named);
  }, 180_000);

  const watching: Config = {
    ...config,
    rollout: { ...config.rollout, gates: [{ kind: "health" }, { kind: "alarms", names: ["orders-stalled"] }] },
  };

  it("B06 B21 an alarm of CloudWatch that begins to fire in a bake turns the release back, and stands in its report", async () => {
    stage.setAlarm("orders-stalled", "OK", "orders come");
    const { world } = stage;
    const lent = (slot: Slot): World => {
      const one = stage.worldWith(slot);
      const append: Ledger["append"] = async (expected, draft) => {
        if (draft.kind === "done" && draft.step === "shift-50") stage.setAlarm("orders-stalled", "ALARM", "no order in 3 minutes");
        return one.ledger.append(expected, draft);
      };
      return { ...one, ledger: { ...one.ledger, append } };
    };
    expect(await start({ world: lent }, watching)).toMatchObject({ outcome: "rolled-back", exit: 10 });
    const report = kept.at(-1);
    expect(report?.because).toMatch(/^no alarm fires \(1 watched\): orders-stalled fires since .*: no order in 3 minutes$/);
    expect(report?.gates).toContain("no alarm fires (1 watched)");
    expect(await world.router.weight()).toBe(0);
    const kinds = ["Release Begun", "Traffic Shifted", "Traffic Shifted", "Gate Failed", "Release Rolled Back"];
    expect(stage.told.bus).toEqual(kinds);
    expect(stage.told.topic).toEqual(kinds.map((kind) => `production: ${kind} (v2)`));
  }, 180_000);

  it("X06 while an alarm fires already, or is not there, no release begins, and nobody has to wait for its lock", async () => {
    await expect(start({}, watching)).rejects.toMatchObject({
      code: "release/alarm",
      message: expect.stringContaining("no alarm orders-stalled"),
    });
    stage.setAlarm("orders-stalled", "ALARM", "no order in 3 minutes");
    await expect(start({}, watching)).rejects.toMatchObject({
      code: "release/alarm",
      message: expect.stringContaining("no order in 3 minutes"),
    });
    expect(await entries()).toMatchObject({ held: undefined, release: undefined });
  });

  it("X04 with credentials of another account nothing is written or moved", async () => {
    const other = new UserError("engine/no-credentials", "another account", "sign in");
    await expect(start({ refuseOtherAccount: () => Promise.reject(other) })).rejects.toBe(other);
    expect((await entries()).next).toBe(0);
  });

  it("B21 while the traffic is not where the ledger says, no release begins, and nobody has to wait for its lock", async () => {
    await stage.world.router.shift(weight(30));
    await expect(start()).rejects.toMatchObject({ code: "world/changed", message: "blue is live, and green gets 30 % of the traffic" });
    expect(await entries()).toMatchObject({ held: undefined, release: undefined });
    expect(await stage.look()).toEqual({ blue: 70, green: 30 });
  });

  it("X06 the second of two releases is told who holds the environment, and moves nothing", async () => {
    const until = stage.clock.now() + 600_000;
    await record(
      stage.world.ledger,
      "held",
      { until: instant(until) },
      {
        release: "r-0",
        at: stage.clock.now(),
        holder: { ...holder, name: "bob", pid: 2 },
      },
    );
    await expect(start()).rejects.toMatchObject({ code: "release/held", message: expect.stringContaining("bob") });
  });

  it("B05 where another holder moves the weights, a release is refused before AWS is asked", async () => {
    const engine: Config = { ...config, rollout: { ...config.rollout, weightHolder: "codedeploy" } };
    await expect(start({}, engine)).rejects.toMatchObject({ code: "world/unsupported" });
    expect((await entries()).next).toBe(0);
  });
});
