import { expect, test } from "vitest";
import { commandFor, fromHere, projectOf, shellWord } from "../../lib/cli/next-command.ts";
import { blank, storyAfter } from "../../lib/cli/story.ts";
import { rolledBack, told } from "./told.ts";

test.each([
  ["shop", "shop"],
  ["npm:a@1.0.0", "npm:a@1.0.0"],
  ["my shop", "'my shop'"],
  ["it's", "'it'\\''s'"],
  ["$(rm)", "'$(rm)'"],
  ["", "''"],
])("%s reaches the shell as one word", (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test("a next command names the project only where that is needed", () => {
  expect(commandFor("approve", "/p", "/p")).toBe("sluice approve");
  expect(commandFor("approve", "/p q", "/")).toBe("sluice approve --project '/p q'");
  expect(fromHere("sluice status --watch", "/p", "/p")).toBe("sluice status --watch");
  expect(fromHere("sluice status --watch", "/p", "/")).toBe("sluice status --watch --project /p");
  expect(fromHere("sluice rehearse", "/p", "/")).toBe("sluice rehearse /p");
});

test("the project is where the report lies, also for an app that has no folder here", () => {
  const at = (report: string) => projectOf(storyAfter(blank, { ...rolledBack, report }), "https://example.com/shop.git", "/here");
  expect(at("/p/.sluice/releases/r-1/report.json")).toBe("/p");
  expect(at("/state/sluice/shop-123/releases/r-1/report.json")).toBe("/state/sluice/shop-123");
});

test("while it runs, the project is where the logs lie, and before there are any, the source", () => {
  const [started] = told([{ type: "stage-started", role: "live", stage: "build", log: "/p/.sluice/releases/r-1/build.log" }]);
  expect(projectOf(started ? storyAfter(blank, started) : blank, "elsewhere", "/here")).toBe("/p");
  expect(projectOf(blank, "shop", "/here")).toBe("/here/shop");
  expect(projectOf(blank, undefined, "/here")).toBe("/here");
});
