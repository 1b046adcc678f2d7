import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { resolveSources } from "../../lib/pipeline/source.ts";
import { commit, git, isInstalled, isRunning, repository, tempFolder, until, write } from "./folders.ts";

const hasGit = isInstalled("git");
const gitProgram = hasGit ? execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim() : "";
if (!hasGit) console.log("skipped: tests of git sources, since git is not installed");

async function refused(asked: Parameters<typeof resolveSources>[0]): Promise<UserError> {
  const error: unknown = await resolveSources(asked).catch((thrown: unknown) => thrown);
  if (error instanceof UserError) return error;
  throw new Error(`was not refused: ${JSON.stringify(asked)} ${error}`);
}

/** Everything in a folder outside .sluice, with times and contents, to see that nothing was touched. */
function print(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(path.join(folder, ".sluice")));
  return paths.sort().map((file) => `${file} ${statSync(file).mtimeMs} ${readFileSync(file, "base64")}`);
}

function withEnvironment(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

describe.skipIf(!hasGit)("git sources", () => {
  test("X03 the default versions are HEAD and the commit before", async () => {
    const folder = repository();
    const { from, to, project } = await resolveSources({ where: folder });
    expect(project).toBe(path.basename(folder));
    expect(to.version).toBe(git(folder, "rev-parse", "--short=7", "HEAD"));
    expect(to.from).toContain("second");
    expect(from.from).toContain("first");
    const [one, two] = [path.join(tempFolder(), "one"), path.join(tempFolder(), "two")];
    await from.checkout(one);
    await to.checkout(two);
    expect([readFileSync(`${one}/app.js`, "utf8"), readFileSync(`${two}/app.js`, "utf8")]).toEqual(["one", "two"]);
    expect(existsSync(`${two}/.git`)).toBe(false);
  });

  test("X03 uncommitted changes make the working tree the new version, and HEAD the old one", async () => {
    const folder = repository();
    write(folder, { ".gitignore": "ignored.txt\n", "app.js": "three", "new.js": "new", "ignored.txt": "x" });
    rmSync(path.join(folder, "package.json"));
    const { from, to } = await resolveSources({ where: folder });
    const short = git(folder, "rev-parse", "--short=7", "HEAD");
    expect([from.version, to.version]).toEqual([short, `working tree of ${short}, with uncommitted changes`]);
    const into = path.join(tempFolder(), "app");
    await to.checkout(into);
    expect(readdirSync(into).sort()).toEqual([".gitignore", "app.js", "new.js"]);
    expect(readFileSync(`${into}/app.js`, "utf8")).toBe("three");
  });

  test("X03 the working tree's digest follows its content", async () => {
    const folder = repository();
    const digest = async () => (await resolveSources({ where: folder })).to.digest;
    write(folder, { "app.js": "three" });
    const three = await digest();
    write(folder, { "app.js": "four!" });
    expect(await digest()).not.toBe(three);
    write(folder, { "app.js": "three" });
    expect(await digest()).toBe(three);
  });

  test("X03 nothing in the repository changes but .sluice, which ignores itself", async () => {
    const folder = repository();
    const hook = path.join(tempFolder(), "ran");
    write(folder, { ".git/hooks/post-index-change": { run: `#!/bin/sh\ntouch ${hook}\n` }, "app.js": "three" });
    const before = print(folder);
    const { from, to } = await resolveSources({ where: folder });
    await from.checkout(path.join(tempFolder(), "a"));
    await to.checkout(path.join(tempFolder(), "b"));
    expect(print(folder)).toEqual(before);
    expect(existsSync(hook)).toBe(false);
    expect(statSync(path.join(folder, ".sluice")).mode & 0o777).toBe(0o700);
    git(folder, "checkout", "-q", "app.js");
    expect(git(folder, "status", "--porcelain")).toBe("");
    expect((await resolveSources({ where: folder })).to.kind).toBe("commit");
  });

  test("X03 a checkout has executable bits, links and what export-ignore would leave out, as a clone has", async () => {
    const folder = repository();
    const files = {
      "run.sh": { run: "#!/bin/sh" },
      "link.js": { link: "app.js" },
      "test.js": "t",
      ".gitattributes": "test.js export-ignore\n",
    };
    commit(folder, files, "third");
    const into = path.join(tempFolder(), "app");
    await (await resolveSources({ where: folder })).to.checkout(into);
    expect(statSync(`${into}/run.sh`).mode & 0o111).not.toBe(0);
    expect(readlinkSync(`${into}/link.js`)).toBe("app.js");
    expect(readFileSync(`${into}/test.js`, "utf8")).toBe("t");
    expect(existsSync(`${into}.index`)).toBe(false);
  });

  test("X03 revisions are taken by name, and --from defaults to the commit before --to", async () => {
    const folder = repository();
    git(folder, "tag", "v1");
    commit(folder, { "app.js": "three" }, "third");
    const { from, to } = await resolveSources({ where: folder, to: "v1" });
    expect([from.from, to.version, to.from]).toEqual([expect.stringContaining("first"), "v1", expect.stringContaining("second")]);
  });

  test("X03 an app in a folder of a larger repository is taken from there", async () => {
    const folder = repository();
    commit(folder, { "packages/web/server.js": "web one" }, "web one");
    commit(folder, { "packages/web/server.js": "web two" }, "web two");
    const { from, to } = await resolveSources({ where: path.join(folder, "packages/web") });
    const into = path.join(tempFolder(), "app");
    await from.checkout(into);
    expect(readdirSync(into)).toEqual(["server.js"]);
    expect(readFileSync(`${into}/server.js`, "utf8")).toBe("web one");
    expect([to.digest, to.revision]).toEqual([git(folder, "rev-parse", "HEAD:packages/web"), git(folder, "rev-parse", "HEAD")]);
    expect((await refused({ where: path.join(folder, "packages/web"), from: "HEAD~3" })).message).toContain("has no folder packages/web");
  });

  test("A17 a revision that does not exist is named together with the nearest ones", async () => {
    const folder = repository();
    git(folder, "tag", "v1.2.0");
    git(folder, "branch", "release");
    const error = await refused({ where: folder, from: "v1.2.1" });
    expect(error.code).toBe("source/not-found");
    expect(`${error.message} ${error.fix}`).toMatch(/"v1\.2\.1".*--from.*v1\.2\.0/);
    expect((await refused({ where: folder, to: "nothing-like-it" })).fix).toMatch(/--to.*the newest here: .*v1\.2\.0/);
  });

  test("A17 one commit alone is not enough, and nothing is left in its folder", async () => {
    const folder = tempFolder();
    git(folder, "init", "-q");
    commit(folder, { "app.js": "one" }, "first");
    const error = await refused({ where: folder });
    expect([error.code, error.fix]).toEqual(["source/no-previous", expect.stringContaining("--from")]);
    expect(readdirSync(folder).sort()).toEqual([".git", "app.js"]);
  });

  test("A17 a shallow clone is told apart from a young repository", async () => {
    const clone = path.join(tempFolder(), "clone");
    git(tempFolder(), "clone", "-q", "--depth", "1", `file://${repository()}`, clone);
    expect(await refused({ where: clone })).toMatchObject({ code: "source/no-previous", fix: expect.stringContaining("--unshallow") });
  });

  test.each(["--upload-pack=touch x", "-n", "--output=x"])("A17 a revision that looks like an option is refused: %s", async (from) => {
    const folder = repository();
    expect(await refused({ where: folder, from })).toMatchObject({ code: "source/git", message: expect.stringContaining("option") });
  });

  test("A17 a name that is both a folder and a revision is not guessed", async () => {
    const folder = repository();
    write(folder, { "v1/app.js": "folder" });
    git(folder, "tag", "v1");
    const error = await refused({ where: folder, from: "v1" });
    expect(error.fix).toContain("./v1");
    expect((await resolveSources({ where: folder, from: "./v1" })).from.kind).toBe("folder");
  });

  test("submodules are left out, and a note says so", async () => {
    const folder = repository();
    git(folder, "submodule", "--quiet", "add", `file://${repository()}`, "lib/sub");
    commit(folder, {}, "with a submodule");
    const clean = (await resolveSources({ where: folder })).to;
    write(folder, { "app.js": "dirty" });
    const dirty = (await resolveSources({ where: folder })).to;
    for (const source of [clean, dirty]) {
      expect(source.notes).toEqual(["git submodules are left out of the checkout: lib/sub"]);
      const into = path.join(tempFolder(), "app");
      await source.checkout(into);
      expect(existsSync(`${into}/lib/sub/app.js`)).toBe(false);
    }
  });

  test("X03 a URL is cloned into the state folder, and later fetched", async () => {
    withEnvironment("XDG_STATE_HOME", tempFolder());
    const origin = repository();
    const first = await resolveSources({ where: `file://${origin}` });
    expect(first.state.startsWith(process.env.XDG_STATE_HOME ?? "-")).toBe(true);
    expect([first.project, first.to.from]).toEqual([path.basename(origin), expect.stringContaining("second")]);
    git(origin, "checkout", "-q", "-b", "next");
    commit(origin, { "app.js": "three" }, "third");
    const second = await resolveSources({ where: `file://${origin}` });
    expect([second.state, second.to.from]).toEqual([first.state, expect.stringContaining("third")]);
    const into = path.join(tempFolder(), "app");
    await second.to.checkout(into);
    expect(readFileSync(`${into}/app.js`, "utf8")).toBe("three");
  });

  test("X05 the first Ctrl-C ends a git that hangs, with all its processes, and is no error of the user's", async () => {
    withEnvironment("XDG_STATE_HOME", tempFolder());
    const bin = tempFolder();
    const far = `case "$*" in *ls-remote*) sleep 600 & echo $! > ${bin}/next; mv ${bin}/next ${bin}/child; wait ;; *) exec ${gitProgram} "$@" ;; esac`;
    write(bin, { git: { run: `#!/bin/sh\n${far}\n` } });
    withEnvironment("PATH", `${bin}:${process.env.PATH}`);
    const stop = new AbortController();
    const ended = resolveSources({ where: "https://127.0.0.1:9/app.git", signal: stop.signal });
    await until("git hangs", () => existsSync(`${bin}/child`));
    const began = performance.now();
    stop.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - began).toBeLessThan(2_000);
    const child = Number(readFileSync(`${bin}/child`, "utf8"));
    await until("its child is gone", () => !isRunning(child));
  });

  test("git is given nothing secret of ours, and must not ask", async () => {
    const [folder, bin] = [repository(), tempFolder()];
    write(bin, { git: { run: `#!/bin/sh\nenv > ${bin}/env\nexec ${gitProgram} "$@"\n` } });
    withEnvironment("PATH", `${bin}:${process.env.PATH}`);
    withEnvironment("AWS_SECRET_ACCESS_KEY", "secret");
    withEnvironment("GITHUB_TOKEN", "secret");
    withEnvironment("GIT_DIR", "/nowhere");
    withEnvironment("SSH_AUTH_SOCK", "/run/agent");
    await resolveSources({ where: folder });
    const given = readFileSync(`${bin}/env`, "utf8");
    expect(given).not.toMatch(/secret|GIT_DIR/);
    expect(given).toMatch(/^SSH_AUTH_SOCK=\/run\/agent$/m);
    expect(given).toMatch(/^GIT_TERMINAL_PROMPT=0$/m);
  });

  test("a password in a URL is neither shown nor stored", async () => {
    withEnvironment("XDG_STATE_HOME", tempFolder());
    const error = await refused({ where: "http://someone:hunter2@127.0.0.1:9/app.git" });
    expect(error.code).toBe("source/not-found");
    expect(JSON.stringify([error.message, error.details])).not.toContain("hunter2");
    for (const line of print(process.env.XDG_STATE_HOME ?? ""))
      expect(Buffer.from(line.split(" ").at(-1) ?? "", "base64").toString()).not.toContain("hunter2");
  });

  test("a transport that runs programs is refused", async () => {
    withEnvironment("XDG_STATE_HOME", tempFolder());
    expect((await refused({ where: "ext::sh -c true.git" })).code).toBe("source/git");
  });
});

