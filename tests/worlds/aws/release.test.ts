import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Slot } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Placement } from "../../../lib/release/plan.ts";
import type { Release } from "../../../lib/release/state.ts";
import { emulator, whyNo } from "./emulator.ts";
import { sealedFor } from "./sealed.ts";
import { openStage } from "./stage.ts";
import { type System, systems } from "./systems.ts";
import { walk } from "./walk.ts";

const skip = whyNo("moto") ?? whyNo("ministack");

type Stage = Awaited<ReturnType<typeof openStage>>;

const through = ({ worldWith, clock, look }: Stage, id: string, live: Placement, to: Placement) => {
  const shares = async () => {
    const { blue, green } = await look();
    return `${blue}/${green}`;
  };
  return walk({ open: () => worldWith(to.slot), clock, look: shares }, sealedFor(id, live, to));
};

async function goLive({ world, clock }: Stage, { artifact, count }: Placement): Promise<void> {
  while ((await world.fleet.start("blue", artifact, count)).is !== "done") await clock.wait(duration(5_000));
}

/** What a release writes down of each step. */
const done = ({ steps }: Release) => steps.map(({ step }) => `done ${step.id}`);

const endOf = ({ ended }: Release) => ended;

/** Releases of the very controller that is rehearsed, on emulators: rules in moto, records and the ledger in ministack. */
describe.skipIf(skip !== undefined)(`a release on AWS${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let [moto, ministack]: Awaited<ReturnType<typeof emulator>>[] = [];
  beforeAll(async () => {
    [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  }, 120_000);
  afterAll(() => Promise.all([moto?.close(), ministack?.close()]));

  const open = async (system: System, fails: number) => {
    const stage = await openStage({ moto, ministack }, { system, fails });
    const at = (slot: Slot, digit: string): Placement => ({ slot, artifact: stage.artifact(digit), count: 2 });
    await goLive(stage, at("blue", "1"));
    return { stage, at };
  };
  const each = Object.entries<System>(systems);

  it.each(each)(
    "A09 B05 B06 X05 from initial by 10, 50 and 100 to complete and back to blue, killed at each step, weights read back each time: %s",
    async (_name, system) => {
      const { stage, at } = await open(system, 101);
      const there = await through(stage, "r-1", at("blue", "1"), at("green", "2"));
      expect(endOf(there.release)).toMatchObject({ outcome: "released" });
      expect(there.seen).toEqual([
        "initial 100/0",
        "blue-green 100/0",
        "traffic-shift 100/0",
        "traffic-shift 90/10",
        "traffic-shift 50/50",
        "traffic-shift 0/100",
        "complete 0/100",
      ]);
      expect([...there.killedAt]).toEqual(expect.arrayContaining(done(there.release)));
      expect(await stage.world.fleet.status("green")).toMatchObject({ digest: stage.artifact("2").digest, wanted: 2 });
      expect(await stage.world.fleet.status("blue")).toMatchObject({ wanted: 0, instances: [] });
      const back = await through(stage, "r-2", at("green", "2"), at("blue", "1"));
      expect(endOf(back.release)).toMatchObject({ outcome: "released" });
      expect(back.seen).toEqual([
        "initial 0/100",
        "blue-green 0/100",
        "traffic-shift 0/100",
        "traffic-shift 10/90",
        "traffic-shift 50/50",
        "traffic-shift 100/0",
        "complete 100/0",
      ]);
      expect([...back.killedAt]).toEqual(expect.arrayContaining(done(back.release)));
      expect(await stage.world.fleet.status("blue")).toMatchObject({ digest: stage.artifact("1").digest, wanted: 2 });
      await stage.close();
    },
    180_000,
  );

  it.each(each)(
    "B21 a candidate that fails at 50 is turned back, all traffic to blue, green stopped, and the ledger says why: %s",
    async (_name, system) => {
      const { stage, at } = await open(system, 50);
      const { seen, killedAt, release } = await through(stage, "r-1", at("blue", "1"), at("green", "2"));
      const undone = release.steps.flatMap(({ step, is }) => (is === "undone" ? [`undone ${step.id}`] : []));
      expect(undone).toContain("undone shift-50");
      expect([...killedAt]).toEqual(expect.arrayContaining(undone));
      expect(endOf(release)).toMatchObject({ outcome: "rolled-back", because: expect.stringContaining("error rate") });
      expect(seen.slice(-4)).toEqual(["traffic-shift 50/50", "traffic-shift 100/0", "blue-green 100/0", "rolled-back 100/0"]);
      expect(await stage.world.fleet.status("green")).toMatchObject({ wanted: 0 });
      expect(await stage.world.fleet.status("blue")).toMatchObject({ digest: stage.artifact("1").digest, wanted: 2 });
      await stage.close();
    },
    180_000,
  );

  it("B06 X05 with records nothing goes on before every caller follows a shift: no bake begins and no fleet stops, whoever was killed", async () => {
    const { stage, at } = await open(systems["instances by weighted records"], 50);
    await through(stage, "r-1", at("blue", "1"), at("green", "2"));
    const entries = await stage.world.ledger.read();
    const shifted = entries.filter(({ kind, step }) => (kind === "done" || kind === "undone") && step.startsWith("shift-"));
    expect(shifted.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "done shift-10",
      "done shift-50",
      "undone shift-50",
      "undone shift-10",
    ]);
    for (const { at: when, position } of shifted) {
      const last = entries.findLast(({ kind, position: before }) => kind === "noted" && before < position);
      expect(last?.body).toEqual({ note: expect.stringContaining("with all name servers since") });
      expect(when - (last?.at ?? 0)).toBeGreaterThanOrEqual(120_000);
    }
    await stage.close();
  }, 180_000);
});
