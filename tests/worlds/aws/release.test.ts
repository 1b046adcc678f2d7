import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Slot } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Draft } from "../../../lib/ports/ledger.ts";
import type { World } from "../../../lib/ports/world.ts";
import { newController, record, turn } from "../../../lib/release/controller.ts";
import type { Placement } from "../../../lib/release/plan.ts";
import { foldLedger, phaseOf, type Release } from "../../../lib/release/state.ts";
import { Killed } from "../../release/mortal.ts";
import { emulator, whyNo } from "./emulator.ts";
import { sealedFor } from "./sealed.ts";
import { openStage } from "./stage.ts";
import { type System, systems } from "./systems.ts";

const skip = whyNo("moto") ?? whyNo("ministack");
const holder = { name: "test", host: "here", pid: 1, started: "1" };

type Stage = Awaited<ReturnType<typeof openStage>>;

/** Kills whoever writes something for the first time, after it was done and before it is written down. */
function killer() {
  const killedAt = new Set<string>();
  const what = ({ kind, step, body }: Draft) =>
    // The number of a change and the time are others when it is done again.
    `${kind} ${step} ${kind === "noted" ? JSON.stringify(body).replaceAll(/C[0-9A-Z]{5,}|\d{4}-\S+Z/g, "") : ""}`.trim();
  const lend = (world: World): World => ({
    ...world,
    ledger: {
      ...world.ledger,
      append: async (expected, draft) => {
        const key = what(draft);
        if (draft.kind === "held" || killedAt.has(key)) return world.ledger.append(expected, draft);
        killedAt.add(key);
        throw new Killed();
      },
    },
  });
  return { lend, killedAt };
}

/** Turns until the release has ended. Each turn is another process's, and each thing that is done is once killed before it is written down. */
async function walk({ worldWith, clock, look }: Pick<Stage, "worldWith" | "clock" | "look">, id: string, live: Placement, to: Placement) {
  const { ledger } = worldWith(to.slot);
  await record(ledger, "planned", sealedFor(id, live, to), { release: id, at: clock.now(), holder });
  const { lend, killedAt } = killer();
  const seen: string[] = [];
  for (;;) {
    const next = await turn(newController(lend(worldWith(to.slot)), holder, () => {}, duration(900_000))).catch((error: unknown) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    const { release } = foldLedger(await ledger.read());
    const { blue, green } = await look();
    const line = `${phaseOf(release)} ${blue}/${green}`;
    if (seen.at(-1) !== line) seen.push(line);
    if (next?.is === "ended") return { seen, killedAt, release: next.release };
    if (next && next.in > 0) await clock.wait(next.in);
  }
}

async function goLive({ world, clock }: Stage, { artifact, count }: Placement): Promise<void> {
  while ((await world.fleet.start("blue", artifact, count)).is !== "done") await clock.wait(duration(5_000));
}

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
      const there = await walk(stage, "r-1", at("blue", "1"), at("green", "2"));
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
      const steps = there.release.steps.map(({ step }) => `done ${step.id}`);
      expect([...there.killedAt]).toEqual(expect.arrayContaining(steps));
      expect(await stage.world.fleet.status("green")).toMatchObject({ digest: stage.artifact("2").digest, wanted: 2 });
      expect(await stage.world.fleet.status("blue")).toMatchObject({ wanted: 0, instances: [] });
      const back = await walk(stage, "r-2", at("green", "2"), at("blue", "1"));
      expect(endOf(back.release)).toMatchObject({ outcome: "released" });
      expect(back.seen.slice(-4)).toEqual(["traffic-shift 10/90", "traffic-shift 50/50", "traffic-shift 100/0", "complete 100/0"]);
      expect(await stage.world.fleet.status("blue")).toMatchObject({ digest: stage.artifact("1").digest, wanted: 2 });
      await stage.close();
    },
    180_000,
  );

  it.each(each)(
    "B21 a candidate that fails at 50 is turned back, all traffic to blue, green stopped, and the ledger says why: %s",
    async (_name, system) => {
      const { stage, at } = await open(system, 50);
      const { seen, release } = await walk(stage, "r-1", at("blue", "1"), at("green", "2"));
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
    await walk(stage, "r-1", at("blue", "1"), at("green", "2"));
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
