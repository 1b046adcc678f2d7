import { expect, it } from "vitest";
import { judge, type Ran, type Told } from "./judge.ts";

const passed: Told = { fullName: "B04 one", status: "passed", failureMessages: [] };
const failed = (fullName: string, message: string): Told => ({ fullName, status: "failed", failureMessages: [message] });
const wrong = failed("B04 two", "AssertionError: expected 80 to be 443");
const late = failed("B04 three", "Error: Test timed out in 30000ms.");
const skipped: Told = { fullName: "B04 four", status: "skipped", failureMessages: [] };

const ran = (status: number | null, tests: readonly Told[], message = ""): Ran => ({
  status,
  report: { testResults: [{ message, assertionResults: tests }] },
});

it.each<[string, Ran, unknown]>([
  ["a test that failed caught it, and is named", ran(1, [passed, wrong]), { outcome: "caught", by: "B04 two" }],
  ["one that failed counts, and not one that ran out of time before", ran(1, [late, wrong]), { outcome: "caught", by: "B04 two" }],
  ["a plan that is refused was noticed", ran(1, [], "the plan is not sound: A"), { outcome: "caught", by: "the plan is not sound: A" }],
  ["tests that all passed missed it", ran(0, [passed, skipped]), { outcome: "missed" }],
  ["a test that only ran out of time says nothing", ran(1, [passed, late]), { outcome: "broken", by: "out of time: B04 three" }],
  ["code that does not load says nothing", ran(1, [passed], "Unexpected token"), { outcome: "broken", by: "Unexpected token" }],
  [
    "tests that passed say nothing where the run did not end well, such as with a worker that was lost",
    ran(1, [passed]),
    { outcome: "broken", by: "no test failed, yet vitest ended with 1" },
  ],
  ["no test says nothing", ran(0, [skipped]), { outcome: "broken", by: "no test ran" }],
  ["no report says nothing", { status: null }, { outcome: "broken", by: "vitest reported nothing and ended with null" }],
])("%s", (_what, given, verdict) => {
  expect(judge(given)).toEqual(verdict);
});
