import { expect, test } from "vitest";
import { allFaultTexts, parseFault } from "../../../lib/actions/faults/parse.ts";

test.each([
  ["build-fails", { name: "build-fails", when: "always", expected: "failed" }],
  ["green-errors", { argument: "0.3", when: "after", expected: "rolled-back" }],
  ["green-errors:20%@before", { argument: "20%", when: "before", expected: "rolled-back" }],
  ["green-slow:250", { argument: "250", when: "after" }],
  ["instance-dies", { when: "after", expected: "released" }],
  ["blind-gate", { when: "before", expected: "blocked" }],
  ["blind-gate@after", { when: "after", expected: "rolled-back" }],
  ["disk-full@after", { when: "after", expected: "rolled-back" }],
  ["controller-dies", { argument: "", when: "after", expected: "released" }],
  ["controller-dies:probe", { argument: "probe", when: "before", expected: "released" }],
  ["plane-dies@before", { argument: "", when: "before" }],
  ["no-traffic", { argument: "top-up", expected: "released" }],
  ["no-traffic:no-top-up", { argument: "no-top-up", expected: "rolled-back" }],
])("X03: --fault %s strikes when it says and has one expected outcome", (text, means) => {
  expect(parseFault(text)).toMatchObject({ text, ...means });
});

test.each([
  ["green-errros", /the faults are build-fails, .*green-errors/],
  ["green-errors:lots", /say green-errors:0\.3/],
  ["build-fails:now", /build-fails takes nothing after the colon/],
  ["green-leaks@before", /green-leaks strikes after the first shift, e\.g\. green-leaks@after/],
  ["green-errors@noon", /green-errors strikes after or before the first shift/],
  ["toString", /the faults are/],
  ["", /the faults are/],
])("A17: --fault %s is refused with what would work", (text, fix) => {
  expect(() => parseFault(text)).toThrow(
    expect.objectContaining({ code: "usage/invalid", message: `--fault ${text} is not a fault`, fix: expect.stringMatching(fix) }),
  );
});

test("X03: --all-faults has a row for every fault at every time it can strike, each one a fault that can be asked for", () => {
  const texts = allFaultTexts();
  expect(texts).toHaveLength(new Set(texts).size);
  expect(texts).toEqual(expect.arrayContaining(["build-fails", "blind-gate@before", "blind-gate@after", "no-traffic:no-top-up@after"]));
  for (const text of texts) expect(parseFault(text).text).toBe(text);
});
