import { describe, expect, it } from "vitest";
import { reportOf } from "../../lib/release/report.ts";
import { reportText } from "../../lib/release/report-text.ts";
import { entriesOf, upTo } from "./chronicle.ts";
import { beginAndRun, type Choices, scenario } from "./scenario.ts";

const slots = { blue: { requests: 900, failed: 1, p50: 10, p95: 14, p99: 15 }, green: { requests: 300, failed: 0 } };
const callers = { requests: 1_200, failed: 3, failures: { "500": 2, ECONNRESET: 1 } };

async function reported(choices: Choices = {}) {
  const { world } = await beginAndRun(scenario(choices));
  const report = reportOf(await world.ledger.read(), { callers, slots });
  return { report, text: reportText(report) };
}

const failing: Choices = { candidate: { failureRate: (weight) => (weight >= 50 ? 0.5 : 0) } };

describe("the report of a release", () => {
  it("says how it ended, between which versions, and under which seal", async () => {
    const { report } = await reported();
    expect(report).toMatchObject({
      v: 1,
      release: "r-1",
      environment: "rehearsal",
      outcome: "released",
      exit: 0,
      because: "every gate held",
      from: "va",
      to: "vb",
      digests: { from: "a".repeat(64), to: "b".repeat(64) },
      candidate: "green",
      seal: scenario().sealed.hash,
      callers,
      undid: [],
      left: [],
    });
    expect(report).not.toHaveProperty("recoveredInMs");
    expect(report.slots).toEqual({ blue: { ...slots.blue, version: "va" }, green: { ...slots.green, version: "vb" } });
  });

  it("has every step with its time, and what the gates of a bake last said", async () => {
    const { report } = await reported();
    expect(report.steps.map(({ id, is }) => `${id} ${is}`)).toEqual(scenario().sealed.plan.steps.map(({ id }) => `${id} done`));
    const bake = report.steps.find(({ id }) => id === "bake-10");
    expect(bake).toMatchObject({ title: "bake at 10 % for 2 s", undo: "" });
    expect(bake?.gates.map(({ is }) => is)).toEqual(["pass", "pass", "pass", "pass"]);
    expect(bake?.ms).toBeGreaterThanOrEqual(2_000);
    expect(report.steps.reduce((sum, { ms }) => sum + (ms ?? 0), 0)).toBeLessThanOrEqual(report.ms);
  });

  it("tells what happened in order, in milliseconds since the plan", async () => {
    const { report } = await reported();
    const texts = report.timeline.map(({ text }) => text);
    expect(texts[0]).toBe(`plan sealed as ${report.seal.slice(0, 12)}`);
    expect(texts.slice(1, 3)).toEqual(["began: start vb in green (2 instances)", "done: start vb in green (2 instances), in 500 ms"]);
    expect(texts.at(-1)).toBe("ended: released");
    const times = report.timeline.map(({ after }) => after);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBe(report.ms);
  });

  it("B21 says of a rollback why, what it undid and left, and how long all traffic took to come back", async () => {
    const { report } = await reported(failing);
    expect(report).toMatchObject({ outcome: "rolled-back", exit: 10, undid: ["all traffic back to blue", "stop green"], recoveredInMs: 0 });
    expect(report.left).toEqual(["what was written through the candidate stays, both versions share the data"]);
    expect(report.because).toMatch(/^error rate ≤ 2 %: \d+ of \d+ requests failed/);
    expect(report.timeline.map(({ text }) => text).filter((text) => /^(turned|undid)/.test(text))).toEqual([
      `turned back: ${report.because}`,
      "undid: all traffic back to blue",
      "undid: all traffic back to blue",
      "undid: stop green",
    ]);
  });

  it("has the log lines of a version that did not come up", async () => {
    const { report, text } = await reported({ candidate: { status: () => 404 } });
    expect(report.details).toEqual(["GET /health: 404"]);
    expect(report.steps.find(({ id }) => id === "shift-10")).not.toHaveProperty("ms");
    expect(text).toContain("- because: the candidate fails 1 of 1 probes\n  GET /health: 404\n");
    expect(text).toContain("| shift to 10 % on green | not begun |  |");
  });

  it("is our mistake to ask for before the release has ended", () => {
    expect(() => reportOf(entriesOf(...upTo("start")), { callers, slots })).toThrow("a report needs a release that has ended");
    expect(() => reportOf([], { callers, slots })).toThrow("a report needs a release that has ended");
  });
});

describe("the report as a page", () => {
  it("has a head, the steps, both slots' requests, the gates and the timeline", async () => {
    const { text, report } = await reported();
    expect(text.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# r-1: released",
      "## Steps",
      "## Requests by slot, as the router saw them",
      "## Gates",
      "## Timeline",
    ]);
    expect(text).toContain("- callers sent 1200 requests, 3 failed (0.25 %): 500: 2, ECONNRESET: 1");
    expect(text).toContain("| start vb in green (2 instances) | done | 500 ms |");
    expect(text).toContain("| blue | va | 900 | 1 | 10 ms | 14 ms | 15 ms |");
    expect(text).toContain("| green | vb | 300 | 0 |  |  |  |");
    expect(text).toContain("| bake-10 | all instances healthy | pass | 2 of 2 instances healthy |");
    expect(text).toContain(`- plan ${report.seal}`);
    expect(text).not.toContain("all traffic was back");
    expect(text.endsWith("s ended: released\n")).toBe(true);
  });

  it("B21 of a rollback says what was undone, what was left, and which gate failed", async () => {
    const { text } = await reported(failing);
    expect(text).toContain("## What was undone\n\n- undid: all traffic back to blue\n- undid: stop green\n- left: what was written");
    expect(text).toContain("- all traffic was back after 0 ms");
    expect(text).toMatch(/\| turned back \| error rate ≤ 2 % \| fail \| \d+ of \d+ requests failed/);
  });

  it("leaves out what there is nothing of", () => {
    const entries = entriesOf(...upTo("start").slice(0, 1), ["ended", { outcome: "aborted", because: "so", undid: [], left: [] }]);
    const text = reportText(reportOf(entries, { callers: { requests: 0, failed: 0, failures: {} }, slots: {} }));
    expect(text).toContain("- callers sent 0 requests, 0 failed (0 %)\n");
    for (const part of ["## Requests", "## Gates", "## What was undone"]) expect(text).not.toContain(part);
  });
});
