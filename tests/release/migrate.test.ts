import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import { newController, run } from "../../lib/release/controller.ts";
import { stepTitle, undoTitle } from "../../lib/release/plan.ts";
import { planWaves } from "../../lib/release/waves.ts";
import { Killed, mortal } from "./mortal.ts";
import { begin, beginAndRun, holder, scenario, unhurried } from "./scenario.ts";

const migrate = { command: "node migrate.js", within: duration(5_000) };
const ran = "run node migrate.js of vb";
const ends = (exit: number, takes = 1_000) => ({ ends: () => ({ exit, takes: duration(takes) }) });

describe("X04 a release migrates the data", () => {
  it("X04: once, with the candidate and before a copy of it starts, and is said to have no way back", async () => {
    const from = scenario({ migrate });
    const { world, release } = await beginAndRun(from);
    expect(release.ended?.outcome).toBe("released");
    expect(world.effects.slice(1, 3)).toEqual([ran, "start vb in green"]);
    const [first] = from.sealed.plan.steps;
    if (!first) throw new Error("a plan has steps");
    expect([stepTitle(from.sealed.plan, first), undoTitle(from.sealed.plan, first)]).toEqual([
      "migrate the data once with vb: node migrate.js",
      "",
    ]);
  });

  it.each(["wave", "all"] as const)("X04, C23: of several regions in the first alone, and once (rollback: %s)", (rollback) => {
    const { live, candidate, ...rest } = scenario().sealed.plan;
    const wave = (region: string) => ({ region, live, candidate, bake: duration(2_000), alarms: [] });
    const rollout = {
      weights: [100],
      bake: duration(0),
      finalBake: duration(0),
      keepWarm: duration(0),
      approval: false,
      startWithin: duration(0),
    };
    const { steps } = planWaves({ ...rest, service: "web", rollback, rollout, migrate, waves: [wave("eu-west-1"), wave("us-west-2")] });
    expect(steps.filter(({ kind }) => kind === "migrate").map(({ id, wave: of }) => [id, of])).toEqual([
      ["migrate@eu-west-1", "eu-west-1"],
    ]);
    expect(steps[0]?.kind).toBe("migrate");
  });

  it("X04: without one the release is as ever", async () => {
    const { world, release } = await beginAndRun(scenario());
    expect(release.ended?.outcome).toBe("released");
    expect(world.effects.filter((effect) => effect.startsWith("run"))).toEqual([]);
  });

  it.each([
    ["ends badly", ends(1)],
    ["takes too long", ends(0, 60_000)],
  ])(
    "X04: one that %s turns the release back before anything of the candidate runs, and says that what it did stays",
    async (_how, script) => {
      const { world, release } = await beginAndRun(scenario({ migrate, script }));
      expect(release.ended).toMatchObject({
        outcome: "rolled-back",
        left: ["what the migration did to the data stays, and the live version uses it"],
      });
      expect(world.effects.slice(1)).toEqual([ran]);
      expect(await world.router.weight()).toBe(0);
    },
  );

  it("X04: a release that fails later says the same, and does not run it backwards", async () => {
    const { world, release } = await beginAndRun(scenario({ migrate, candidate: { failureRate: () => 1 } }));
    expect(release.ended?.left).toContain("what the migration did to the data stays, and the live version uses it");
    expect(world.effects.filter((effect) => effect === ran)).toHaveLength(1);
  });

  it.each(["before", "after"] as const)("X04, X05: a host that is killed %s any call of it does not run it twice", async (side) => {
    // The migration is over after a few; what comes then is killed by other tests.
    for (let call = 1; call <= 40; call++) {
      const from = scenario({ migrate });
      await begin(from);
      const { world: lent } = mortal(from.world, { call, side });
      await expect(
        run(
          newController(lent, holder(1), () => {}),
          unhurried,
        ),
      ).rejects.toThrow(Killed);
      from.world.gone.add(1);
      const { ended } = await run(
        newController(from.world, holder(2), () => {}),
        unhurried,
      );
      expect(ended?.outcome, `call ${call}`).toBe("released");
      expect(
        from.world.effects.filter((effect) => effect === ran),
        `call ${call}`,
      ).toHaveLength(1);
    }
  });
});
