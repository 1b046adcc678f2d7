import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { duration, showDuration } from "../../lib/base/time.ts";
import type { World } from "../../lib/ports/world.ts";
import { phaseOf } from "../../lib/release/phase.ts";
import { comparedShare, planIn, stepTitle, undoTitle } from "../../lib/release/plan.ts";
import { reportOf } from "../../lib/release/report.ts";
import { reportText } from "../../lib/release/report-text.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { worldIn } from "../../lib/release/waves.ts";
import type { Death } from "./mortal.ts";
import { calmly, checkWaves, illFrom, playWaves, sealedFor, type Told, type Waves, waveStories } from "./waves-told.ts";

const [first, second] = calmly.regions;
if (!first || !second) throw new Error("there are two regions");

const failing = (rollback: Waves["rollback"], fromWeight = 10): Waves => ({
  ...calmly,
  rollback,
  regions: [first, { ...second, candidate: illFrom(fromWeight) }],
});

const endOf = ({ entries }: Told) => foldLedger(entries).release?.ended;

describe("the plan of a release in waves", () => {
  it("C23 goes region by region, each with a bake of its own, and asks a person once", () => {
    const { plan } = sealedFor({ ...calmly, approval: true });
    expect(plan.steps.map(({ id, wave }) => [id, wave])).toEqual(
      ["eu-west-1", "us-west-2"].flatMap((region) =>
        ["start", "probe", "self-test", ...(region === "eu-west-1" ? ["approval"] : []), "shift-10", "bake-10", "shift-100", "bake-100"]
          .concat("bake-final", "drain", "keep-warm", "retire")
          .map((id) => [`${id}@${region}`, region]),
      ),
    );
    const bakes = plan.steps.flatMap((step) => (step.kind === "bake" && step.id.startsWith("bake-10@") ? [showDuration(step.span)] : []));
    expect(bakes).toEqual(["1 s", "1.5 s"]);
  });

  it("C23 with `rollback: all` no old version stops before the last region has passed, and one wait is for all", () => {
    const { plan } = sealedFor({ ...calmly, rollback: "all" });
    const ids = plan.steps.map(({ id }) => id);
    expect(ids.slice(ids.indexOf("bake-final@us-west-2"))).toEqual([
      "bake-final@us-west-2",
      "drain@us-west-2",
      "keep-warm@us-west-2",
      "retire@eu-west-1",
      "retire@us-west-2",
    ]);
    expect(ids.filter((id) => id.startsWith("keep-warm"))).toHaveLength(1);
    const waits = plan.steps.find(({ kind }) => kind === "keep-warm");
    expect(waits && stepTitle(plan, waits)).toBe("keep the old version warm in every region for 500 ms");
  });

  it("B21 tells of each step and its way back where it is, and in which slot", () => {
    const { plan } = sealedFor({ ...calmly, regions: [first, { ...second, liveSlot: "green" }] });
    const lines = plan.steps
      .filter(({ id }) => /^(start|shift-10)@/.test(id))
      .map((step) => `${stepTitle(plan, step)} | ${undoTitle(plan, step)}`);
    expect(lines).toEqual([
      "eu-west-1: start vb in green (2 instances) | eu-west-1: stop green",
      "eu-west-1: shift to 10 % on green | eu-west-1: all traffic back to blue",
      "us-west-2: start vb in blue (2 instances) | us-west-2: stop blue",
      "us-west-2: shift to 10 % on blue | us-west-2: all traffic back to green",
    ]);
    const probed = plan.steps.find(({ kind }) => kind === "probe");
    expect(probed && undoTitle(plan, probed)).toBe("");
  });

  it("B21 one region is told as before: there is nothing to tell it from", () => {
    const { plan } = sealedFor({ ...calmly, regions: [first] });
    expect(plan.steps.map(({ id }) => id)).toContain("shift-10");
    expect(plan.steps[0] && stepTitle(plan, plan.steps[0])).toBe("start vb in green (2 instances)");
  });

  it("B21 the chance that a comparison turns back a good release is for all regions together", () => {
    const { plan } = sealedFor(calmly);
    const shares = ["eu-west-1", "us-west-2"].flatMap((region) => [0, 10, 100].map((at) => comparedShare(planIn(plan, region), at)));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });

  it("a wave that is not in the plan, or a world without regions, is our mistake and is said", async () => {
    const { plan } = sealedFor(calmly);
    expect(() => planIn(plan, "sa-east-1")).toThrow("no wave sa-east-1");
    const { world } = await playWaves(calmly);
    expect(() => worldIn({ ...world.region("eu-west-1") }, "eu-west-1")).toThrow("no regions");
  });
});

