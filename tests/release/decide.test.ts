import { describe, expect, it } from "vitest";
import { duration } from "../../lib/base/time.ts";
import { decide, type Observation } from "../../lib/release/decide.ts";
import type { Verdict } from "../../lib/release/gates.ts";
import { at, begun, finished, type Line, planned, releaseOf, sealed, turnedBack, upTo } from "./chronicle.ts";
import { scenario } from "./scenario.ts";

const gates = [{ gate: "g", is: "pass", because: "b" }] as const;
const verdict = (is: Verdict["is"], missing = 0): Verdict => ({ is, because: `it is ${is}`, gates, missing });
const blind = { is: "blind", because: "no numbers" } as const;
const seen = (given: Partial<Observation> = {}): Observation => ({
  now: at(100_000),
  verdict: undefined,
  delay: duration(0),
  diskFull: false,
  ...given,
});
const told = (is: "pass" | "fail" | "wait", time: number, isBlind = false): Line => [
  "verdict",
  { is, because: "", blind: isBlind, gates: [] },
  { step: "bake-10", at: time },
];
const asked = (what: "approve" | "pause" | "promote" | "abort" | "rollback"): Line => ["asked", { what, by: "ann" }];
const undone = (step: string): Line => ["undone", { detail: "" }, { step }];

/** What is decided, with the step it is about. */
const decided = (lines: readonly Line[], observation = seen()) => {
  const decision = decide(releaseOf(...lines), observation);
  return "state" in decision ? `${decision.do} ${decision.state.step.id}` : decision.do;
};

/** A bake that began at 10 s, with a verdict told when. Its span is 2 s, the limit for data 3 s. */
const baking = (...lines: readonly Line[]): Line[] => [
  ...upTo("shift-10"),
  finished("shift-10", 10_000),
  begun("bake-10", 10_000),
  ...lines,
];

describe("while a release goes forward", () => {
  it.each<[string, readonly Line[], string]>([
    ["the first step is begun", [planned], "begin start"],
    ["the next step is begun once the one before is done", [planned, begun("start"), finished("start")], "begin probe"],
    ...["start", "probe", "self-test", "shift-50", "drain", "retire"].map((id): [string, Line[], string] => [
      `${id} acts`,
      upTo(id),
      `act ${id}`,
    ]),
    ["everything done is the end", [...upTo("retire"), finished("retire")], "end"],
    ["a pause waits before the next step", [planned, asked("pause")], "wait start"],
    ["a pause waits in a step that runs", [...upTo("start"), asked("pause")], "wait start"],
  ])("%s", (_what, lines, expected) => {
    expect(decided(lines)).toBe(expected);
  });

  it("an approval waits until a person approves", () => {
    const plan = scenario({ rollout: { approval: true } }).sealed;
    const waiting: Line[] = [
      ["planned", plan],
      ...["start", "probe", "self-test"].flatMap((id) => [begun(id), finished(id)]),
      begun("approval"),
    ];
    expect(decide(releaseOf(...waiting), seen())).toMatchObject({ do: "wait", because: "waiting for approval; to go on: sluice approve" });
    expect(decide(releaseOf(...waiting, asked("approve")), seen())).toMatchObject({ do: "finish", detail: "approved" });
  });

  const warm = [...upTo("drain"), finished("drain"), begun("keep-warm", 10_000), told("pass", 10_000)];

  it("keep-warm waits for its time, or until it is promoted", () => {
    const holds = { verdict: verdict("pass") };
    expect(decided(warm, seen({ now: at(10_999), ...holds }))).toBe("wait keep-warm");
    expect(decided(warm, seen({ now: at(11_000), ...holds }))).toBe("finish keep-warm");
    expect(decided([...warm, asked("promote")], seen({ now: at(10_000), ...holds }))).toBe("finish keep-warm");
  });

  it.each<[string, Partial<Observation>]>([
    ["a gate waits", { verdict: verdict("wait") }],
    ["the meter is blind", { verdict: blind }],
    ["nothing was read", {}],
  ])("B21 the old version is kept while %s, as it is the way back: also beyond its time, and when promoted", (_what, observation) => {
    const waits = [...warm, told("wait", 10_500, observation.verdict === blind), asked("promote")];
    expect(decided(waits, seen({ now: at(13_000), ...observation }))).toBe("wait keep-warm");
  });

  it("is pure: the same twice, and nothing that it was given has changed", () => {
    const release = releaseOf(...baking(told("pass", 10_500)));
    const observation = seen({ verdict: verdict("pass") });
    const before = structuredClone([release, observation]);
    expect(decide(release, observation)).toEqual(decide(release, observation));
    expect([release, observation]).toEqual(before);
  });
});

