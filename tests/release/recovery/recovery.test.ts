import fc from "fast-check";
import { expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { duration, instant } from "../../../lib/base/time.ts";
import { NoMoreInCharge } from "../../../lib/release/in-charge.ts";
import { recoveringUntil } from "../../../lib/release/recovery/hands.ts";
import { planRecovery, type RecoveryStep, sealRecovery } from "../../../lib/release/recovery/plan.ts";
import { recoveryReport, recoveryReportText } from "../../../lib/release/recovery/report.ts";
import { beginRecovery, carryOutRecovery, leavePrimary, letRecoveryGo } from "../../../lib/release/recovery/run.ts";
import { canTurnBack, foldRecoveries, type Recovery, recoveryDraft, servedFrom } from "../../../lib/release/recovery/state.ts";
import { carriedOut, copies, here, planOf, scene, source, there } from "./scene.ts";

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

it("A12 copies are kept until callers have come, or come back, and may be taken by scaling then", async () => {
  for (const kind of ["failover", "failback"] as const) {
    const made = scene();
    const asked: boolean[] = [];
    const { entry } = made.world;
    const ask = async () => {
      asked.push(made.free.to);
      return entry.ask();
    };
    await carriedOut({ ...made, world: { ...made.world, entry: { ...entry, ask } } }, kind);
    expect({ asked: asked.every((free) => !free), ...made.free }).toEqual({ asked: true, from: true, to: true });
  }
  const back = scene({ neverCaughtUp: true });
  expect((await carriedOut(back, "failover")).end.recovery.ended?.outcome).toBe("put-back");
  expect(back.free.from).toBe(true);
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

it("A12 a failover that is put back tells how long nobody was answered, too", async () => {
  const made = scene({ neverCaughtUp: true });
  const report = recoveryReport((await carriedOut(made, "failover")).end.recovery, beside);
  expect(report).toMatchObject({ outcome: "put-back", rto: undefined, rpo: undefined });
  expect(report.unserved).toBeGreaterThan(20 * 60_000);
  expect(recoveryReportText(report)).toContain("nobody was answered for 20 min");
  const unfenced = recoveryReport((await carriedOut(scene({ failsToStart: true }), "failover")).end.recovery, beside);
  expect(unfenced).toMatchObject({ outcome: "put-back", unserved: undefined });
});

it("A12 a region that was called lost and wrote on has no RPO of 0: it wrote until the promotion, which may be long after the plan", async () => {
  const made = scene();
  const planned = sealRecovery(planOf("failover", true));
  const holder = { name: "ana", host: "here", pid: 7, started: "1" };
  await beginRecovery({ world: made.world, holder, seen: foldRecoveries([]) }, planned);
  made.clock.advance(3_600_000);
  const { end } = await carriedOut(made, "failover", { lost: true });
  expect(recoveryReport(end.recovery, beside)).toMatchObject({ outcome: "moved", rpo: 20_000 });
});

it("A12 what lag cannot be read stops no promotion of a lost region's replica: it is told, and RPO is not known", async () => {
  const made = scene();
  const caughtUpTo = async () => {
    throw new UserError("engine/forbidden", "cloudwatch:GetMetricData is refused", "give the permission");
  };
  const { to } = made.world;
  const world = { ...made.world, to: { ...to, replica: { ...to.replica, caughtUpTo } } };
  const { end, told } = await carriedOut({ ...made, world }, "failover", { lost: true });
  const report = recoveryReport(end.recovery, beside);
  expect(report).toMatchObject({ outcome: "moved", rpo: undefined });
  expect(recoveryReportText(report)).toContain("RPO not known");
  expect(told).toContainEqual({ type: "note", text: expect.stringContaining("cloudwatch:GetMetricData is refused") });
});

it("A12 the replica has all only from a time on that is later than the fence by any clock that a recovery is let begin with", async () => {
  for (const [after, isDone] of [
    [29_999, false],
    [30_000, true],
  ] as const) {
    const made = scene();
    const { to } = made.world;
    let fencedAt = Number.POSITIVE_INFINITY;
    const append: typeof made.world.ledger.append = (expected, draft) => {
      if (draft.kind === "done" && draft.step === "fence") fencedAt = draft.at;
      return made.world.ledger.append(expected, draft);
    };
    const caughtUpTo = async () => (fencedAt < Number.POSITIVE_INFINITY ? instant(fencedAt + after) : undefined);
    const world = { ...made.world, ledger: { ...made.world.ledger, append }, to: { ...to, replica: { ...to.replica, caughtUpTo } } };
    const { end } = await carriedOut({ ...made, world }, "failover");
    expect(end.recovery.ended?.outcome).toBe(isDone ? "moved" : "put-back");
  }
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

it("X05 X06 whoever sleeps within a turn does nothing more of it: another one put all back and moved on, or nobody missed it", async () => {
  const someone = { holder: { name: "bo", host: "here", pid: 8, started: "1" }, tell: () => {}, stop: new AbortController().signal };
  for (const isMissed of [true, false]) {
    const made = scene({ neverCaughtUp: true });
    const { from } = made.world;
    let slept = false;
    const start: typeof from.fleet.start = async (...given) => {
      const started = await from.fleet.start(...given);
      if (slept || started.is !== "done") return started;
      slept = true;
      made.clock.advance(120_000);
      if (isMissed) expect(await carryOutRecovery({ ...someone, world: made.world })).toMatchObject({ is: "ended" });
      // By now somebody else has other copies there.
      made.free.from = false;
      return started;
    };
    const world = { ...made.world, from: { ...from, fleet: { ...from.fleet, start } } };
    expect((await carriedOut({ ...made, world }, "failover")).end.recovery.ended?.outcome).toBe("put-back");
    expect({ slept, free: made.free.from }).toEqual({ slept: true, free: !isMissed });
    expect(made.now()).toEqual(untouched);
  }
});

it("X05 X06 nothing in either region can be changed any more by who was in charge, and all can be seen", async () => {
  const { world, clock, now } = scene();
  const { from, to, entry } = recoveringUntil(world, instant(clock.now() + 1));
  const { artifact, slot, count } = copies;
  const changes = () => [
    ...[from.fleet, to.fleet].flatMap(({ start, stop, scaling }) => [
      start(slot, artifact, count + 1),
      stop(slot),
      ...(scaling ? [scaling.free(slot), scaling.hold(slot)] : []),
    ]),
    to.replica.promote(),
    to.replica.follow(source, "kept"),
    entry.lead(there),
  ];
  clock.advance(1);
  const refused = await Promise.allSettled(changes());
  expect(refused.map((one) => one.status === "rejected" && one.reason instanceof NoMoreInCharge)).toEqual(Array(11).fill(true));
  expect(now()).toEqual(untouched);
  expect(await Promise.all([entry.region(), to.replica.status(), from.fleet.status(slot)])).toMatchObject([here, {}, { wanted: count }]);
});

it("A12 a failback starts copies behind the promotion, as no proxy leads to a replica, and loses nothing either", async () => {
  const made = scene();
  const { end } = await carriedOut(made, "failback");
  expect(made.effects).toEqual(["stop from", "promote", "start to", `lead to ${there}`]);
  expect(recoveryReport(end.recovery, beside)).toMatchObject({ outcome: "moved", rpo: 0 });
});

it("A12 X05 killed before or after any entries, a replica is made anew once, under the name of its plan, and what rests is stopped before", async () => {
  const kill = fc.record({ at: fc.nat(10), written: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(kill, { maxLength: 3 }), async (kills) => {
      const made = scene({ standsAlone: true });
      const { end } = await carriedOut(made, "replicate", { kills });
      expect(end).toMatchObject({ is: "ended", recovery: { ended: { outcome: "follows" } } });
      expect(made.effects).toEqual([`${source} is followed beside kept-1`]);
      expect(made.now()).toEqual(untouched);
      const { hasReplica, moved } = foldRecoveries(await made.world.ledger.read());
      expect({ hasReplica, moved }).toEqual({ hasReplica: true, moved: undefined });
    }),
    { numRuns: 20 },
  );
});

it("A12 a replica may take hours, and whoever stops the command leaves what AWS has begun: nothing is put back, and the same command goes on", async () => {
  const made = scene({ standsAlone: true });
  const stop = new AbortController();
  const { replica } = made.world.to;
  const follow: typeof replica.follow = async (...given) => {
    if (made.effects.length > 0 && !stop.signal.aborted) {
      made.clock.advance(5 * 3_600_000);
      stop.abort();
    }
    return replica.follow(...given);
  };
  const world = { ...made.world, to: { ...made.world.to, replica: { ...replica, follow } } };
  const { end } = await carriedOut({ ...made, world }, "replicate", { stop: stop.signal });
  expect(end).toMatchObject({ is: "stuck", step: "follow", because: expect.stringContaining("goes on") });
  expect((await carriedOut(made, "replicate")).end.recovery.ended?.outcome).toBe("follows");
  expect(made.effects).toHaveLength(1);
});

it("A12 X06 a plan is refused where another recovery came in between, for it knows nothing of that", async () => {
  const made = scene();
  await carriedOut(made, "failover");
  const by = { world: made.world, holder: { name: "bo", host: "here", pid: 7, started: "1" }, seen: foldRecoveries([]) };
  const other = sealRecovery({ ...planOf("failover"), id: "failover-2" });
  await expect(beginRecovery(by, other)).rejects.toMatchObject({ code: "release/held" });
  expect(made.effects.filter((one) => one === "promote")).toHaveLength(1);
});

it("A12 X06 whoever agreed to one recovery does not carry out another that somebody began meanwhile and left", async () => {
  const made = scene();
  const bo = { name: "bo", host: "here", pid: 9, started: "1" };
  const nobody = foldRecoveries([]);
  await beginRecovery({ world: made.world, holder: bo, seen: nobody }, sealRecovery(planOf("failover")));
  made.gone.add(9);
  const by = { world: made.world, holder: { ...bo, pid: 7 }, seen: nobody };
  await expect(beginRecovery(by, sealRecovery(planOf("drill")))).rejects.toMatchObject({
    code: "release/held",
    message: expect.stringContaining("failover-1"),
  });
  expect(await made.world.ledger.read()).toHaveLength(1);
});

it("A12 X06 whoever goes on with a recovery that somebody else ends meanwhile does not plan it again", async () => {
  const made = scene();
  const by = { world: made.world, holder: { name: "bo", host: "here", pid: 7, started: "1" } };
  const sealed = sealRecovery(planOf("failover"));
  await beginRecovery({ ...by, seen: foldRecoveries([]) }, sealed);
  const seen = foldRecoveries(await made.world.ledger.read());
  await carriedOut(made, "failover");
  const before = await made.world.ledger.read();
  await beginRecovery({ ...by, seen }, sealed);
  expect(await made.world.ledger.read()).toEqual(before);
});

it("A12 what was begun and is not over is undone, too, and a person is told all that was seen of what failed", async () => {
  const made = scene();
  const stop = new AbortController();
  const { fleet } = made.world.to;
  const start: typeof fleet.start = async (...given) => {
    const result = await fleet.start(...given);
    stop.abort();
    return result;
  };
  const world = { ...made.world, to: { ...made.world.to, fleet: { ...fleet, start } } };
  await carriedOut({ ...made, world }, "failover", { stop: stop.signal });
  expect(made.effects).toEqual(["start to", "stop to"]);
  const failing = scene();
  const fails: typeof fleet.start = async () => ({ is: "failed", because: "they exit", details: ["no such host", "exit 1"] });
  const { end } = await carriedOut(
    { ...failing, world: { ...failing.world, to: { ...failing.world.to, fleet: { ...failing.world.to.fleet, start: fails } } } },
    "failover",
  );
  expect(end.recovery.ended).toMatchObject({ outcome: "put-back", because: "they exit; no such host; exit 1" });
});

it("A12 whoever wants to stop behind the promotion is not heard, and AWS is asked no more often for it", async () => {
  const made = scene();
  const stop = new AbortController();
  stop.abort();
  const planned = sealRecovery(planOf("failover", true));
  const where = { release: planned.plan.id, at: made.clock.now(), holder: { name: "ana", host: "here", pid: 0, started: "1" } };
  await made.world.ledger.append(0, recoveryDraft("planned", planned, where));
  await made.world.ledger.append(1, recoveryDraft("started", {}, { ...where, step: "promote" }));
  const { end } = await carriedOut(made, "failover", { lost: true, stop: stop.signal });
  expect(end.recovery.ended?.outcome).toBe("moved");
  const promoted = end.recovery.steps.find(({ step }) => step === "promote");
  expect((promoted?.endedAt ?? 0) - (promoted?.startedAt ?? 0)).toBe(10_000);
});

it("X06 who is in charge has the lock for half of its lease at least whenever it acts, and lets go of its own alone", async () => {
  const made = scene({ standsAlone: true });
  const left: number[] = [];
  let looks = 0;
  const follow: typeof made.world.to.replica.follow = async () => {
    const { held } = foldRecoveries(await made.world.ledger.read());
    left.push((held?.until ?? 0) - made.clock.now());
    return looks++ < 60 ? { is: "pending", lookAgainIn: duration(5_000), because: "is being made" } : { is: "done" };
  };
  const world = { ...made.world, to: { ...made.world.to, replica: { ...made.world.to.replica, follow } } };
  await carriedOut({ ...made, world }, "replicate");
  expect(Math.min(...left)).toBeGreaterThan(60_000);

  const other = scene();
  const bo = { name: "bo", host: "elsewhere", pid: 9, started: "1" };
  const { ledger } = other.world;
  const where = { release: "failover-1", at: other.clock.now(), holder: bo };
  await ledger.append(0, recoveryDraft("planned", sealRecovery(planOf("failover")), where));
  await ledger.append(1, recoveryDraft("held", { until: instant(other.clock.now() + 60_000) }, where));
  await letRecoveryGo(ledger, { ...bo, pid: 8 }, other.clock.now());
  expect(foldRecoveries(await ledger.read()).held).toMatchObject({ by: bo });
  await expect(leavePrimary({ ledger, clock: other.clock }, { ...bo, pid: 8 })).rejects.toMatchObject({ code: "release/held" });
  await letRecoveryGo(ledger, bo, other.clock.now());
  expect(foldRecoveries(await ledger.read()).held).toBeUndefined();
});

/** A failover that was told so; each entry a second after the one before. */
function told(
  ...facts: readonly (readonly [kind: "started" | "done" | "undone" | "lost" | "ended", step?: RecoveryStep | undefined, body?: object])[]
): Recovery {
  const sealed = sealRecovery(planOf("failover"));
  const of = {
    v: 1 as const,
    release: sealed.plan.id,
    attempt: 1,
    holder: { name: "ana", host: "here", pid: 1, started: "1" },
    prevHash: "",
  };
  const entries = [["planned", "", sealed] as const, ...facts.map(([kind, step = "", body = {}]) => [kind, step, body] as const)];
  const { recovery } = foldRecoveries(
    entries.map(([kind, step, body], position) => ({ ...of, kind, step, body, position, at: instant(position * 1_000) })),
  );
  if (!recovery) throw new Error("it was planned");
  return recovery;
}

it("A12 behind the promotion nothing turns back, also once its region is lost", () => {
  const stopped = told(["started", "start"], ["done", "start"], ["started", "promote"], ["lost"]);
  expect(canTurnBack(stopped)).toBe(false);
  expect(canTurnBack(told(["started", "start"], ["lost"]))).toBe(true);
});

it("A12 RPO of a region that was lost on the way is 0 behind the fence, whatever the metric says, and else counts until it was lost", () => {
  const moved = ["ended", undefined, { outcome: "moved", because: "" }] as const;
  const fenced = told(
    ["started", "fence"],
    ["done", "fence"],
    ["started", "catch-up"],
    ["done", "catch-up"],
    ["lost"],
    ["started", "promote"],
    ["done", "promote"],
    moved,
  );
  expect(recoveryReport(fenced, beside).rpo).toBe(0);
  const unfenced = told(
    ["started", "start"],
    ["done", "start"],
    ["lost"],
    ["started", "promote", { caughtUpTo: instant(1_500) }],
    ["done", "promote"],
    ["started", "verify"],
    ["done", "verify"],
    moved,
  );
  // Planned at 0 s, lost at 3 s, answered at 7 s; the replica had all up to 1.5 s.
  expect(recoveryReport(unfenced, beside)).toMatchObject({ rpo: 1_500, rto: 7_000, unserved: 4_000 });
});

it("A12 a replica that somebody promoted meanwhile is not waited for: all is put back, with the reason", async () => {
  const made = scene();
  const { replica } = made.world.to;
  const status: typeof replica.status = async () => ({ follows: undefined, isAvailable: true });
  const { end } = await carriedOut(
    { ...made, world: { ...made.world, to: { ...made.world.to, replica: { ...replica, status } } } },
    "failover",
  );
  expect(end.recovery.ended).toMatchObject({ outcome: "put-back", because: "the replica follows nobody any more" });
  expect(made.now()).toEqual(untouched);
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