describe("a release in waves", () => {
  it("C23 releases the second region after the first has passed, and the report tells of both", async () => {
    const told = await playWaves(calmly);
    expect(await checkWaves(told)).toBe("released");
    const slots = { blue: { requests: 20, failed: 1 }, green: { requests: 80, failed: 0 } };
    const measured = {
      callers: { requests: 200, failed: 2, failures: {} },
      slots: {},
      regions: { "eu-west-1": slots, "us-west-2": slots },
    };
    const report = reportOf(told.entries, measured);
    expect(report.waves).toEqual([
      { region: "eu-west-1", from: "va", candidate: "green", is: "released", slots },
      { region: "us-west-2", from: "va", candidate: "green", is: "released", slots },
    ]);
    const text = reportText(report);
    expect(text).toContain("| us-west-2 | va → vb | green | released |");
    expect(text).toContain("| us-west-2 blue | va | 20 | 1 |");
    expect(text).toContain("| us-west-2 green | vb | 80 | 0 |");
  });

  it("C23 a region that fails is turned back alone; the one before it stays, the ones after it never begin", async () => {
    const told = await playWaves({ ...failing("wave"), regions: [first, { ...second, candidate: illFrom(10) }, second] });
    expect(await checkWaves(told)).toBe("rolled-back");
    expect(endOf(told)?.left).toContain("eu-west-1 stays with vb in green");
    expect(told.world.regions["eu-west-1"]?.weights).toEqual([10, 100]);
    expect(told.world.regions["us-west-2"]?.weights).toEqual([10, 0]);
    expect(told.world.regions["ap-south-1"]?.weights).toEqual([]);
    const { release } = foldLedger(told.entries);
    expect(phaseOf(release)).toBe("rolled-back");
    const report = reportOf(told.entries, { callers: { requests: 0, failed: 0, failures: {} }, slots: {} });
    expect(report.waves.map(({ is }) => is)).toEqual(["released", "turned back", "not begun"]);
  });

  it("C23 with `rollback: all` a region that fails takes those before it back with it: traffic everywhere first, then the candidates", async () => {
    const told = await playWaves(failing("all"));
    expect(await checkWaves(told)).toBe("rolled-back");
    const undone = told.entries.filter(({ kind }) => kind === "undone").map(({ step }) => step);
    expect(undone).toEqual(["shift-10@us-west-2", "shift-100@eu-west-1", "shift-10@eu-west-1", "start@us-west-2", "start@eu-west-1"]);
    expect(endOf(told)?.left.join()).not.toContain("stays with");
    const report = reportOf(told.entries, { callers: { requests: 0, failed: 0, failures: {} }, slots: {} });
    const at = (step: string) => told.entries.find((entry) => entry.kind === "undone" && entry.step === step)?.at ?? 0;
    const turned = told.entries.find(({ kind }) => kind === "turned-back")?.at ?? 0;
    expect(report.recoveredInMs).toBe(at("shift-100@eu-west-1") - turned);
  });

  it("B21 a later region whose gates cannot be read is no blocked release: traffic has moved before", async () => {
    const blind = (region: string) =>
      playWaves(calmly, (there, name) =>
        name === region ? { ...there, meter: { ...there.meter, read: () => Promise.reject(new Error("blind")) } } : there,
      );
    const later = await blind("us-west-2");
    expect(await checkWaves(later)).toBe("rolled-back");
    expect(later.world.regions["us-west-2"]?.weights).toEqual([]);
    expect(await checkWaves(await blind("eu-west-1"))).toBe("blocked");
  });

  it("B21 a region whose weight cannot be put back keeps no other from going back, and it is said where traffic still is", async () => {
    const stuck = { is: "failed", because: "the listener is gone" } as const;
    const told = await playWaves(failing("all"), (there, name) => {
      const shift: World["router"]["shift"] = async (share, noted) => (share === 0 ? stuck : there.router.shift(share, noted));
      return name === "us-west-2" ? { ...there, router: { ...there.router, shift } } : there;
    });
    expect(endOf(told)?.outcome).toBe("blocked");
    expect(endOf(told)?.left.filter((line) => line.includes("still"))).toEqual(["us-west-2: traffic is still on green at 10 %"]);
    expect(told.world.regions["eu-west-1"]?.weights).toEqual([10, 100, 0]);
    expect(await told.world.region("eu-west-1").fleet.status("green")).toMatchObject({ wanted: 0 });
    expect(await told.world.region("us-west-2").fleet.status("green")).toMatchObject({ wanted: 2 });
    expect(phaseOf(foldLedger(told.entries).release)).toBe("traffic-shift");
  });

  it("B21 X05 a region whose weight AWS refuses to put back for a while keeps no other waiting, and goes back when it lets it", async () => {
    const order: string[] = [];
    let refusals = 5;
    const told = await playWaves(failing("all"), (there, name) => {
      const shift: World["router"]["shift"] = async (share, noted) => {
        if (share === 0 && name === "us-west-2" && refusals-- > 0)
          throw new UserError("engine/failed", "could not shift: Rate exceeded", "run it again");
        if (share === 0) order.push(name);
        return there.router.shift(share, noted);
      };
      return { ...there, router: { ...there.router, shift } };
    });
    expect(await checkWaves(told)).toBe("rolled-back");
    expect(order[0]).toBe("eu-west-1");
    expect(order).toContain("us-west-2");
    expect(["eu-west-1", "us-west-2"].map((name) => told.world.regions[name]?.weights.at(-1))).toEqual([0, 0]);
  });

  it("B21 a region begins with nothing that was said of the one before: no verdict of its gates, and no note of its router", async () => {
    const noted: (string | undefined)[] = [];
    const told = await playWaves(calmly, (there, name) => {
      const shift: World["router"]["shift"] = async (share, before) => {
        if (name === "us-west-2") noted.push(before);
        if (before !== `${name} ${share}`) return { is: "pending", lookAgainIn: duration(100), because: "", note: `${name} ${share}` };
        return there.router.shift(share, before);
      };
      return { ...there, router: { ...there.router, shift } };
    });
    expect(await checkWaves(told)).toBe("released");
    expect(noted).toEqual([undefined, "us-west-2 10", "us-west-2 10", "us-west-2 100"]);
    const began = told.entries.findIndex(({ kind, step }) => kind === "started" && step === "start@us-west-2");
    const [before, after] = [began, began + 1].map((end) => foldLedger(told.entries.slice(0, end)).release);
    expect([before?.verdict?.is, after?.verdict]).toEqual(["pass", undefined]);
  });

  it.each(["all", "wave"] as const)(
    "B21 C23 a region that fails only once a later one is under way stops that one, with rollback: %s",
    async (rollback) => {
      const illness = { failureRate: 0.5, latency: 0, restarts: 0, fromWeight: 0, fromAge: 6_000 };
      const told = await playWaves({ ...calmly, rollback, regions: [{ ...first, candidate: { ...first.candidate, illness } }, second] });
      expect(await checkWaves(told)).toBe("rolled-back");
      const { because, left = [] } = endOf(told) ?? {};
      expect(because).toMatch(/^eu-west-1: error rate/);
      expect(left.some((line) => line.startsWith("eu-west-1 stays with"))).toBe(rollback === "wave");
      expect(told.world.regions["us-west-2"]?.weights.at(-1) ?? 0).toBe(0);
    },
  );

  it("B21 who promotes a region does not promote the next one: it has its own bakes", async () => {
    const told = await playWaves({ ...calmly, asks: [{ after: 3_000, what: "promote" }] });
    expect(await checkWaves(told)).toBe("released");
    const [asked] = told.entries.filter(({ kind }) => kind === "asked");
    const { promoted } = foldLedger(told.entries.slice(0, (asked?.position ?? 0) + 1)).release ?? {};
    expect([promoted, foldLedger(told.entries).release?.promoted]).toEqual([true, false]);
  });

  it("X05 C23 killed before and after each call of a port, a release of two regions ends as it would have", async () => {
    for (const rollback of ["all", "wave"] as const) {
      for (let call = 1; call <= 240; call += 3) {
        const side: Death["side"] = call % 2 === 0 ? "before" : "after";
        const kills = [{ call, side, seen: true, nextAfter: 100 }];
        expect(await checkWaves(await playWaves({ ...calmly, kills }))).toBe("released");
        expect(await checkWaves(await playWaves({ ...failing(rollback), kills }))).toBe("rolled-back");
      }
    }
  });

  it("X05 X06 C23 keeps every invariant and ends, whatever happens in up to three regions", async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(waveStories, async (story) => {
      const told = await playWaves(story);
      const outcome = await checkWaves(told);
      seen.add(`${outcome} ${endOf(told)?.left.some((line) => line.includes("stays with")) ? "in part" : ""}`.trim());
    });
    await fc.assert(property, { seed: 20_261_128, numRuns: 120 });
    expect([...seen].sort()).toEqual(expect.arrayContaining(["aborted", "released", "rolled-back", "rolled-back in part"]));
  });
});
