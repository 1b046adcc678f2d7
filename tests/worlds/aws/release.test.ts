import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { newController, record, turn } from "../../../lib/release/controller.ts";
import { planRelease, seal } from "../../../lib/release/plan.ts";
import { foldLedger, phaseOf, type Release } from "../../../lib/release/state.ts";
import { emulator, whyNo } from "./emulator.ts";
import { image, openStage } from "./stage.ts";

const skip = whyNo("moto") ?? whyNo("ministack");
const holder = { name: "test", host: "here", pid: 1, started: "1" };
const [live, candidate] = [image("1"), image("2")];

/** A release of the very controller that is rehearsed, on emulators: weights in moto, the ledger in ministack. */
describe.skipIf(skip !== undefined)(`a release on AWS${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let [moto, ministack]: Awaited<ReturnType<typeof emulator>>[] = [];
  beforeAll(async () => {
    [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  }, 120_000);
  afterAll(() => Promise.all([moto?.close(), ministack?.close()]));

  const open = (fails: number) => openStage({ moto, ministack }, { live, fails });

  const sealed = seal(
    planRelease({
      release: "r-1",
      environment: "production",
      live: { slot: "blue", artifact: live, count: 2 },
      candidate: { artifact: candidate, count: 2 },
      gates: [
        { kind: "error-rate", max: 0.02 },
        { kind: "latency", quantile: 0.95, max: duration(250) },
        { kind: "health" },
        { kind: "compare", falseAborts: 0.01 },
      ],
      checks: [{ kind: "http", method: "GET", path: "/health", status: [200], timeout: duration(2_000) }],
      reading: { every: duration(30_000), minRequests: 10, dataLimit: duration(600_000), topUp: true },
      kinds: [{ method: "GET", path: "/", share: 1 }],
      rollout: {
        weights: [10, 50, 100],
        bake: duration(300_000),
        finalBake: duration(60_000),
        keepWarm: duration(60_000),
        approval: false,
      },
    }),
  );

  /** Turns until the release has ended. After each turn a new controller takes its place, as after a crash. */
  async function walk({ world, clock, look }: Pick<Awaited<ReturnType<typeof open>>, "world" | "clock" | "look">) {
    for (;;) {
      const started = await world.fleet.start("blue", live, 2);
      if (started.is === "done") break;
      await clock.wait(duration(5_000));
    }
    await record(world.ledger, "planned", sealed, { release: "r-1", at: clock.now(), holder });
    const seen: string[] = [];
    for (;;) {
      const next = await turn(newController(world, holder, () => {}));
      const { release } = foldLedger(await world.ledger.read());
      const { blue, green } = await look();
      const line = `${phaseOf(release)} ${blue}/${green}`;
      if (seen.at(-1) !== line) seen.push(line);
      if (next.is === "ended") return { seen, release: next.release };
      if (next.in > 0) await clock.wait(next.in);
    }
  }

  const endOf = ({ ended }: Release) => ended;

  it("A09 B06 X05 walks from initial through 10, 50 and 100 % to complete, weights read back each time, a new controller each turn", async () => {
    const { close, ...under } = await open(101);
    const { seen, release } = await walk(under);
    expect(endOf(release)).toMatchObject({ outcome: "released" });
    expect(seen).toEqual([
      "initial 100/0",
      "blue-green 100/0",
      "traffic-shift 100/0",
      "traffic-shift 90/10",
      "traffic-shift 50/50",
      "traffic-shift 0/100",
      "complete 0/100",
    ]);
    expect(await under.world.fleet.status("green")).toMatchObject({ digest: candidate.digest, wanted: 2 });
    expect(await under.world.fleet.status("blue")).toMatchObject({ wanted: 0 });
    await close();
  }, 120_000);

  it("B21 a candidate that fails at 50 % is turned back: all traffic to blue, green stopped, and the ledger says why", async () => {
    const { close, ...under } = await open(50);
    const { seen, release } = await walk(under);
    expect(endOf(release)).toMatchObject({ outcome: "rolled-back", because: expect.stringContaining("error rate") });
    expect(seen.slice(-4)).toEqual(["traffic-shift 50/50", "traffic-shift 100/0", "blue-green 100/0", "rolled-back 100/0"]);
    expect(await under.world.fleet.status("green")).toMatchObject({ wanted: 0 });
    expect(await under.world.fleet.status("blue")).toMatchObject({ digest: live.digest, wanted: 2 });
    await close();
  }, 120_000);
});
