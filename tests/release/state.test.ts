import { describe, expect, it } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import { endOf } from "../../lib/ports/ledger.ts";
import type { Request } from "../../lib/release/facts.ts";
import { phaseOf } from "../../lib/release/phase.ts";
import { currentStep, foldLedger, hasShifted, planOf, sameHolder } from "../../lib/release/state.ts";
import { trafficOf } from "../../lib/release/traffic.ts";
import { begun, entriesOf, finished, fold, type Line, planned, releaseOf, sealed, turnedBack, upTo } from "./chronicle.ts";
import { holder } from "./scenario.ts";

const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error instanceof UserError ? error.code : error;
  }
};

const asked = (what: Request, by = "ann"): Line => ["asked", { what, by }];
const ended = (outcome: "released" | "rolled-back" | "blocked"): Line => ["ended", { outcome, because: "so", undid: ["a"], left: ["b"] }];
const stepOf = (id: string, ...lines: Line[]) => releaseOf(...lines).steps.find(({ step }) => step.id === id);

describe("a ledger folds to its environment", () => {
  it("nothing before the first entry", () => {
    expect(foldLedger([])).toEqual({ held: undefined, live: undefined, lives: {}, release: undefined, next: 0 });
  });

  it("`next` is the position after the last entry, whatever its kind", () => {
    const lines: Line[] = [
      ["seeded", { live: sealed.plan.live }],
      ["held", { until: instant(9) }],
      planned,
      begun("start"),
      begun("start", 9),
      ["topped-up", { requests: 3 }],
      ["noted", { note: "10 % sent" }],
      ["asked", { what: "pause", by: "ann" }, { release: "r-0" }],
      ended("released"),
    ];
    for (let count = 0; count <= lines.length; count += 1) expect(fold(...lines.slice(0, count)).next).toBe(count);
  });

  it("X05 from a plan on that says what was before it, it folds to the same as all of it", () => {
    const held: Line = ["held", { until: instant(500_000) }];
    const before: Line[] = [
      ["seeded", { live: sealed.plan.live }],
      ["seeded", { live: sealed.plan.candidate, where: "web/eu-west-1" }],
      held,
    ];
    const { held: by, live, lives } = fold(...before, asked("abort"));
    const entries = entriesOf(
      ...before,
      asked("abort"),
      ["planned", { ...sealed, before: { held: by, live, lives } }],
      begun("start"),
      held,
    );
    // Through JSON, as a ledger gives it.
    const read: typeof entries = JSON.parse(JSON.stringify(entries));
    const whole = foldLedger(entries);
    expect(foldLedger(endOf(read, planOf()))).toEqual(whole);
    expect(whole).toMatchObject({ live: sealed.plan.live, release: { since: 2_000, plannedAt: 4_000, giveUp: { by: "ann" } } });
  });

  it("X05 only a plan that says what was before it is where reading may begin", () => {
    const where = { release: "r-2" };
    const before = { held: undefined, live: undefined, lives: {} };
    const entries = entriesOf(["planned", { ...sealed, before }], ["planned", sealed, where], ended("released"));
    expect(endOf(entries, planOf()).map(({ position }) => position)).toEqual([0, 1, 2]);
    expect(endOf(entries, planOf("r-2"))).toHaveLength(3);
    expect(
      endOf(
        entriesOf(["planned", { ...sealed, before }, where], ...[0, 1].map((): Line => ["planned", { ...sealed, before }])),
        planOf("r-2"),
      ),
    ).toHaveLength(3);
  });

  it("`seeded` says what is live", () => {
    expect(fold(["seeded", { live: sealed.plan.live }]).live).toEqual(sealed.plan.live);
  });

  it("a request to give up that comes before the plan is known to whoever builds, and to the release once it is planned", () => {
    const held: Line = ["held", { until: instant(500_000) }];
    expect(fold(held, asked("pause"), asked("abort"), asked("rollback", "bob"), held).held?.giveUp).toEqual({ what: "abort", by: "ann" });
    expect(fold(held, asked("rollback"), planned).release?.giveUp).toEqual({ what: "rollback", by: "ann" });
    expect(fold(held, ["asked", { what: "abort", by: "ann" }, { release: "r-0" }]).held?.giveUp).toBeUndefined();
    expect(fold(held, asked("abort"), ["held", { until: instant(500_009) }, { release: "r-2" }]).held?.giveUp).toBeUndefined();
    expect(
      fold(["held", { until: instant(500_000) }, { release: "r-0" }], ["asked", { what: "abort", by: "ann" }, { release: "r-0" }], planned)
        .release?.giveUp,
    ).toBeUndefined();
  });

  it("X06 `held` says who is in charge, of what, since when and until when", () => {
    const held = fold(["held", { until: instant(500) }, { at: 100 }]).held;
    expect(held).toEqual({ release: "r-1", by: holder(), since: 100, until: 500, giveUp: undefined });
  });

  it("X06 a renewal keeps `since`; another holder or release begins anew", () => {
    const first: Line = ["held", { until: instant(500) }, { at: 100 }];
    expect(fold(first, ["held", { until: instant(900) }, { at: 400 }]).held).toMatchObject({ since: 100, until: 900 });
    expect(fold(first, ["held", { until: instant(900) }, { at: 400, holder: holder(2) }]).held).toMatchObject({
      since: 400,
      by: { pid: 2 },
    });
    expect(fold(first, ["held", { until: instant(900) }, { at: 400, release: "r-2" }]).held).toMatchObject({ since: 400, release: "r-2" });
  });

  it("X06 the lock ends with its release, planned or not, and with no other", () => {
    const held: Line = ["held", { until: instant(500) }];
    expect(fold(held, planned, ended("released")).held).toBeUndefined();
    expect(fold(held, ["ended", { outcome: "failed", because: "", undid: [], left: [] }]).held).toBeUndefined();
    expect(fold(held, ["ended", { outcome: "failed", because: "", undid: [], left: [] }, { release: "r-0" }]).held).toMatchObject({
      release: "r-1",
    });
  });

  it("`planned` begins a release with every step waiting", () => {
    const release = releaseOf(planned);
    expect(release).toMatchObject({ id: "r-1", plannedAt: 0, paused: false, approved: false, promoted: false });
    expect(release.steps.map(({ step, is, attempt, undoFailures }) => [step.id, is, attempt, undoFailures])).toEqual(
      sealed.plan.steps.map(({ id }) => [id, "waiting", 0, 0]),
    );
  });

  it("a plan that does not match its seal is refused, with its position", () => {
    const forged = { ...sealed, plan: { ...sealed.plan, gates: [] } };
    expect(codeOf(() => fold(["planned", forged]))).toBe("ledger/corrupt");
    expect(() => fold(["held", { until: instant(1) }], ["planned", forged])).toThrow("at position 1 ");
  });

  it("an entry of an unknown kind is refused, with its kind and position", () => {
    const [entry] = entriesOf(planned);
    const strange = () => foldLedger([{ ...entry, kind: "toString" } as typeof entry & object]);
    expect(codeOf(strange)).toBe("ledger/version");
    expect(strange).toThrow('entry 0 is of the unknown kind "toString"');
  });

  it("`started` makes a step run, with its attempt and time, and no other step", () => {
    const release = releaseOf(planned, ["started", {}, { step: "start", at: 77, attempt: 2 }]);
    expect(release.steps[0]).toMatchObject({ is: "running", attempt: 2, startedAt: 77 });
    expect(release.steps.slice(1).every(({ is }) => is === "waiting")).toBe(true);
  });

  it("`done` ends a step, with its time and what its gates last said", () => {
    const gates = [{ gate: "health", is: "pass", because: "2 of 2" }] as const;
    expect(stepOf("start", planned, begun("start"), ["done", { detail: "", gates }, { step: "start", at: 99 }])).toMatchObject({
      is: "done",
      endedAt: 99,
      gates,
    });
  });

  it("`undone` and `undo-failed` say how far the way back is", () => {
    const failed: Line = ["undo-failed", { because: "no" }, { step: "start" }];
    expect(stepOf("start", ...upTo("probe"), failed, failed)).toMatchObject({ is: "done", undoFailures: 2 });
    const done = stepOf("start", ...upTo("probe"));
    // How long it took stays what it was; a step that was undone half-way ended when it was undone.
    expect(stepOf("start", ...upTo("probe"), ["undone", { detail: "" }, { step: "start", at: 99 }])).toMatchObject({
      is: "undone",
      endedAt: done?.endedAt,
    });
    expect(stepOf("probe", ...upTo("probe"), ["undone", { detail: "" }, { step: "probe", at: 99 }])).toMatchObject({ endedAt: 99 });
  });

  it("`verdict` keeps since when the gates say so", () => {
    const verdict = (is: "pass" | "wait", at: number): Line => [
      "verdict",
      { is, because: "", blind: false, gates: [] },
      { step: "bake-10", at },
    ];
    expect(releaseOf(planned, verdict("wait", 10), verdict("wait", 20)).verdict).toMatchObject({ is: "wait", since: 10 });
    expect(releaseOf(planned, verdict("wait", 10), verdict("pass", 20)).verdict).toMatchObject({ is: "pass", since: 20 });
  });

  it("a meter is blind since it went blind, not since the gates began to wait, and the wait goes on through it", () => {
    const verdict = (blind: boolean, at: number): Line => [
      "verdict",
      { is: "wait", because: "", blind, gates: [] },
      { step: "bake-10", at },
    ];
    expect(releaseOf(planned, verdict(false, 10), verdict(true, 20)).verdict).toMatchObject({ since: 10, blindSince: 20 });
    expect(releaseOf(planned, verdict(true, 10), verdict(true, 20)).verdict).toMatchObject({ since: 10, blindSince: 10 });
    expect(releaseOf(planned, verdict(true, 10), verdict(false, 20)).verdict).toMatchObject({ since: 10, blindSince: undefined });
  });

  it("a shift that begins forgets the verdict over the weight before; a bake does not", () => {
    const verdict: Line = ["verdict", { is: "pass", because: "", blind: false, gates: [] }];
    expect(releaseOf(...upTo("bake-10"), verdict, finished("bake-10"), begun("shift-50")).verdict).toBeUndefined();
    expect(releaseOf(...upTo("shift-10"), verdict, finished("shift-10"), begun("bake-10")).verdict).toMatchObject({ is: "pass" });
  });

  it("`asked` does what was asked", () => {
    expect(releaseOf(planned, asked("approve"))).toMatchObject({ approved: true, paused: false, promoted: false, giveUp: undefined });
    expect(releaseOf(planned, asked("pause"))).toMatchObject({ paused: true, approved: false });
    expect(releaseOf(planned, asked("pause"), asked("resume")).paused).toBe(false);
    const waits: Line = ["verdict", { is: "wait", because: "", blind: false, gates: [] }];
    expect(releaseOf(planned, waits, asked("pause")).verdict).toMatchObject({ is: "wait" });
    expect(releaseOf(planned, waits, asked("pause"), asked("resume")).verdict).toBeUndefined();
    expect(releaseOf(planned, waits, asked("pause"), asked("promote")).verdict).toBeUndefined();
    expect(releaseOf(planned, waits, asked("promote")).verdict).toMatchObject({ is: "wait" });
    expect(releaseOf(planned, asked("pause"), asked("promote"))).toMatchObject({ paused: false, promoted: true });
    expect(releaseOf(planned, asked("abort", "bob")).giveUp).toEqual({ what: "abort", by: "bob" });
    expect(releaseOf(planned, asked("rollback"), asked("abort", "bob")).giveUp).toEqual({ what: "rollback", by: "ann" });
  });

  it("`turned-back` and `ended` are kept with their times", () => {
    const release = releaseOf(...upTo("bake-10"), turnedBack, ended("rolled-back"));
    expect(release.turnedBack).toMatchObject({ because: "it failed", outcome: "rolled-back", details: ["a log line"] });
    expect(release.ended).toMatchObject({ outcome: "rolled-back", undid: ["a"], left: ["b"] });
    expect(release.ended?.at).toBe(1_000 + (release.turnedBack?.at ?? 0));
  });

  it("only a release that ended released changes what is live", () => {
    const seeded: Line = ["seeded", { live: sealed.plan.live }];
    expect(fold(seeded, planned, ended("released")).live).toEqual(sealed.plan.candidate);
    expect(fold(seeded, planned, ended("rolled-back")).live).toEqual(sealed.plan.live);
    expect(fold(seeded, planned).live).toEqual(sealed.plan.live);
  });

  it("an entry of an older release changes nothing of the newest", () => {
    expect(releaseOf(planned, ["asked", { what: "abort", by: "ann" }, { release: "r-0" }])).toEqual(releaseOf(planned));
  });
});

