import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { refuseSeveral } from "../../lib/actions/release/driven.ts";
import { planForDriver } from "../../lib/actions/release/settings.ts";
import { release } from "../../lib/actions/release.ts";
import { duration, type Instant, instant } from "../../lib/base/time.ts";
import { loadConfig } from "../../lib/config/load.ts";
import type { Ledger } from "../../lib/ports/ledger.ts";
import { record } from "../../lib/release/controller.ts";
import type { Report } from "../../lib/release/report.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { codeDeployDriver } from "../../lib/worlds/aws/codedeploy.ts";
import { drivenFleet } from "../../lib/worlds/aws/driven.ts";
import { artifactOf } from "../../lib/worlds/aws/images.ts";
import { dawn } from "../../lib/worlds/simulated/clock.ts";
import { calm } from "../../lib/worlds/simulated/script.ts";
import { type SimulatedWorld, simulatedWorld } from "../../lib/worlds/simulated/world.ts";
import { codeDeployed } from "../worlds/aws/codedeploy.ts";
import { mapWith } from "../worlds/aws/environment.ts";

/** System D as a team would start from it. */
const { config } = await loadConfig(path.join(import.meta.dirname, "../../examples/d-container-pipeline"));
const holder = { name: "ana", host: "here", pid: 1, started: "1" };
const image = (name: string) => artifactOf("1.dkr.ecr.eu-west-1.amazonaws.com/shop", name.repeat(64), `v${name}`);
const [first, second, broken] = [image("1"), image("2"), image("b")];

describe("sluice release where CodeDeploy moves the callers", () => {
  let world: SimulatedWorld;
  let aws: ReturnType<typeof codeDeployed>;
  let told: string[];
  let kept: Report[];
  const stop = () => new AbortController();

  beforeEach(() => {
    world = simulatedWorld("green", calm);
    aws = codeDeployed(
      first.file,
      (one) => one === broken.file,
      () => new Date(world.clock.now()),
    );
    [told, kept] = [[], []];
    let minutes = 0;
    // A minute of AWS for each minute here.
    world.clock.onTick((now: Instant) => {
      for (; minutes < Math.floor((now - dawn) / 60_000); minutes += 1) aws.tick();
      world.split.set("green", aws.share("green"));
    });
  });

  const start = (artifact = second, by = holder, signal = stop().signal, clock = world.clock, ends?: Instant) =>
    release({
      config,
      map: mapWith({}, config),
      version: artifact.version,
      account: { answer: async () => ({ is: "done", because: "" }) },
      alarms: () => [],
      clock,
      holder: by,
      tell: (event) => void told.push("text" in event ? event.text : event.type),
      signals: { stop: signal },
      keep: async (report) => {
        kept.push(report);
        return "report.json";
      },
      open: () => ({
        world: () => ({ ...world, clock, fleet: drivenFleet(aws.given), driver: codeDeployDriver(aws.given) }),
        refuseOtherAccount: async () => {},
        releaseFunction: () => {
          throw new Error("nothing here runs in Lambda");
        },
        artifact: async () => artifact,
        originOf: async () => ({ is: "unknown", builds: 0 }),
        keep: async () => {},
        vcpusOf: async () => 2,
        room: async () => [],
        credentialsEnd: async () => ends,
        close: () => {},
      }),
    });
  const state = async (ledger: Ledger = world.ledger) => foldLedger(await ledger.read());

  it("D02 E06 deploys the image by CodeDeploy, tells how far it is, and ends with it live", async () => {
    expect(await start()).toMatchObject({ outcome: "released", exit: 0, left: [], report: "report.json" });
    expect(aws.calls).toEqual([`register ${second.file}`, `create ${second.file} web:8080`]);
    expect(told.filter((text) => text.startsWith("CodeDeploy d-"))).toEqual([
      "CodeDeploy d-AAAAAAAA0: begun",
      "CodeDeploy d-AAAAAAAA0: Created, 0 % on green",
      expect.stringMatching(/Install InProgress, 0 % on green$/),
      expect.stringMatching(/AllowTraffic InProgress, 0 % on green$/),
      expect.stringMatching(/AllowTraffic InProgress, 10 % on green$/),
    ]);
    expect(kept.at(-1)?.steps.map(({ title }) => title)).toEqual([
      "let CodeDeploy move callers to v2 in green: 10, 100 %, 5 min apart",
      "let CodeDeploy keep blue for 30 min and end it",
    ]);
    const lives = { "web/eu-west-1": { slot: "green", artifact: { digest: second.digest } } };
    expect(await state()).toMatchObject({ lives, held: undefined });
  });

  it("D02 X05 where the credentials of the environment end before CodeDeploy has, it is told that it goes on without them", async () => {
    // Two increments, five minutes apart, and half an hour for the old version.
    const span = 35 * 60_000;
    const ends = instant(world.clock.now() + span - 1);
    await start(second, holder, stop().signal, world.clock, ends);
    const [text, ...others] = told.filter((one) => one.includes("credentials"));
    expect(others).toEqual([]);
    expect(text).toMatch(/takes 35 min or more; CodeDeploy would go on with nobody at the gates until .* sluice release \w+; begin with /);
  });

  it("D02 begins from what AWS says is live, which the pipeline may have put there since the last release", async () => {
    aws.deployBeside(second.file);
    world.clock.advance(15 * 60_000);
    await start(image("3"));
    expect((await state()).release?.sealed.plan.live).toMatchObject({ slot: "green", artifact: { digest: second.digest } });
    expect(aws.share("blue")).toBe(100);
  });

  it("D02 X06 while the pipeline deploys nothing begins, and nobody has to wait for the lock", async () => {
    aws.deployBeside(second.file);
    await expect(start()).rejects.toMatchObject({
      code: "world/changed",
      message: "CodeDeploy d-AAAAAAAA0 is under way, which is not of this release (of the pipeline)",
    });
    expect(await state()).toMatchObject({ held: undefined, release: undefined });
    expect(aws.begun()).toBe(1);
  });

  it("D02 what CodeDeploy turns back by its alarms exits 10, with its reason", async () => {
    expect(await start(broken)).toMatchObject({ outcome: "rolled-back", exit: 10, because: expect.stringContaining("alarms") });
    expect([aws.share("blue"), aws.begun()]).toEqual([100, 1]);
  });

  it.each([
    ["abort", 11],
    ["rollback", 10],
  ] as const)("D02 %s while callers move stops the deployment with a rollback", async (what, exit) => {
    const ended = start();
    await world.clock.wait(duration(4.5 * 60_000));
    const id = (await state()).release?.id ?? "";
    await record(world.ledger, "asked", { what, by: "bob" }, { release: id, at: world.clock.now(), holder });
    expect(await ended).toMatchObject({ exit, undid: ["let CodeDeploy give blue all traffic again"] });
    expect(aws.calls.filter((call) => call.startsWith("stop"))).toEqual(["stop d-AAAAAAAA0 true"]);
    expect(aws.share("blue")).toBe(100);
  });

  it("D02 X05 whoever runs the command again goes on with the deployment that is under way", async () => {
    const dead = new AbortController();
    const left = start(second, holder, dead.signal);
    await world.clock.wait(duration(4.5 * 60_000));
    world.gone.add(1);
    const next = start(second, { ...holder, pid: 2 });
    await expect(left).rejects.toMatchObject({ code: "release/held" });
    expect(await next).toMatchObject({ outcome: "released" });
    expect([aws.begun(), aws.share("green")]).toEqual([1, 100]);
  });

  it("C01 X05 X06 what a build that was stopped left goes on with the next one, once the lock has ended of whose end no machine can tell", async () => {
    const [one, next] = [1, 2].map((n) => ({ name: "build", host: `build-${n}`, pid: 7, started: `${n}` }));
    let stopped = false;
    const never = new Promise<void>(() => {});
    const ofMachine: typeof world.clock = {
      ...world.clock,
      wait: async (time, signal) => {
        await world.clock.wait(time, signal);
        if (stopped) await never;
      },
    };
    void start(second, one, stop().signal, ofMachine);
    await world.clock.wait(duration(4.5 * 60_000));
    stopped = true;
    await world.clock.wait(duration(60_000));
    await expect(start(second, next)).rejects.toMatchObject({ code: "release/held" });
    await world.clock.wait(duration(15 * 60_000));
    // A build of another commit lets it come to its end first (buildspec/release.yml).
    await expect(start(image("3"), next)).rejects.toMatchObject({ code: "release/unfinished" });
    expect(await start(second, next)).toMatchObject({ outcome: "released" });
    expect([aws.begun(), aws.share("green")]).toEqual([1, 100]);
    expect(await start(image("3"), next)).toMatchObject({ outcome: "released" });
  });
});