describe("B06 a bake", () => {
  it.each<[string, readonly Line[], Partial<Observation>, string]>([
    [
      "is begun before a verdict is written down for it",
      [...upTo("shift-10"), finished("shift-10")],
      { verdict: verdict("wait") },
      "begin bake-10",
    ],
    ["has a first verdict written down", baking(), { verdict: verdict("wait") }, "record-verdict bake-10"],
    ["has a verdict that changed written down", baking(told("wait", 10_500)), { verdict: verdict("pass") }, "record-verdict bake-10"],
    ["has it written down that the meter went blind", baking(told("wait", 10_500)), { verdict: blind }, "record-verdict bake-10"],
    [
      "has it written down that the meter sees again",
      baking(told("wait", 10_500, true)),
      { now: at(10_900), verdict: verdict("wait") },
      "record-verdict bake-10",
    ],
    ["goes on while its time is not over", baking(told("pass", 10_500)), { now: at(11_999), verdict: verdict("pass") }, "wait bake-10"],
    ["is done after its time with a pass", baking(told("pass", 10_500)), { now: at(12_000), verdict: verdict("pass") }, "finish bake-10"],
    [
      "is not done after its time while it waits",
      baking(told("wait", 10_500)),
      { now: at(12_000), verdict: verdict("wait") },
      "wait bake-10",
    ],
    ["is not done after its time without a reading", baking(told("pass", 10_500)), { now: at(12_000) }, "wait bake-10"],
    ["is not done after its time while blind", baking(told("wait", 10_500, true)), { now: at(12_000), verdict: blind }, "wait bake-10"],
    [
      "is done before its time when promoted, with a pass",
      baking(told("pass", 10_500), asked("promote")),
      { now: at(10_600), verdict: verdict("pass") },
      "finish bake-10",
    ],
    [
      "is not done when promoted while it waits",
      baking(told("wait", 10_500), asked("promote")),
      { now: at(10_600), verdict: verdict("wait") },
      "wait bake-10",
    ],
    ["is not topped up in its first half", baking(told("wait", 10_500)), { now: at(10_999), verdict: verdict("wait", 50) }, "wait bake-10"],
    [
      "is topped up from its half on with what will be missing",
      baking(told("wait", 10_500)),
      { now: at(11_000), verdict: verdict("wait", 30) },
      "top-up bake-10",
    ],
    [
      "is not topped up where nothing is missing",
      baking(told("wait", 10_500)),
      { now: at(11_000), verdict: verdict("wait", 0) },
      "wait bake-10",
    ],
  ])("%s", (_what, lines, observation, expected) => {
    expect(decided(lines, seen(observation))).toBe(expected);
  });

  it("has it written down that the meter went blind while it is paused, and turns back after the limit", () => {
    const paused = baking(told("pass", 10_500), asked("pause"));
    expect(decided(paused, seen({ verdict: blind }))).toBe("record-verdict bake-10");
    const since = [...paused, told("wait", 20_000, true)];
    expect(decided(since, seen({ now: at(23_000), verdict: blind }))).toBe("wait bake-10");
    expect(decided(since, seen({ now: at(23_001), verdict: blind }))).toBe("turn-back");
  });

  it("says what it waits for", () => {
    const because = (verdictNow: Observation["verdict"], ...lines: Line[]) =>
      decide(releaseOf(...baking(...lines)), seen({ now: at(10_900), verdict: verdictNow }));
    expect(because(undefined)).toMatchObject({ because: "no reading yet" });
    expect(because(blind, told("wait", 10_500, true))).toMatchObject({ because: "no numbers" });
    expect(because(verdict("wait"), told("wait", 10_500))).toMatchObject({ because: "it is wait" });
    expect(because(verdict("pass"), told("pass", 10_500))).toMatchObject({ because: "baking" });
  });

  it("hands on what its gates last said", () => {
    const decision = decide(releaseOf(...baking(told("pass", 10_500))), seen({ now: at(12_000), verdict: verdict("pass") }));
    expect(decision).toMatchObject({ detail: "it is pass", gates });
  });

  it("is topped up by what is missing, and by no more than one turn can send", () => {
    const topUp = (missing: number) =>
      decide(releaseOf(...baking(told("wait", 10_500))), seen({ now: at(11_000), verdict: verdict("wait", missing) }));
    // 20 of 50 came in the first half, so 20 more will.
    expect(topUp(30)).toMatchObject({ do: "top-up", requests: 10 });
    expect(topUp(50)).toMatchObject({ do: "top-up", requests: 25 });
  });

  it("is not topped up again before the meter can tell what the last ones did", () => {
    const late = (now: number) =>
      decided(
        baking(told("wait", 10_500), ["topped-up", { requests: 10 }, { step: "bake-10", at: 11_500 }]),
        seen({ now: at(now), verdict: verdict("wait", 50), delay: duration(3_000) }),
      );
    expect(late(14_400)).toBe("wait bake-10");
    expect(late(14_600)).toBe("top-up bake-10");
  });

  it("is not topped up where the plan says no", () => {
    const never = scenario({ reading: { topUp: false } }).sealed;
    const lines: Line[] = baking(told("wait", 10_500)).map((line): Line => (line[0] === "planned" ? ["planned", never] : line));
    expect(decided(lines, seen({ now: at(11_000), verdict: verdict("wait", 50) }))).toBe("wait bake-10");
  });
});