describe("what is read out of a release", () => {
  it.each<[string, Line[], string | undefined]>([
    ["the first that waits", [planned], "start"],
    ["the one that runs", upTo("probe"), "probe"],
    ["none when all are done", [...upTo("retire"), finished("retire")], undefined],
  ])("the current step is %s", (_what, lines, id) => {
    expect(currentStep(releaseOf(...lines))?.step.id).toBe(id);
  });

  it("traffic may have moved from the moment a shift was begun until it was undone", () => {
    const undone: Line = ["undone", { detail: "" }, { step: "shift-10" }];
    expect(hasShifted(releaseOf(...upTo("self-test"), finished("self-test")))).toBe(false);
    expect(hasShifted(releaseOf(...upTo("shift-10")))).toBe(true);
    expect(hasShifted(releaseOf(...upTo("bake-10")))).toBe(true);
    expect(hasShifted(releaseOf(...upTo("bake-10"), undone))).toBe(false);
  });

  it("the share that holds is that of the last shift that is done", () => {
    expect(trafficOf(releaseOf(...upTo("shift-10")))).toBeUndefined();
    expect(trafficOf(releaseOf(...upTo("shift-50")))?.weight).toBe(10);
    expect(trafficOf(releaseOf(...upTo("bake-50")))?.weight).toBe(50);
  });

  it("B06 callers follow a shift since its end, or since the router's last note of it: a bad version under DNS is judged minutes earlier", () => {
    const shifted = (...notes: Line[]) => releaseOf(...upTo("shift-10"), ...notes, finished("shift-10", 400_000));
    expect(trafficOf(shifted())).toEqual({ weight: 10, since: 400_000 });
    const notes: Line[] = [
      ["noted", { note: "10 % by change C1" }, { step: "shift-10", at: 200_000 }],
      ["noted", { note: "10 % everywhere since then" }, { step: "shift-10", at: 275_000 }],
    ];
    expect(trafficOf(shifted(...notes))).toEqual({ weight: 10, since: 275_000 });
  });

  it.each<[string, Line[]]>([
    ["initial", [planned]],
    ["blue-green", upTo("start")],
    ["traffic-shift", upTo("shift-10")],
    ["rolled-back", [...upTo("bake-10"), ["undone", { detail: "" }, { step: "shift-10" }], ended("rolled-back")]],
    ["traffic-shift", [...upTo("bake-10"), ended("blocked")]],
    ["complete", [...upTo("shift-10"), ended("released")]],
  ])("the phase is %s", (phase, lines) => {
    expect(phaseOf(releaseOf(...lines))).toBe(phase);
  });

  it("without a release the phase is initial", () => {
    expect(phaseOf(undefined)).toBe("initial");
  });

  it("X06 a holder is the same only with host, pid and start time alike; a pid alone is reused", () => {
    expect(sameHolder(holder(), { ...holder(), name: "another name" })).toBe(true);
    expect(sameHolder(holder(), { ...holder(), host: "there" })).toBe(false);
    expect(sameHolder(holder(), { ...holder(), pid: 2 })).toBe(false);
    expect(sameHolder(holder(), { ...holder(), started: "2" })).toBe(false);
  });
});
