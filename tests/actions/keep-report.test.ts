import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepReport } from "../../lib/actions/keep-report.ts";
import { reportOf } from "../../lib/release/report.ts";
import { beginAndRun, scenario } from "../release/scenario.ts";

test("B21: the report of a release is kept for its owner alone, for programs and for people", async () => {
  const state = mkdtempSync(path.join(tmpdir(), "test-report-"));
  onTestFinished(() => rmSync(state, { recursive: true }));
  const { world } = await beginAndRun(scenario());
  const report = reportOf(await world.ledger.read(), { callers: { requests: 7, failed: 0, failures: {} }, slots: {} });
  const file = await keepReport(state, report);
  expect(path.relative(state, file)).toBe(path.join("releases", "r-1", "report.json"));
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ release: "r-1", outcome: "released", callers: { requests: 7 } });
  expect(readFileSync(path.join(path.dirname(file), "report.md"), "utf8")).toContain("# r-1: released");
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
});
