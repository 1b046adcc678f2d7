import { expect, test } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import { bugLines, userErrorLines } from "../../lib/cli/failure.ts";
import { lastWords } from "../../lib/cli/last-words.ts";
import { noPaint } from "../../lib/cli/paint.ts";

test("A17: a user's mistake is printed with its code, its lines and the fix, never with a stack", () => {
  const error = new UserError("start/missing", "nothing says how to start the app", "use --start", ["package.json has no start script"]);
  expect(userErrorLines(error, noPaint)).toEqual([
    "error: nothing says how to start the app (start/missing)",
    "  package.json has no start script",
    "fix: use --start",
  ]);
});

test("a fault of our own says so, and has the command, the versions, the stack and what caused it", () => {
  const lines = bugLines(
    new TypeError("x is not a function", { cause: new Error("the cause") }),
    ["rehearse", "https://me:secret@example.com/a.git"],
    "1.2.3",
    noPaint,
  );
  expect(lines.slice(0, 4)).toEqual([
    "This is a fault of Sluice, not yours. Please report it to its maintainers with these lines:",
    "  command: sluice rehearse https://example.com/a.git",
    `  sluice 1.2.3, node ${process.version}, ${process.platform} ${process.arch}`,
    "  TypeError: x is not a function",
  ]);
  expect(lines.some((line) => line.includes("failure.test.ts"))).toBe(true);
  expect(lines).toContain("  Error: the cause");
});

test.each([
  ["a mistake in usage", new UserError("usage/invalid", "no", "fix it"), "blocked", 2],
  ["something in the way", new UserError("port/taken", "no", "fix it"), "blocked", 12],
  ["what was left in the middle", new UserError("release/stopped", "no", "fix it"), "interrupted", 15],
  ["a failed stage", new UserError("pipeline/failed", "no", "fix it"), "failed", 4],
  ["a fault of our own", new TypeError("no"), "failed", 1],
])("C21: %s ends the JSON lines with an error and an outcome that has its exit code", (_what, error, outcome, exit) => {
  const [first, last, ...more] = lastWords(error, instant(1_000), instant(1_250));
  expect(more).toEqual([]);
  expect(first).toMatchObject({ type: "error", message: "no", code: error instanceof UserError ? error.code : "sluice/bug" });
  expect(last).toMatchObject({ type: "outcome", outcome, exit, because: "no", ms: 250, requests: { total: 0, failed: 0 } });
});
