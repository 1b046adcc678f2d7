import { chmodSync, cpSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { extract, list } from "tar";
import { describe, expect, test } from "vitest";
import { pack, prune } from "../../lib/pipeline/artifact.ts";
import { hashFile } from "../../lib/pipeline/content.ts";
import { tempFolder, type Written, write } from "./folders.ts";

const digestOf = async (files: Readonly<Record<string, Written>>): Promise<string> => (await pack(tempFolder(files), tempFolder())).digest;

/** Trees of a few files, with names that have misled packers before. */
const name = fc.constantFrom("a", "b.js", "@scope", "with space", "ünïcode", "-dash", ".hidden", "x".repeat(120));
const tree = fc.dictionary(
  fc.tuple(name, name).map((parts) => parts.join("/")),
  fc.string({ maxLength: 30 }),
  { minKeys: 1, maxKeys: 6 },
);

describe("pack", () => {
  test("C06 the file is named by the SHA-256 of what is in it", async () => {
    const out = tempFolder();
    const packed = await pack(tempFolder({ "a.js": "x" }), out);
    expect(packed.file).toBe(path.join(out, `${packed.digest}.tar`));
    expect(await hashFile(packed.file)).toBe(packed.digest);
    expect(statSync(packed.file).size).toBe(packed.bytes);
    expect(statSync(packed.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(out)).toEqual([`${packed.digest}.tar`]);
  });

  test("C06 the digest is the same whatever the order of writing, times and permissions of others", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const forth = tempFolder(files);
        const back = tempFolder(Object.fromEntries(Object.entries(files).reverse()));
        for (const at of Object.keys(files)) {
          chmodSync(path.join(back, at), 0o600);
          chmodSync(path.join(back, path.dirname(at)), 0o700);
          utimesSync(path.join(back, at), 1_000, 1_000);
        }
        expect((await pack(back, tempFolder())).digest).toBe((await pack(forth, tempFolder())).digest);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test("C06 one byte, one executable bit or one name more or less is another digest", async () => {
    const change = fc.constantFrom<"byte" | "mode" | "name" | "less">("byte", "mode", "name", "less");
    await fc.assert(
      fc.asyncProperty(tree, change, fc.nat(), async (files, how, which) => {
        const folder = tempFolder(files);
        const before = await pack(folder, tempFolder());
        const at = Object.keys(files)[which % Object.keys(files).length] ?? "";
        const file = path.join(folder, at);
        if (how === "byte") write(folder, { [at]: `${files[at]}x` });
        else if (how === "mode") chmodSync(file, 0o755);
        else if (how === "name") renameSync(file, `${file}2`);
        else rmSync(file);
        expect((await pack(folder, tempFolder())).digest).not.toBe(before.digest);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("C06 entries stand in the order of their paths, not in that of the file system", async () => {
    const { file } = await pack(tempFolder({ "a/b": "1", "a.js": "2", "a-x": "3" }), tempFolder());
    const packed: string[] = [];
    await list({ file, onReadEntry: (entry) => packed.push(entry.path) });
    expect(packed).toEqual(["a/", "a-x", "a.js", "a/b"]);
  });

  test("C06 two hard links are packed as two files", async () => {
    const linked = tempFolder({ "a.js": "same" });
    linkSync(path.join(linked, "a.js"), path.join(linked, "b.js"));
    expect((await pack(linked, tempFolder())).digest).toBe(await digestOf({ "a.js": "same", "b.js": "same" }));
  });

  test("what was packed comes out as it was: links, executable files, empty folders, odd names", async () => {
    const files = {
      "run.sh": { run: "#!/bin/sh" },
      "deep/link": { link: "../run.sh" },
      "@types/a.d.ts": "t",
      "@x": "at",
      empty: {},
      [`${"long/".repeat(60)}f`]: "far",
    };
    const { file } = await pack(tempFolder(files), tempFolder());
    const into = tempFolder();
    await extract({ file, cwd: into });
    expect((await pack(into, tempFolder())).file.split("/").at(-1)).toBe(file.split("/").at(-1));
    expect(readFileSync(path.join(into, `${"long/".repeat(60)}f`), "utf8")).toBe("far");
    expect(statSync(path.join(into, "run.sh")).mode & 0o777).toBe(0o755);
  });

  test("history and state stay out, node_modules goes in", async () => {
    const folder = tempFolder({ ".git/HEAD": "x", ".sluice/builds/a": "x", "node_modules/m/i.js": "m", "a.js": "a" });
    const names: string[] = [];
    await list({ file: (await pack(folder, tempFolder())).file, onReadEntry: (entry) => names.push(entry.path) });
    expect(names.sort()).toEqual(["a.js", "node_modules/", "node_modules/m/", "node_modules/m/i.js"]);
  });

  test("nothing is left behind when packing fails", async () => {
    const folder = tempFolder();
    const out = tempFolder();
    await expect(pack(path.join(folder, "missing"), out)).rejects.toThrow("ENOENT");
    expect(readdirSync(out)).toEqual([]);
  });
});

test("prune keeps the newest ten artifacts and those in use", async () => {
  const state = tempFolder();
  const names = Array.from({ length: 13 }, (_, index) => String(index).padStart(2, "0"));
  for (const [index, digest] of names.entries()) {
    write(state, { [`artifacts/${digest}.tar`]: digest });
    utimesSync(path.join(state, "artifacts", `${digest}.tar`), 1_000 + index, 1_000 + index);
  }
  cpSync(path.join(state, "artifacts", "00.tar"), path.join(state, "artifacts", "note.txt"));
  expect((await prune(state, new Set(["01"]))).sort()).toEqual(["00", "02"]);
  expect(readdirSync(path.join(state, "artifacts")).sort()).toEqual([
    "01.tar",
    ...names.slice(3).map((digest) => `${digest}.tar`),
    "note.txt",
  ]);
  expect(await prune(tempFolder(), new Set())).toEqual([]);
});