describe("folders without git", () => {
  test("X03 two folders are two versions, with no git at all", async () => {
    const folder = tempFolder({ "v1/server.js": "one", "v2/server.js": "two", "v2/node_modules/x/index.js": "x" });
    withEnvironment("PATH", tempFolder());
    const { from, to, state } = await resolveSources({ where: folder, from: "./v1", to: "./v2/" });
    expect([from.version, to.version, state]).toEqual(["v1", "v2", path.join(folder, ".sluice")]);
    const into = path.join(tempFolder(), "app");
    await to.checkout(into);
    expect(readdirSync(into)).toEqual(["server.js"]);
    expect((await resolveSources({ where: folder, from: "v1", to: "v2" })).to.digest).toBe(to.digest);
  });

  test("A17 without versions the message says what to name", async () => {
    expect(await refused({ where: tempFolder({ "server.js": "" }) })).toMatchObject({
      code: "source/no-previous",
      fix: expect.stringContaining("--from FOLDER"),
    });
  });

  test("A17 a repository without git installed says so", async () => {
    const folder = tempFolder({ ".git/HEAD": "ref: refs/heads/main\n" });
    withEnvironment("PATH", tempFolder());
    expect(await refused({ where: folder })).toMatchObject({ code: "source/git", message: expect.stringContaining("not installed") });
  });

  test("A17 a folder that does not exist is named", async () => {
    expect((await refused({ where: "/nowhere/at/all" })).message).toContain("/nowhere/at/all");
    expect((await refused({ where: tempFolder(), from: "./v1", to: "./v2" })).code).toBe("source/not-found");
  });

  test("a folder that changes while it is copied is not taken for what it was", async () => {
    const folder = tempFolder({ "v1/a.js": "one", "v2/a.js": "two" });
    const { to } = await resolveSources({ where: folder, from: "./v1", to: "./v2" });
    write(folder, { "v2/a.js": "2.0" });
    await expect(to.checkout(path.join(tempFolder(), "app"))).rejects.toThrow("changed while it was copied");
  });
});
