import { expect, test } from "vitest";
import { commandFor, fromHere, projectOf, typed } from "../../lib/cli/next-command.ts";
import { blank, storyAfter } from "../../lib/cli/story.ts";
import { told } from "./told.ts";

test("a next command names the project only where that is needed", () => {
  expect(commandFor("approve", "/p", "/p")).toBe("sluice approve");
  expect(commandFor("approve", "/p q", "/")).toBe("sluice approve --project '/p q'");
  expect(fromHere("sluice status --watch", "/p", "/p")).toBe("sluice status --watch");
  expect(fromHere("sluice status --watch", "/p", "/")).toBe("sluice status --watch --project /p");
  expect(fromHere("sluice rehearse", "/p", "/")).toBe("sluice rehearse /p");
});

test("the project is what the rehearsal told of, also for an app that has no folder here", () => {
  const at = (folder: string) => told([{ type: "state", folder }]).reduce(storyAfter, blank);
  expect(projectOf(at("/p/.sluice"), "elsewhere", "/here")).toBe("/p");
  expect(projectOf(at("/state/sluice/shop-123"), "https://me:secret@example.com/shop.git", "/here")).toBe("/state/sluice/shop-123");
});

test("before it has told of one, the project is the source, without its password", () => {
  expect(projectOf(blank, "shop", "/here")).toBe("/here/shop");
  expect(projectOf(blank, undefined, "/here")).toBe("/here");
  expect(projectOf(blank, "https://me:secret@example.com/shop.git", "/here")).toBe("https://example.com/shop.git");
});

test.each([
  ["https://me:secret@example.com/shop.git", "https://example.com/shop.git"],
  ["--project=https://me:secret@example.com/shop.git", "--project=https://example.com/shop.git"],
  ["my shop", "'my shop'"],
  ["--start=node a.js\n", "'--start=node a.js\n'"],
])("a command is shown as it was typed, without passwords: %j", (argument, word) => {
  expect(typed(["rehearse", argument, "--keep"])).toBe(`sluice rehearse ${word} --keep`);
});
