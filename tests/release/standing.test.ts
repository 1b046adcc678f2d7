import { describe, expect, it } from "vitest";
import { weight } from "../../lib/base/outcome.ts";
import { duration } from "../../lib/base/time.ts";
import { planDriven } from "../../lib/release/driven.ts";
import { type SealedPlan, seal } from "../../lib/release/plan.ts";
import { standing } from "../../lib/release/standing.ts";
import { begun, finished, type Line, releaseOf, sealed, turnedBack, upTo } from "./chronicle.ts";
import { calmly, sealedFor } from "./waves-told.ts";

const nobody = "while nobody is in charge of it";
const standsWith = (...lines: readonly Line[]) => standing(releaseOf(...lines));
const undone = (step: string): Line => ["undone", { detail: "" }, { step }];

describe("where callers are that nobody carries on", () => {
  it.each<[string, readonly Line[], string]>([
    ["before any shift", upTo("self-test"), "0 % on green"],
    ["in a bake", upTo("bake-50"), "50 % on green"],
    ["in a shift, which may have come to pass", upTo("shift-50"), "between 10 and 50 % on green"],
    ["before the first shift is taken back", [...upTo("bake-50"), turnedBack], "at most 50 % on green"],
    ["while a shift that was begun goes back", [...upTo("shift-50"), turnedBack], "at most 50 % on green"],
    ["while the first shift of all goes back", [...upTo("shift-10"), turnedBack], "at most 10 % on green"],
    ["half-way back", [...upTo("bake-50"), turnedBack, undone("shift-50")], "at most 10 % on green"],
    ["once all shifts are taken back", [...upTo("bake-10"), turnedBack, undone("shift-10")], "0 % on green"],
    ["where nothing had moved", [...upTo("probe"), turnedBack], "0 % on green"],
  ])("X05 is told %s", (_when, lines, share) => {
    expect(standsWith(...lines)).toBe(`r-1 stands with ${share}; nothing moves ${nobody}`);
  });
});

describe("where callers of several regions are", () => {
  const [first, second] = ["eu-west-1", "us-west-2"];
  const waves = (rollback: "all" | "wave") =>
    sealedFor({ ...calmly, rollback, regions: calmly.regions.map((region, at) => ({ ...region, liveSlot: at === 0 ? "blue" : "green" })) });
  const told = (plan: SealedPlan, upToStep: string): Line[] => {
    const ids = plan.plan.steps.map(({ id }) => id);
    return [["planned", plan], ...ids.slice(0, ids.indexOf(upToStep)).flatMap((id) => [begun(id), finished(id)]), begun(upToStep)];
  };

  it("X05 C23 is told of each region by its own slots, weights and shift", () => {
    const plan = waves("all");
    expect(standsWith(...told(plan, `shift-10@${first}`))).toBe(
      `r-1 stands with between 0 and 10 % on green in ${first}, 0 % on blue in ${second}; nothing moves ${nobody}`,
    );
    expect(standsWith(...told(plan, `bake-10@${first}`))).toBe(
      `r-1 stands with 10 % on green in ${first}, 0 % on blue in ${second}; nothing moves ${nobody}`,
    );
    expect(standsWith(...told(plan, `shift-10@${second}`))).toBe(
      `r-1 stands with 100 % on green in ${first}, between 0 and 10 % on blue in ${second}; nothing moves ${nobody}`,
    );
    expect(standsWith(...told(plan, `bake-10@${second}`))).toBe(
      `r-1 stands with 100 % on green in ${first}, 10 % on blue in ${second}; nothing moves ${nobody}`,
    );
  });

  it("X05 C23 of a region that stays with the new version no way back is told", () => {
    const said = (rollback: "all" | "wave") => standsWith(...told(waves(rollback), `bake-10@${second}`), turnedBack);
    const later = `at most 10 % on blue in ${second}; nothing moves ${nobody}`;
    expect(said("wave")).toBe(`r-1 stands with 100 % on green in ${first}, ${later}`);
    expect(said("all")).toBe(`r-1 stands with at most 100 % on green in ${first}, ${later}`);
  });
});

describe("where callers are that AWS moves", () => {
  const { steps: _, candidate, ...common } = sealed.plan;
  const plan = seal(
    planDriven({
      ...common,
      candidate,
      by: "CodeDeploy",
      of: { service: "web", region: "eu-west-1" },
      rollout: { weights: [10, 100], every: duration(2_000), keeps: duration(2_000), approval: true },
    }),
  );
  const noted = (share: number): Line => ["noted", { note: `${share} %`, weight: weight(share) }, { step: "deploy" }];
  const approved: readonly Line[] = [["planned", plan], begun("approval"), finished("approval")];
  const moving = [...approved, begun("deploy"), noted(10)];
  const settling = [...moving, finished("deploy"), begun("settle")];
  const goesOn = (share: number) =>
    `r-1 had ${share} % on green when CodeDeploy was last asked, which goes on by itself; no gate is read ${nobody}`;

  it.each<[string, readonly Line[], string]>([
    ["before it is told", [...approved], `r-1 stands with 0 % on green; nothing moves ${nobody}`],
    ["while it moves them", moving, goesOn(10)],
    ["while it keeps the old version, to which it may go back", settling, goesOn(100)],
    ["while it goes on forwards, because nobody has stopped it yet", [...moving, turnedBack], goesOn(10)],
    ["while it gives the callers back that all were moved", [...settling, turnedBack], goesOn(100)],
    ["while it deploys the old version again, which was ended", [...settling, finished("settle"), turnedBack], goesOn(100)],
    ["once it has given them back", [...settling, turnedBack, undone("deploy")], `r-1 stands with 0 % on green; nothing moves ${nobody}`],
    ["once the old version is ended", [...settling, finished("settle")], `r-1 stands with 100 % on green; nothing moves ${nobody}`],
  ])("X05 D02 is told %s", (_when, lines, said) => {
    expect(standsWith(...lines)).toBe(said);
  });
});
