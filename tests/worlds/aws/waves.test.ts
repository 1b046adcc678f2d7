import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Slot } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Config } from "../../../lib/config/config.ts";
import { type SealedPlan, seal } from "../../../lib/release/plan.ts";
import { foldLedger } from "../../../lib/release/state.ts";
import { planWaves, worldOf } from "../../../lib/release/waves.ts";
import { emulator, whyNo } from "./emulator.ts";
import { config } from "./environment.ts";
import { openGround, openRegion } from "./stage.ts";
import { systems } from "./systems.ts";
import { walk } from "./walk.ts";

const skip = whyNo("moto") ?? whyNo("ministack");
const names = ["eu-west-1", "us-west-2"] as const;

/** System A whose regions both serve callers. */
const { database: _, ...served } = config;
const serving: Config = served;
const system = { ...systems["containers by a listener's rule"], config: serving };

/** Two regions on emulators, each with a load balancer of its own in moto, and one ledger. `fails`: the share of green at which each does. */
async function openWaves(emulators: Parameters<typeof openGround>[0], fails: Readonly<Record<(typeof names)[number], number>>) {
  const ground = await openGround(emulators);
  const [first, second] = [
    await openRegion(ground, { system, fails: fails["eu-west-1"] }, "eu-west-1"),
    await openRegion(ground, { system, fails: fails["us-west-2"] }, "us-west-2"),
  ];
  const regions = { "eu-west-1": first, "us-west-2": second };
  for (const { world, artifact } of [first, second])
    while ((await world.fleet.start("blue", artifact("1"), 2)).is !== "done") await ground.clock.wait(duration(5_000));
  const stageIn = (region = "") => (region === "us-west-2" ? second : first);
  const look = async () => {
    const [one, other] = [await first.look(), await second.look()];
    return `${one.green} ${other.green}`;
  };
  const walked = (sealed: SealedPlan) => {
    const open = () => worldOf(sealed.plan, (candidate: Slot, region?: string) => stageIn(region).worldWith(candidate));
    return walk({ open, clock: ground.clock, look }, sealed);
  };
  return { regions, walked, look, close: () => Promise.all([first.close(), second.close()]) };
}

type Waves = Awaited<ReturnType<typeof openWaves>>;

function sealedFor({ regions }: Waves, rollback: "all" | "wave"): SealedPlan {
  const [first, second] = names.map((region) => {
    const { artifact } = regions[region];
    const live = { slot: "blue", artifact: artifact("1"), count: 2 } as const;
    return { region, live, candidate: { artifact: artifact("2"), count: 2 }, bake: duration(300_000), alarms: [] };
  });
  if (!first || !second) throw new Error("there are two regions");
  return seal(
    planWaves({
      release: "r-1",
      environment: "production",
      service: "web",
      rollback,
      waves: [first, second],
      gates: [{ kind: "error-rate", max: 0.02 }, { kind: "health" }],
      checks: [{ kind: "http", method: "GET", path: "/health", status: [200], timeout: duration(2_000) }],
      reading: { every: duration(60_000), minRequests: 10, dataLimit: duration(600_000), topUp: true },
      kinds: [{ method: "GET", path: "/", share: 1 }],
      rollout: {
        weights: [10, 100],
        bake: duration(300_000),
        finalBake: duration(60_000),
        keepWarm: duration(60_000),
        approval: false,
        startWithin: duration(30_000),
      },
    }),
  );
}

const running = async ({ regions }: Waves, region: (typeof names)[number]) => {
  const { fleet } = regions[region].world;
  const [blue, green] = [await fleet.status("blue"), await fleet.status("green")];
  return { blue: blue.wanted, green: green.wanted };
};

/** The very controller that is rehearsed, in two regions: rules in moto, the ledger in ministack, weights read back in both. */
describe.skipIf(skip !== undefined)(`a release in waves on AWS${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let [moto, ministack]: Awaited<ReturnType<typeof emulator>>[] = [];
  beforeAll(async () => {
    [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  }, 120_000);
  afterAll(() => Promise.all([moto?.close(), ministack?.close()]));

  it("C23 X05 goes through one region and then the other, killed at each step", async () => {
    const waves = await openWaves({ moto, ministack }, { "eu-west-1": 101, "us-west-2": 101 });
    const { seen, killedAt, release } = await waves.walked(sealedFor(waves, "wave"));
    expect(release.ended).toMatchObject({ outcome: "released", left: [] });
    expect(seen).toEqual([
      "initial 0 0",
      "blue-green 0 0",
      "traffic-shift 0 0",
      "traffic-shift 10 0",
      "traffic-shift 100 0",
      "traffic-shift 100 10",
      "traffic-shift 100 100",
      "complete 100 100",
    ]);
    expect([...killedAt]).toEqual(expect.arrayContaining(release.steps.map(({ step }) => `done ${step.id}`)));
    for (const region of names) expect(await running(waves, region)).toEqual({ blue: 0, green: 2 });
    const { lives } = foldLedger(await waves.regions["us-west-2"].world.ledger.read());
    expect(lives).toMatchObject({ "web/eu-west-1": { slot: "green" }, "web/us-west-2": { slot: "green" } });
    await waves.close();
  }, 240_000);

  it("C23 X05 a second region that fails is turned back alone, killed at each step: the first keeps the new version", async () => {
    const waves = await openWaves({ moto, ministack }, { "eu-west-1": 101, "us-west-2": 10 });
    const { seen, release } = await waves.walked(sealedFor(waves, "wave"));
    expect(release.ended).toMatchObject({ outcome: "rolled-back", left: expect.arrayContaining(["eu-west-1 stays with v2 in green"]) });
    expect(seen.slice(-3)).toEqual(["traffic-shift 100 10", "traffic-shift 100 0", "rolled-back 100 0"]);
    expect(await running(waves, "eu-west-1")).toEqual({ blue: 0, green: 2 });
    expect(await running(waves, "us-west-2")).toEqual({ blue: 2, green: 0 });
    await waves.close();
  }, 240_000);

  it("C23 X05 with `rollback: all` a second region that fails takes the first back with it, killed at each step", async () => {
    const waves = await openWaves({ moto, ministack }, { "eu-west-1": 101, "us-west-2": 10 });
    const { seen, release } = await waves.walked(sealedFor(waves, "all"));
    expect(release.ended).toMatchObject({ outcome: "rolled-back" });
    expect(seen.filter((line) => /^(traffic-shift|blue-green) \d+ 0$/.test(line)).slice(-3)).toEqual([
      "traffic-shift 100 0",
      "traffic-shift 0 0",
      "blue-green 0 0",
    ]);
    for (const region of names) expect(await running(waves, region)).toEqual({ blue: 2, green: 0 });
    expect(await waves.look()).toBe("0 0");
    await waves.close();
  }, 240_000);
});
