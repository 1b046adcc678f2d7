import fc from "fast-check";
import { expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { planRecovery, sealRecovery } from "../../../lib/release/recovery/plan.ts";
import { recoveryReport } from "../../../lib/release/recovery/report.ts";
import { beginRecovery } from "../../../lib/release/recovery/run.ts";
import { foldRecoveries, recoveryDraft, servedFrom } from "../../../lib/release/recovery/state.ts";
import { carriedOut, copies, here, planOf, scene, there } from "./scene.ts";

const moved = { from: 0, to: copies.count, region: there, standsAlone: true };
const untouched = { from: copies.count, to: 0, region: here, standsAlone: false };
const beside = { findings: [], left: [] };

it("A12 a failover fences before it promotes, promotes before it leads callers, and the other region serves with as many copies", async () => {
  const made = scene();
  const { end } = await carriedOut(made, "failover");
  expect(end).toMatchObject({ is: "ended", recovery: { ended: { outcome: "moved" } } });
  expect(made.effects).toEqual(["start to", "stop from", "promote", `lead to ${there}`]);
  expect(made.now()).toEqual(moved);
  expect(servedFrom(foldRecoveries(await made.world.ledger.read()), here)).toBe(there);
});

it("A12 X05 killed before or after any entries of its ledger, a failover goes on when it is run again, and nothing is done twice", async () => {
  const kill = fc.record({ at: fc.nat(20), written: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(kill, { maxLength: 4 }), fc.boolean(), async (kills, lost) => {
      const made = scene();
      const { end } = await carriedOut(made, "failover", { kills, lost });
      expect(end).toMatchObject({ is: "ended", recovery: { ended: { outcome: "moved" } } });
      expect(new Set(made.effects).size).toBe(made.effects.length);
      expect(made.now()).toEqual({ ...moved, from: lost ? copies.count : 0 });
    }),
    { numRuns: 60 },
  );
});

it("A12 what fails before the promotion puts everything back, whenever it is killed on the way", async () => {
  const kill = fc.record({ at: fc.nat(12), written: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(kill, { maxLength: 3 }),
      fc.constantFrom({ failsToStart: true }, { neverCaughtUp: true }),
      async (kills, trouble) => {
        const made = scene(trouble as Parameters<typeof scene>[0]);
        const { end } = await carriedOut(made, "failover", { kills });
        expect(end).toMatchObject({ is: "ended", recovery: { ended: { outcome: "put-back" } } });
        expect(made.now()).toEqual(untouched);
        expect(made.effects).not.toContain("promote");
      },
    ),
    { numRuns: 30 },
  );
});

it("A12 whoever stops it has everything put back until the promotion has begun, and then it only goes forward", async () => {
  for (const last of ["fence", "promote"] as const) {
    const made = scene();
    const stop = new AbortController();
    const { ledger } = made.world;
    const append: typeof ledger.append = async (expected, entry) => {
      if (entry.kind === "started" && entry.step === last) stop.abort();
      return ledger.append(expected, entry);
    };
    await carriedOut({ ...made, world: { ...made.world, ledger: { ...ledger, append } } }, "failover", { stop: stop.signal });
    expect(made.now()).toEqual(last === "fence" ? untouched : moved);
  }
});

it("A12 a step that fails after the promotion is told and leaves all as it is: the same command goes on", async () => {
  const made = scene({ failsToStart: true });
  const { end } = await carriedOut(made, "failover", { lost: true });
  expect(end).toMatchObject({ is: "stuck", step: "start", because: "they exit at once" });
  expect(made.now()).toMatchObject({ region: here, standsAlone: true });
  const report = recoveryReport(end.recovery, { ...beside, stuck: "they exit at once" });
  expect(report).toMatchObject({ outcome: "stuck", because: "they exit at once", rto: undefined });
});

it("A12 X05 what AWS throttled is tried again after pauses that are told, five times in a row and no more", async () => {
  const throttled = (times: number) => {
    const made = scene();
    const { replica } = made.world.to;
    let left = times;
    const promote = async () => {
      if (left-- > 0) throw new UserError("engine/failed", "Rate exceeded", "run it again");
      return replica.promote();
    };
    return { ...made, world: { ...made.world, to: { ...made.world.to, replica: { ...replica, promote } } } };
  };
  const some = throttled(5);
  const { end, told } = await carriedOut(some, "failover");
  expect(end.recovery.ended).toMatchObject({ outcome: "moved" });
  expect(some.effects.filter((effect) => effect === "promote")).toHaveLength(1);
  const pauses = ["2 s", "4 s", "8 s", "16 s", "32 s"];
  expect(told.flatMap((one) => (one.type === "note" ? [one.text] : []))).toEqual(
    pauses.map((pause) => `Rate exceeded; tried again in ${pause}`),
  );
  await expect(carriedOut(throttled(6), "failover")).rejects.toThrow("Rate exceeded");
});

it("A12 a drill starts copies beside the replica and stops them: callers, the primary region and the replica stay as they are", async () => {
  const made = scene();
  const { end } = await carriedOut(made, "drill");
  expect(end).toMatchObject({ is: "ended", recovery: { ended: { outcome: "proven" } } });
  expect(made.effects).toEqual(["start to", "stop to"]);
  expect(made.now()).toEqual(untouched);
  expect(foldRecoveries(await made.world.ledger.read()).moved).toBeUndefined();
});

it("A12 the report tells how long it took, how long nobody was answered, and what was lost: nothing behind a fence, the lag without", async () => {
  const fenced = recoveryReport((await carriedOut(scene(), "failover")).end.recovery, beside);
  expect(fenced.rpo).toBe(0);
  expect(fenced.unserved).toBeGreaterThan(0);
  expect(fenced.rto).toBeGreaterThan(fenced.unserved ?? 0);
  const lost = recoveryReport((await carriedOut(scene(), "failover", { lost: true })).end.recovery, beside);
  expect(lost.rpo).toBe(20_000);
  expect(lost.unserved).toBe(lost.rto);
});

it("X06 a second process is refused while the first is in charge, and takes over once that one is gone or its lease is over", async () => {
  const made = scene();
  const { ledger, clock } = made.world;
  const plan = planOf("failover");
  const first = { name: "bo", host: "elsewhere", pid: 9, started: "1" };
  await ledger.append(0, recoveryDraft("planned", sealRecovery(plan), { release: plan.id, at: clock.now(), holder: first }));
  const until = (clock.now() + 60_000) as ReturnType<typeof clock.now>;
  await ledger.append(1, recoveryDraft("held", { until }, { release: plan.id, at: clock.now(), holder: first }));
  await expect(carriedOut(made, "failover")).rejects.toMatchObject({ code: "release/held", fix: expect.stringContaining("where it runs") });
  made.clock.advance(60_000);
  expect((await carriedOut(made, "failover")).end.is).toBe("ended");
});

it("A12 a failback starts copies behind the promotion, as no proxy leads to a replica, and loses nothing either", async () => {
  const made = scene();
  const { end } = await carriedOut(made, "failback");
  expect(made.effects).toEqual(["stop from", "promote", "start to", `lead to ${there}`]);
  expect(recoveryReport(end.recovery, beside)).toMatchObject({ outcome: "moved", rpo: 0 });
});

it("A12 X06 a plan is refused where another recovery came in between, for it knows nothing of that", async () => {
  const made = scene();
  await carriedOut(made, "failover");
  const by = { world: made.world, holder: { name: "bo", host: "here", pid: 7, started: "1" }, seen: foldRecoveries([]) };
  await expect(beginRecovery(by, sealRecovery(planOf("failover")))).rejects.toMatchObject({ code: "release/held" });
  expect(made.effects.filter((one) => one === "promote")).toHaveLength(1);
});

it("X05 a plan that somebody changed in the ledger is refused", async () => {
  const { world } = scene();
  const { plan, hash } = sealRecovery(planOf("failover"));
  const changed = planRecovery({ ...plan, to: "sa-east-1" });
  const where = { release: plan.id, at: world.clock.now(), holder: { name: "bo", host: "here", pid: 1, started: "1" } };
  await world.ledger.append(0, recoveryDraft("planned", { plan: changed, hash }, where));
  expect(() => foldRecoveries([])).not.toThrow();
  const entries = await world.ledger.read();
  expect(() => foldRecoveries(entries)).toThrow(expect.objectContaining({ code: "ledger/corrupt" }));
});
