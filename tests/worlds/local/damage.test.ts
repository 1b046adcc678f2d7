import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { findBackground, forgetDead } from "../../../lib/worlds/local/background.ts";
import { emptyBook } from "../../../lib/worlds/local/load/book.ts";
import { withLock } from "../../../lib/worlds/local/lock.ts";
import { freshState, planeFiles } from "../../../lib/worlds/local/plane/state.ts";
import { restartPlane } from "../../../lib/worlds/local/plane-process.ts";
import { localTraffic } from "../../../lib/worlds/local/traffic.ts";
import { tempFolder } from "../../pipeline/folders.ts";

const millisecond = duration(1);
const settings = {
  port: 0,
  health: { path: "/", every: millisecond, timeout: millisecond, startWithin: millisecond },
  env: {},
  grace: millisecond,
  lease: millisecond,
};
const state = freshState(settings);
const wanted = { artifact: { digest: "d", version: "v", file: "f" }, count: 1 };

test.each([
  ["torn", JSON.stringify(state).slice(0, 40)],
  ["null", "null"],
  ["without settings", JSON.stringify({ ...state, settings: undefined })],
  ["with a port that is none", JSON.stringify({ ...state, ports: { ...state.ports, blue: "x" } })],
  ["with an artifact that cannot be started", JSON.stringify({ ...state, slots: { blue: wanted } })],
  ["with a process that has no pid", JSON.stringify({ ...state, processes: [{ guard: { started: "1" } }] })],
])("X05 a plane's state that is %s is named together with what to do", async (_how, text) => {
  const folder = tempFolder();
  const { root, state: file } = planeFiles(folder);
  mkdirSync(root);
  writeFileSync(file, text);
  await expect(restartPlane(folder)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringContaining(file),
    fix: expect.stringContaining(`mv ${file}`),
  });
});

test.each(['{"torn', "null", '{"at":1,"requests":1}'])(
  "a damaged count of what callers saw is never taken for a smaller one: %s",
  async (line) => {
    const folder = tempFolder();
    const file = path.join(folder, "outcomes.jsonl");
    writeFileSync(file, `${JSON.stringify({ at: 1, ...emptyBook() })}\n${line}\n`);
    const traffic = localTraffic({ folder, target: () => "http://127.0.0.1:1", lease: duration(1_000) });
    const refused = { name: "UserError", message: expect.stringContaining(`${file}, line 2,`), fix: expect.stringContaining(`mv ${file}`) };
    await expect(traffic.count()).rejects.toMatchObject(refused);
    await expect(traffic.send(1, [])).rejects.toMatchObject(refused);
  },
);

test.each(["", "null", '{"process":{"pid":1}}'])("X05 a damaged note of a background process names nobody and is put away: %j", (text) => {
  const file = path.join(tempFolder(), "process.json");
  writeFileSync(file, text);
  expect(findBackground(file)).toBeUndefined();
  expect(() => forgetDead(file)).not.toThrow();
});

test.each(["", "null", "[]"])("X06 a damaged claim is held by nobody: %j", async (text) => {
  const file = path.join(tempFolder(), "lock");
  writeFileSync(file, text);
  expect(await withLock(file, async () => "done", { limit: duration(2_000) })).toBe("done");
});