it("C23 D02 several regions that serve callers are refused: each would have a driver of its own", () => {
  const driver = codeDeployDriver(codeDeployed(first.file, () => false).given);
  const [one, two] = [{ name: "eu-west-1" }, { name: "us-west-2" }];
  expect(() => refuseSeveral(driver, "production", [one])).not.toThrow();
  expect(() => refuseSeveral(driver, "production", [one, two])).toThrow(
    expect.objectContaining({ code: "world/unsupported", message: expect.stringContaining("eu-west-1, us-west-2") }),
  );
});

it("D02 a driver's plan has its own steps and waits, and of the gates those that tell more than its alarms; to ECS both waits at the end are one", () => {
  const given = {
    release: "r-1",
    environment: "production",
    service: config.services[0],
    wave: {
      region: "eu-west-1",
      bake: config.rollout.bake,
      live: { slot: "blue", artifact: first, count: 2 },
      candidate: { artifact: second, count: 2 },
      alarms: [],
    },
    delay: duration(180_000),
  } as const;
  const plan = planForDriver({ ...given, config, driver: "CodeDeploy" });
  expect(plan.steps).toEqual([
    { id: "deploy", kind: "deploy", by: "CodeDeploy", weights: [10, 100], every: 300_000 },
    { id: "settle", kind: "settle", by: "CodeDeploy", span: 1_800_000 },
  ]);
  expect(plan.gates.map(({ kind }) => kind)).toEqual(["error-rate", "compare"]);
  const ecs = { ...config, rollout: { ...config.rollout, weightHolder: "ecs" as const, approval: "before-first-shift" as const } };
  expect(planForDriver({ ...given, config: ecs, driver: "ECS" }).steps).toMatchObject([
    { kind: "approval" },
    { kind: "deploy" },
    { span: 2_100_000 },
  ]);
});
