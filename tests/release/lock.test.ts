import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { duration, instant } from "../../lib/base/time.ts";
import { leaseFor, letGo, newController, record, refuseHeld, renew, run, take, turn } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { goLive, holder, type Scenario, scenario, unhurried } from "./scenario.ts";
import { entryBy, kindsOf, refusal, stage, turnsUntil } from "./turns.ts";

const second = ({ world }: Scenario) => newController(world, holder(2), () => {});

describe("X06 the lock", () => {
  it("refuses a second controller, saying who is in charge of what and since when", async () => {
    const from = await stage();
    const since = new Date((foldLedger(await from.world.ledger.read()).held?.since ?? 0) as number).toISOString();
    const refused = await turn(second(from)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({
      code: "release/held",
      message: `test (process 1 on here) is in charge of r-1 since ${since}`,
      fix: expect.stringContaining("sluice abort"),
    });
  });

  it("passes to another one when its lease has ended, who then is the only one", async () => {
    const from = await stage();
    from.world.clock.advance(leaseFor - 1);
    expect(await refusal(turn(second(from)))).toBe("release/held");
    from.world.clock.advance(1);
    await turn(second(from));
    expect(foldLedger(await from.world.ledger.read()).held?.by.pid).toBe(2);
    expect(await refusal(turn(from.controller))).toBe("release/held");
  });

  it("X05 passes to another one at once when its holder is gone, who goes on where it stopped", async () => {
    const from = await stage();
    await turnsUntil(from.controller, async () => (await kindsOf(from.world)).includes("done shift-10"));
    from.world.gone.add(1);
    expect((await run(second(from), unhurried)).ended?.outcome).toBe("released");
    expect(from.world.weights).toEqual([10, 50, 100]);
    expect((await kindsOf(from.world)).filter((kind) => kind === "started shift-10")).toHaveLength(1);
  });

  it("X05 can be let go of, for whoever is to go on at once, but only by who holds it", async () => {
    const from = await stage();
    const lock = { ledger: from.world.ledger, clock: from.world.clock };
    await letGo({ ...lock, holder: holder(2) }, "r-1");
    expect(await refusal(turn(second(from)))).toBe("release/held");
    await letGo({ ...lock, holder: holder() }, "r-1");
    await turn(second(from));
    expect(foldLedger(await from.world.ledger.read()).held?.by.pid).toBe(2);
    await letGo({ ...lock, holder: holder() }, "r-1");
    expect(foldLedger(await from.world.ledger.read()).held?.until).toBeGreaterThan(from.world.clock.now());
  });

  it("X05 X06 whoever sleeps within a turn does nothing more of it: another one took over and put all callers back", async () => {
    const from = await stage();
    const { world } = from;
    await turnsUntil(from.controller, async () => (await kindsOf(world)).includes("started shift-10"));
    const weight = async () => {
      world.clock.advance(leaseFor);
      const give = { what: "rollback", by: "ann" } as const;
      await record(world.ledger, "asked", give, { release: "r-1", at: world.clock.now(), holder: holder(9) });
      const { ended } = await run(second(from), unhurried);
      expect(ended?.outcome).toBe("rolled-back");
      return world.router.weight();
    };
    const sleeper = newController({ ...world, router: { ...world.router, weight } }, holder(), () => {});
    expect(await turn(sleeper)).toMatchObject({ is: "again" });
    expect(await turn(sleeper)).toMatchObject({ is: "ended" });
    expect(world.weights).toEqual([]);
    expect(world.fleet.running("green")).toBeUndefined();
  });

  it("X05 whoever sleeps within a turn and is missed by nobody goes on with the next one", async () => {
    const from = await stage();
    const { world } = from;
    await turnsUntil(from.controller, async () => (await kindsOf(world)).includes("started shift-10"));
    let nights = 1;
    const weight = async () => {
      if (nights-- > 0) world.clock.advance(leaseFor);
      return world.router.weight();
    };
    const { ended } = await run(
      newController({ ...world, router: { ...world.router, weight } }, holder(), () => {}),
      unhurried,
    );
    expect(ended?.outcome).toBe("released");
  });

  it("X06 is renewed with three quarters of its lease left, not before: the longest turn takes two thirds", async () => {
    const from = await stage({ rollout: { approval: true } });
    const held = async () => (await kindsOf(from.world)).filter((kind) => kind === "held").length;
    await turnsUntil(from.controller, async () => (await kindsOf(from.world)).includes("started approval"));
    expect(await held()).toBe(1);
    const { until = instant(0) } = foldLedger(await from.world.ledger.read()).held ?? {};
    from.world.clock.advance(until - from.world.clock.now() - (3 * leaseFor) / 4 - 1);
    await turn(from.controller);
    expect(await held()).toBe(1);
    from.world.clock.advance(1);
    await turn(from.controller);
    expect(await held()).toBe(2);
    expect(foldLedger(await from.world.ledger.read()).held?.until).toBe(from.world.clock.now() + leaseFor);
  });

  it("X05 B06 is taken anew by who slept, however long its lease still holds, as nothing of that time counts", async () => {
    const from = await stage();
    const { world } = from;
    const controller = newController(world, holder(), () => {}, duration(10 * leaseFor));
    const told = async () => (await world.ledger.read()).flatMap(({ kind, body }) => (kind === "held" ? [body] : [])).at(-1);
    const lastUntil = () => instant(world.clock.now() + controller.lease);
    await record(world.ledger, "held", { until: lastUntil() }, entryBy(from));
    controller.due = world.clock.now();
    world.clock.advance(30_000);
    await turn(controller);
    expect(await told()).not.toHaveProperty("anew");
    controller.due = world.clock.now();
    world.clock.advance(30_001);
    await turn(controller);
    expect(await told()).toEqual({ until: lastUntil(), anew: true });
  });

  it("of a release that has another name is taken anew", async () => {
    const from = await stage();
    await record(from.world.ledger, "held", { until: instant(from.world.clock.now() + leaseFor) }, { ...entryBy(from), release: "r-0" });
    await turn(from.controller);
    expect(foldLedger(await from.world.ledger.read()).held?.release).toBe("r-1");
  });

  it("can be taken by its own holder again, and by nobody else while it holds", async () => {
    const from = await stage();
    const { held } = foldLedger(await from.world.ledger.read());
    const now = from.world.clock.now();
    expect(await refusal(refuseHeld(from.world.ledger, held, holder(2), now))).toBe("release/held");
    expect(await refusal(refuseHeld(from.world.ledger, held, holder(1), now))).toBe("not refused");
    expect(await refusal(refuseHeld(from.world.ledger, undefined, holder(2), now))).toBe("not refused");
  });

  it("goes to exactly one of two who take it at once", async () => {
    const from = scenario();
    const { ledger, clock } = from.world;
    const both = [1, 2].map((pid) => refusal(take({ ledger, clock, holder: holder(pid), lease: leaseFor }, () => "r-1")));
    expect((await Promise.all(both)).sort()).toEqual(["not refused", "release/held"]);
    expect((await ledger.read()).map(({ kind }) => kind)).toEqual(["held"]);
  });

  it("tells its taker what the environment was before", async () => {
    const from = scenario();
    await goLive(from);
    const { ledger, clock } = from.world;
    const before = await take({ ledger, clock, holder: holder(), lease: duration(5) }, ({ live }) => `r-for-${live?.artifact.version}`);
    expect(before.held).toBeUndefined();
    expect(foldLedger(await ledger.read()).held).toMatchObject({ release: "r-for-va", until: clock.now() + 5 });
  });

  it("is renewed while it is held, and not once its release has ended, so that nobody takes that for left unfinished", async () => {
    const from = await stage();
    const { world, controller } = from;
    const lock = { ledger: world.ledger, clock: world.clock, holder: controller.holder, lease: leaseFor };
    world.clock.advance(1_000);
    await renew(lock, "r-1");
    expect(foldLedger(await world.ledger.read()).held?.until).toBe(world.clock.now() + leaseFor);
    await run(controller, unhurried);
    const length = (await world.ledger.read()).length;
    await renew(lock, "r-1");
    expect((await world.ledger.read()).length).toBe(length);
    expect(foldLedger(await world.ledger.read()).held).toBeUndefined();
  });
});
