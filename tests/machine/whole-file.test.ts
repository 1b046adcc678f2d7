import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { writeWhole } from "../../lib/machine/whole-file.ts";
import { tempFolder } from "../pipeline/folders.ts";

test("X05 a file is written whole, for its owner alone", async () => {
  const folder = tempFolder();
  const file = path.join(folder, "a.json");
  await writeWhole(file, "one");
  await writeWhole(file, "two");
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777, readdirSync(folder)]).toEqual(["two", 0o600, ["a.json"]]);
});

test("what cannot be written leaves nothing beside it", async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, "a.json"));
  await expect(writeWhole(path.join(folder, "a.json"), "one")).rejects.toMatchObject({ code: "EISDIR" });
  expect(readdirSync(folder)).toEqual(["a.json"]);
});
