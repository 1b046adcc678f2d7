import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openOutcomes, readOutcomes } from "../../../../lib/worlds/local/load/outcomes.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  file = path.join(folder, "outcomes.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const well = { answerer: "blue" as const, latency: 10 };
const ill = { answerer: "green" as const, latency: 20, failure: "502" };

test("X05 what was written is counted on by the next process, without the line that a kill tore", () => {
  const first = openOutcomes(file);
  for (let times = 0; times < 3; times++) first.recorder()(well);
  first.flush();
  first.recorder()(ill);
  first.flush();
  first.close();
  appendFileSync(file, `{"at":1,"requests":9,"failures":{"${"x".repeat(5_000)}`);
  expect(readOutcomes(file)).toMatchObject({ requests: 4, failed: 1, failures: { "502": 1 } });

  const second = openOutcomes(file);
  second.recorder()(ill);
  expect(second.total()).toMatchObject({ requests: 5, failed: 2 });
  second.flush();
  second.close();
  expect(readOutcomes(file)).toEqual(second.total());
  expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(3);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a span without requests has no line", () => {
  const outcomes = openOutcomes(file);
  outcomes.flush();
  outcomes.close();
  expect(readFileSync(file, "utf8")).toBe("");
});

test("after a reset, requests that were begun before it do not count", () => {
  const outcomes = openOutcomes(file);
  const before = outcomes.recorder();
  before(well);
  outcomes.flush();
  outcomes.reset();
  before(ill);
  expect(outcomes.total().requests).toBe(0);
  outcomes.recorder()(well);
  outcomes.flush();
  outcomes.close();
  expect(readOutcomes(file)).toMatchObject({ requests: 1, failed: 0 });
});

test("no file is no outcomes", () => {
  expect(readOutcomes(file).requests).toBe(0);
});
