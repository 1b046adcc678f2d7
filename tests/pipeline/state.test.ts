import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localState, remoteState, writing } from "../../lib/pipeline/state.ts";
import { tempFolder } from "./folders.ts";

test("X03 the state folder is its owner's alone and hides itself from git", async () => {
  const project = tempFolder();
  const state = await localState(project);
  expect([state, await localState(project)]).toEqual([path.join(project, ".sluice"), state]);
  expect(statSync(state).mode & 0o777).toBe(0o700);
  expect(readFileSync(path.join(state, ".gitignore"), "utf8")).toBe("*\n");
});

test("A17 a file in the place of the state folder is named", async () => {
  const project = tempFolder({ ".sluice": "a file" });
  await expect(localState(project)).rejects.toMatchObject({ code: "folder/read-only", message: expect.stringContaining("in the way") });
});

test("X03 two addresses that end alike have two state folders", async () => {
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = tempFolder();
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  });
  const [one, two] = [await remoteState("https://a/app.git"), await remoteState("https://b/app.git")];
  expect(one).not.toBe(two);
  expect(path.basename(one)).toMatch(/^app-[0-9a-f]{12}$/);
  expect(one.startsWith(path.join(process.env.XDG_STATE_HOME, "sluice"))).toBe(true);
});

test("A17 a project that cannot be written is named", async () => {
  const project = tempFolder();
  chmodSync(project, 0o555);
  // Root may write anywhere, so the test steps down to nobody for a moment.
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  const error: unknown = await localState(project).catch((thrown: unknown) => thrown);
  if (root) process.seteuid?.(0);
  expect(error).toMatchObject({ code: "folder/read-only", message: expect.stringContaining(project) });
});

function canMountSmallDisk(): boolean {
  try {
    execFileSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("skipped: the test of a full disk, since unshare may not mount one here");
    return false;
  }
}

test.skipIf(!canMountSmallDisk())("A17 a full disk is named, and no half of an artifact is left on it", () => {
  const root = tempFolder();
  const [app, disk] = [path.join(root, "app"), path.join(root, "disk")];
  for (const made of [app, disk]) mkdirSync(made);
  writeFileSync(path.join(app, "big"), Buffer.alloc(1_000_000));
  const module = new URL("../../lib/pipeline/artifact.ts", import.meta.url).href;
  const script = `import { readdirSync } from "node:fs"; import { pack } from ${JSON.stringify(module)};
    const error = await pack(process.argv[1], process.argv[2]).catch((thrown) => thrown);
    console.log(JSON.stringify([error.code, readdirSync(process.argv[2])]));`;
  const order =
    'mount -t tmpfs -o size=200k none "$2" && exec "$3" --input-type=module-typescript --disable-warning=ExperimentalWarning -e "$4" "$1" "$2"';
  const said = execFileSync("unshare", ["-Urm", "sh", "-c", order, "sh", app, disk, process.execPath, script], { encoding: "utf8" });
  expect(JSON.parse(said)).toEqual(["disk/full", []]);
});

test("only what the disk refuses becomes a user's mistake", async () => {
  const fail = (code: string) => writing("/state", () => Promise.reject(Object.assign(new Error("x"), { code })));
  await expect(fail("ENOSPC")).rejects.toMatchObject({ code: "disk/full" });
  await expect(fail("EROFS")).rejects.toMatchObject({ code: "folder/read-only" });
  await expect(fail("ENOENT")).rejects.toMatchObject({ code: "ENOENT" });
});
