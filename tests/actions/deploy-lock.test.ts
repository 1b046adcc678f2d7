import { describe, expect, it } from "vitest";
import { isDeploy, refuseOwned, whileNobodyReleases } from "../../lib/actions/deploy-lock.ts";
import { leaseFor, newController, run } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { planOf, resource, stackOf } from "../engines/cdk/plans.ts";
import { holder, type Scenario, unhurried } from "../release/scenario.ts";
import { kindsOf, refusal, stage, turnsUntil } from "../release/turns.ts";

const deployer = ({ world }: Scenario, pid = 7) => ({ ledger: world.ledger, clock: world.clock, holder: holder(pid), note: () => {} });
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
const changing = (id: string) =>
  [{ stack: "shop-test-web", changes: [{ id, of: "", will: "update", properties: [] }], outputs: [] }] as const;

describe("a deploy and the releases of its environment", () => {
  it("X06 is refused while somebody releases, who is named, and does no work", async () => {
    const from = await stage();
    let worked = false;
    const work = async () => {
      worked = true;
    };
    expect(await refusal(whileNobodyReleases(deployer(from), work))).toBe("release/held");
    expect(worked).toBe(false);
  });

  it("X06 keeps releases out while it works, for as long as that takes, and lets go after", async () => {
    const from = await halfWay();
    const second = newController(from.world, holder(2), () => {});
    await whileNobodyReleases(deployer(from), async () => {
      expect(isDeploy((await held(from))?.release ?? "")).toBe(true);
      // Longer than its lease: it renews.
      for (let minute = 0; minute < 12; minute += 1) {
        await from.world.clock.wait(leaseFor);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await refusal(run(second, unhurried))).toBe("release/held");
    });
    expect(await held(from)).toBeUndefined();
    expect((await run(second, unhurried)).ended?.outcome).toBe("released");
  });

  it("X04 at 50 % leaves 50 %, and the release goes on from there", async () => {
    const from = await halfWay();
    await whileNobodyReleases(deployer(from), async (unfinished) => {
      expect(unfinished?.id).toBe("r-1");
      refuseOwned(plan, changing("Alarm"), unfinished);
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
    const refused = await whileNobodyReleases(deployer(from), async (unfinished) => refuseOwned(plan, changing("Split"), unfinished)).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({
      code: "release/unfinished",
      details: ["shop-test-web/Split"],
      fix: expect.stringContaining("sluice rollback test"),
    });
    expect(await held(from)).toBeUndefined();
    expect(() => refuseOwned(plan, changing("Split"), undefined)).not.toThrow();
  });

  it("X06 a deploy that was killed keeps releases out for its lease and no longer", async () => {
    const from = await halfWay();
    // Killed: what comes after its work is never reached.
    void whileNobodyReleases(deployer(from), () => new Promise(() => {}));
    await new Promise((resolve) => setImmediate(resolve));
    from.world.gone.add(7);
    expect(
      (
        await run(
          newController(from.world, holder(2), () => {}),
          unhurried,
        )
      ).ended?.outcome,
    ).toBe("released");
  });
});