describe("B21 a release turns back", () => {
  it.each<[string, readonly Line[], Partial<Observation>, object]>([
    [
      "when a gate fails",
      baking(told("pass", 10_500)),
      { verdict: verdict("fail") },
      { because: "it is fail", outcome: "rolled-back", gates },
    ],
    [
      "when a gate fails though it is paused",
      baking(told("pass", 10_500), asked("pause")),
      { verdict: verdict("fail") },
      { because: "it is fail" },
    ],
    [
      "when a gate fails in any step after a shift",
      [...upTo("keep-warm"), told("pass", 1)],
      { verdict: verdict("fail") },
      { because: "it is fail" },
    ],
    ["when a person asks for a rollback", upTo("probe"), {}, {}],
    ["when a person asks to abort", [...upTo("probe"), asked("abort")], {}, { because: "ann asked to abort", outcome: "aborted" }],
    [
      "when a person asks to roll back",
      [...upTo("bake-10"), asked("rollback")],
      {},
      { because: "ann asked to roll back", outcome: "rolled-back" },
    ],
    [
      "as blocked when the disk is full before the first shift",
      upTo("probe"),
      { diskFull: true },
      { because: "the disk has no space left", outcome: "blocked" },
    ],
    ["as rolled back when the disk is full after it", upTo("shift-10"), { diskFull: true }, { outcome: "rolled-back" }],
    [
      "when data did not come within the limit after the bake",
      baking(told("wait", 10_500)),
      { now: at(15_001), verdict: verdict("wait") },
      { because: "no verdict in time: it is wait", outcome: "rolled-back" },
    ],
    [
      "when the old version has been kept warm for want of a verdict beyond the limit",
      [...upTo("drain"), finished("drain"), begun("keep-warm", 10_000), told("wait", 10_500)],
      { now: at(14_001), verdict: verdict("wait") },
      { because: "no verdict in time: it is wait", outcome: "rolled-back" },
    ],
    [
      "when the gates began to wait late, within the limit from then on",
      baking(told("wait", 14_000)),
      { now: at(17_001), verdict: verdict("wait") },
      { outcome: "rolled-back" },
    ],
    [
      "when the meter was blind beyond the limit",
      baking(told("wait", 10_500, true)),
      { now: at(13_501), verdict: blind },
      { because: "no verdict in time: no numbers", outcome: "rolled-back" },
    ],
    [
      "when the meter was blind beyond the limit, outside a bake too",
      [...upTo("drain"), told("wait", 50_000, true)],
      { now: at(53_001), verdict: blind },
      { outcome: "rolled-back" },
    ],
  ])("%s", (what, lines, observation, expected) => {
    const all = what.endsWith("asks for a rollback") ? [...lines, asked("rollback")] : lines;
    expect(decide(releaseOf(...all), seen(observation))).toMatchObject({ do: "turn-back", ...expected });
  });

  it.each<[string, readonly Line[], Partial<Observation>]>([
    ["data is missing, but the limit is not over", baking(told("wait", 10_500)), { now: at(15_000), verdict: verdict("wait") }],
    ["the gates began to wait late", baking(told("wait", 14_000)), { now: at(17_000), verdict: verdict("wait") }],
    ["the meter is blind, but the limit is not over", baking(told("wait", 10_500, true)), { now: at(13_500), verdict: blind }],
    ["the gates wait in a step that has no time of its own", [...upTo("drain"), told("wait", 1_000)], { verdict: verdict("wait") }],
    [
      "the meter went blind only late in a long wait",
      baking(told("wait", 10_500), told("wait", 20_000, true)),
      { now: at(22_000), verdict: blind },
    ],
    ["the verdict just became a pass", baking(told("wait", 10_500)), { now: at(99_000), verdict: verdict("pass") }],
    ["the meter just went blind after a long wait for data", baking(told("wait", 10_500)), { now: at(99_000), verdict: blind }],
    ["data is missing while it is paused", baking(told("wait", 10_500), asked("pause")), { now: at(99_000), verdict: verdict("wait") }],
    ["nothing was read", baking(told("wait", 10_500)), { now: at(99_000) }],
  ])("not when %s", (_what, lines, observation) => {
    expect(decide(releaseOf(...lines), seen(observation)).do).not.toBe("turn-back");
  });
});

