import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { npmSource } from "../../lib/pipeline/npm-source.ts";
import { resolveSources } from "../../lib/pipeline/source.ts";
import { tempFolder } from "./folders.ts";
import { registry } from "./registry.ts";

const versions = ["1.0.0", "1.2.3", "2.0.0"].map((version) => ({ name: "@scope/app", version, files: { "i.js": version } }));

test("X03 a published version is found with its integrity; its checkout names exactly it", async () => {
  await registry(versions);
  const source = await npmSource("npm:@scope/app@1.2.3");
  expect(source).toMatchObject({ version: "@scope/app@1.2.3", kind: "npm", digest: expect.stringMatching(/^sha512-/) });
  expect((await npmSource("npm:@scope/app@2.0.0")).digest).not.toBe(source.digest);
  const into = path.join(tempFolder(), "app");
  await source.checkout(into);
  expect(JSON.parse(readFileSync(path.join(into, "package.json"), "utf8"))).toMatchObject({
    private: true,
    dependencies: { "@scope/app": "1.2.3" },
  });
});

test("X03 a dist-tag stands for the version that it names now", async () => {
  await registry(versions);
  expect((await npmSource("npm:@scope/app@latest")).version).toBe("@scope/app@2.0.0");
});

test("A17 a version that does not exist is named with the nearest ones", async () => {
  await registry(versions);
  await expect(npmSource("npm:@scope/app@1.2.4")).rejects.toMatchObject({
    code: "source/not-found",
    fix: expect.stringMatching(/nearest: 1\.2\.3/),
  });
  await expect(npmSource("npm:@scope/app@77")).rejects.toMatchObject({ fix: "its newest: 2.0.0, 1.2.3, 1.0.0" });
  await expect(npmSource("npm:no-such-app@1.0.0")).rejects.toMatchObject({
    code: "source/not-found",
    message: expect.stringContaining("no npm package"),
  });
});

test.each(["npm:app", "npm:", "npm:--global@1.0.0", "npm:app@file:../x", "npm:app@^1.0.0", "npm:../x@1.0.0"])(
  "A17 %s names no published version",
  async (spec) => {
    await expect(npmSource(spec)).rejects.toMatchObject({ code: "source/not-found", fix: expect.stringContaining("npm:PACKAGE@VERSION") });
  },
);

test("A17 a published version in the place of a source is told that a rehearsal needs two", async () => {
  await expect(resolveSources({ where: "npm:@scope/app@2.0.0" })).rejects.toMatchObject({
    code: "source/not-found",
    fix: "name both: --from npm:PACKAGE@OLDER --to npm:@scope/app@2.0.0",
  });
});

test("A17 a registry that does not answer is told apart from a version that does not exist", async () => {
  await registry([]);
  process.env.npm_config_registry = "http://127.0.0.1:9/";
  await expect(npmSource("npm:app@1.0.0")).rejects.toMatchObject({
    code: "source/not-found",
    message: expect.stringContaining("could not look up"),
  });
});

test("X03 two published versions need no folder; their state is in the user's state folder", async () => {
  await registry(versions);
  const state = tempFolder();
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = state;
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  });
  const found = await resolveSources({ from: "npm:@scope/app@1.0.0", to: "npm:@scope/app@2.0.0" });
  expect(found).toMatchObject({ project: "@scope/app", from: { version: "@scope/app@1.0.0" }, to: { version: "@scope/app@2.0.0" } });
  expect(found.state.startsWith(path.join(state, "sluice"))).toBe(true);
});
