import { describe, expect, it } from "vitest";
import { refuseOwned, whileNobodyReleases } from "../../lib/actions/deploy-lock.ts";
import { instant } from "../../lib/base/time.ts";
import type { Change } from "../../lib/ports/engine.ts";
import { leaseFor, newController, record, run } from "../../lib/release/controller.ts";
import { foldLedger, isDeploy } from "../../lib/release/state.ts";
import { planOf, resource, stackOf } from "../engines/cdk/plans.ts";
import { holder, type Scenario, unhurried } from "../release/scenario.ts";
import { kindsOf, refusal, stage, turnsUntil } from "../release/turns.ts";

const deployer = ({ world }: Scenario, pid = 7) => ({
  ledger: world.ledger,
  clock: world.clock,
  holder: holder(pid),
  note: () => {},
  environment: "production",
});
const held = async ({ world }: Scenario) => foldLedger(await world.ledger.read()).held;

/** A release that has half of the traffic on the candidate, and whose controller is gone. */
async function halfWay(): Promise<Scenario> {
  const from = await stage();
  await turnsUntil(from.controller, async () => (await kindsOf(from.world)).includes("done shift-50"));
  from.world.gone.add(1);
  return from;
}

const rule = resource(
  "Split",
  "AWS::ElasticLoadBalancingV2::ListenerRule",
  { Priority: 1, Actions: [], Conditions: [] },
  { releaseOwns: ["Actions"] },
);
const alarm = resource("Alarm", "AWS::SNS::Topic", { TopicName: "alarms" });
const plan = planOf(stackOf("web", [rule, alarm]));
const changing = (id: string, will: Change["will"] = "update", of = "AWS::ElasticLoadBalancingV2::ListenerRule") =>
  [{ stack: "shop-test-web", changes: [{ id, of, will, properties: [] }], outputs: [] }] as const;

describe("a deploy and the releases of its environment", () => {
  it("X06 is refused while somebody releases, who is named, and does no work", async () => {
    const from = await stage();
    let worked = false;
    const work = async () => {
      worked = true;
    };
    await expect(whileNobodyReleases(deployer(from), work)).rejects.toMatchObject({
      code: "release/held",
      fix: "wait for it, watch it with: sluice status production, or stop it with: sluice abort production",
    });
    expect(worked).toBe(false);
  });

  it("X06 keeps releases out while it works, for as long as that takes, and lets go after", async () => {
    const from = await halfWay();
    const second = newController(from.world, holder(2), () => {});
    await whileNobodyReleases(deployer(from), async () => {
      expect(isDeploy((await held(from))?.release ?? "")).toBe(true);
      // Longer than its lease: it renews.
      for (let minute = 0; minute < 32; minute += 1) {
        await from.world.clock.wait(leaseFor);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await refusal(run(second, unhurried))).toBe("release/held");
      // Nobody is sent to a command that a deploy does not listen to.
      await expect(run(second, unhurried)).rejects.toMatchObject({ fix: expect.not.stringContaining("sluice abort") });
    });
    expect(await held(from)).toBeUndefined();
    expect((await run(second, unhurried)).ended?.outcome).toBe("released");
  });

  it("X04 at 50 % leaves 50 %, and the release goes on from there", async () => {
    const from = await halfWay();
    await whileNobodyReleases(deployer(from), async (before) => {
      expect(before.release?.id).toBe("r-1");
      refuseOwned(plan, changing("Alarm"), before, true);
    });
    expect(await from.world.router.weight()).toBe(50);
    expect(
      (
        await run(
          newController(from.world, holder(2), () => {}),
          unhurried,
        )
      ).ended?.outcome,
    ).toBe("released");
    expect(from.world.weights).toEqual([10, 50, 100]);
  });

  it("X04 at 50 % a deploy that would send what the release moves is refused, with the resource and how to end the release", async () => {
    const from = await halfWay();
    const refused = await whileNobodyReleases(deployer(from), async (before) => refuseOwned(plan, changing("Split"), before, false)).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      code: "release/unfinished",
      details: ["shop-test-web/Split"],
      fix: expect.stringContaining("sluice rollback test"),
    });
    expect(await held(from)).toBeUndefined();
  });

  it("X04 what a release moved is not put back by a deploy after it, where the engine sends resources whole", async () => {
    const from = await stage();
    const untouched = foldLedger([]);
    expect(() => refuseOwned(plan, changing("Split"), untouched, true)).not.toThrow();
    await run(from.controller, unhurried);
    const after = foldLedger(await from.world.ledger.read());
    expect(() => refuseOwned(plan, changing("Split"), after, true)).toThrow("CloudFormation would put back what r-1 moved");
    expect(() => refuseOwned(plan, changing("Alarm"), after, true)).not.toThrow();
    expect(() => refuseOwned(plan, changing("Split"), after, false)).not.toThrow();
  });

  it("X04 D01 after a release a service is added, but what the release moved is not made under another name", async () => {
    const from = await stage();
    await run(from.controller, unhurried);
    const after = foldLedger(await from.world.ledger.read());
    const added = changing("Split", "create");
    expect(() => refuseOwned(plan, added, after, true)).not.toThrow();
    for (const will of ["destroy", "release"] as const) {
      expect(() => refuseOwned(plan, [...added, ...changing("Before", will)], after, true)).toThrow("CloudFormation would put back");
      expect(() => refuseOwned(plan, [...added, ...changing("Before", will, "AWS::SNS::Topic")], after, true)).not.toThrow();
    }
  });

  it.each(["replace", "may-replace"] as const)(
    "X04 what a release moved is not made anew after it, by whatever engine: %s",
    async (will) => {
      const from = await stage();
      await run(from.controller, unhurried);
      const after = foldLedger(await from.world.ledger.read());
      expect(() => refuseOwned(plan, changing("Split", will), after, false)).toThrow("what r-1 moved would be made anew");
      expect(() => refuseOwned(plan, changing("Alarm", will), after, false)).not.toThrow();
    },
  );

  it("X06 a deploy that was killed keeps releases out for its lease, as AWS goes on with what it began, and no longer", async () => {
    const from = await halfWay();
    // Killed: what comes after its work is never reached, and it writes nothing more.
    const { ledger } = from.world;
    const append: typeof ledger.append = (...entry) => (from.world.gone.has(7) ? new Promise(() => {}) : ledger.append(...entry));
    void whileNobodyReleases({ ...deployer(from), ledger: { ...ledger, append } }, () => new Promise(() => {}));
    await new Promise((resolve) => setImmediate(resolve));
    from.world.gone.add(7);
    const second = newController(from.world, holder(2), () => {});
    expect(await refusal(run(second, unhurried))).toBe("release/held");
    const { until = from.world.clock.now() } = (await held(from)) ?? {};
    from.world.clock.advance(until - from.world.clock.now());
    expect((await run(second, unhurried)).ended?.outcome).toBe("released");
  });

  it("X06 a deploy that lost its lock, since it slept, says so", async () => {
    const from = await halfWay();
    const notes: string[] = [];
    await whileNobodyReleases({ ...deployer(from), note: (text) => notes.push(text) }, async () => {
      const { until = from.world.clock.now() } = (await held(from)) ?? {};
      const where = { release: "r-1", at: until, holder: holder(2) };
      await record(from.world.ledger, "held", { until: instant(until + 1) }, where);
      await from.world.clock.wait(leaseFor);
      for (let minute = 0; minute < 5; minute += 1) {
        await from.world.clock.wait(leaseFor);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(notes).toContainEqual(expect.stringContaining("was lost"));
  });
});