describe("B21 on the way back", () => {
  it.each<[string, readonly Line[], string]>([
    ["nothing is undone where nothing was begun", [planned, turnedBack], "end"],
    ["a start that was only begun is undone", [...upTo("start"), turnedBack], "undo start"],
    ["what leaves nothing behind is passed over", [...upTo("self-test"), turnedBack], "undo start"],
    ["a shift that was only begun is undone", [...upTo("shift-10"), turnedBack], "undo shift-10"],
    ["the last shift is undone first", [...upTo("bake-50"), turnedBack], "undo shift-50"],
    ["then the one before", [...upTo("bake-50"), turnedBack, undone("shift-50")], "undo shift-10"],
    ["then the start", [...upTo("bake-10"), turnedBack, undone("shift-10")], "undo start"],
    ["then comes the end", [...upTo("bake-10"), turnedBack, undone("shift-10"), undone("start")], "end"],
    ["a retired fleet is brought back before its traffic", [...upTo("retire"), turnedBack], "undo retire"],
    ["what a person asks now changes nothing", [...upTo("shift-10"), turnedBack, asked("abort"), asked("pause")], "undo shift-10"],
  ])("%s", (_what, lines, expected) => {
    expect(decided(lines)).toBe(expected);
  });

  it("a step that could not be undone three times ends it, whatever else could be undone: traffic may still be there", () => {
    const failed: Line = ["undo-failed", { because: "no" }, { step: "shift-10" }];
    expect(decided([...upTo("bake-10"), turnedBack, failed, failed])).toBe("undo shift-10");
    expect(decided([...upTo("bake-10"), turnedBack, failed, failed, failed])).toBe("end");
  });

  it("neither gates nor a full disk turn it round", () => {
    expect(decided([...upTo("bake-10"), turnedBack], seen({ diskFull: true, verdict: verdict("pass") }))).toBe("undo shift-10");
  });
});

it("the plan that these tests fold has bakes of 2 s and a limit of 3 s", () => {
  expect(sealed.plan.reading.dataLimit).toBe(3_000);
  expect(sealed.plan.steps.find(({ id }) => id === "bake-10")).toMatchObject({ span: 2_000 });
});
