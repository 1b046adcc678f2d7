import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceFrom, stateOf } from "../../lib/actions/project.ts";
import { remoteState } from "../../lib/pipeline/state.ts";
import { tempFolder } from "../pipeline/folders.ts";

let home: string;
const before = process.env.XDG_STATE_HOME;
beforeEach(() => {
  home = tempFolder();
  process.env.XDG_STATE_HOME = home;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
});

const released = (state: string): string => {
  mkdirSync(path.join(state, "ledger"), { recursive: true });
  return state;
};
const refusal = (source: string) => {
  try {
    return stateOf(source);
  } catch (error) {
    return error;
  }
};

test.each([
  ["https://example.com/shop.git", "https://ann:secret@example.com/shop.git"],
  ["git@example.com:you/shop.git", "git@example.com:you/shop.git"],
  ["npm:served", "npm:served@1.0.0"],
  ["npm:@you/served", "npm:@you/served@1.0.0"],
  ["npm:@you/served", "npm:@you/served"],
])("what was rehearsed as %s is found again by %s", async (name, source) => {
  const state = released(await remoteState(name));
  released(await remoteState("npm:another"));
  expect(stateOf(sourceFrom("/here", source))).toBe(state);
});

test("a folder is found by its name, whether it is the app's or the state folder itself", () => {
  const app = tempFolder();
  const state = released(path.join(app, ".sluice"));
  expect(stateOf(sourceFrom(path.dirname(app), path.basename(app)))).toBe(state);
  expect(stateOf(state)).toBe(state);
});

test("what was never rehearsed is said so, without a password, and the only other place is named; looking leaves no folder behind", async () => {
  expect(refusal("https://ann:secret@example.com/shop.git")).toMatchObject({
    code: "release/none",
    message: "nothing was ever released in https://example.com/shop.git",
    fix: expect.stringMatching(/--project SOURCE, the folder/),
  });
  expect(existsSync(path.join(home, "sluice"))).toBe(false);
  const only = released(await remoteState("npm:served"));
  expect(refusal("/nowhere")).toMatchObject({ code: "release/none", fix: expect.stringContaining(`--project ${only}`) });
  released(await remoteState("npm:another"));
  expect(refusal("/nowhere")).toMatchObject({ fix: expect.stringContaining("--project SOURCE") });
});
