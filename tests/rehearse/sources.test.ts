import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { app, config, expectEnd, newProject, type Project, released, rolledBack } from "./project.ts";

const wrong = { outcome: "blocked", exit: 2 };

/** A git repository with one commit for each version. */
function repository(...versions: readonly string[]): Project {
  const project = newProject({ "sluice.config.json": JSON.stringify(config({ rehearsal: { from: undefined, to: undefined } })) });
  for (const folder of ["v1", "v2"]) rmSync(path.join(project.folder, folder), { recursive: true });
  project.git("init", "-q");
  for (const version of versions) {
    project.write({ "server.js": app(version) });
    project.git("add", "-A");
    project.git("commit", "-q", "-m", `the ${version}`);
  }
  return project;
}

const traces = (project: Project) => ({
  status: project.git("status", "--porcelain", "--ignored").replace("!! .sluice/\n", ""),
  log: project.git("log", "--format=%H"),
  index: readFileSync(path.join(project.folder, ".git", "index")).toString("hex"),
  head: readFileSync(path.join(project.folder, ".git", "HEAD"), "utf8"),
});

test("X03: without versions a repository goes from the commit before to HEAD, or to its uncommitted changes, and is left as it was", async () => {
  const project = repository("first", "second");
  const before = traces(project);
  const commits = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, commits, released);
  expect(commits.all("source").map(({ from }) => from)).toEqual([
    expect.stringMatching(/^commit [0-9a-f]{7} "the first"/),
    expect.stringMatching(/^commit [0-9a-f]{7} "the second"/),
  ]);
  expect(traces(project)).toEqual(before);
  expect(project.git("status", "--porcelain", "--ignored")).toContain("!! .sluice/");

  project.write({ "server.js": app("third") });
  const dirty = traces(project);
  const tree = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, tree, released);
  expect(tree.all("source").map(({ version }) => version)).toEqual([
    project.git("rev-parse", "--short=7", "HEAD").trim(),
    expect.stringMatching(/working tree .* with uncommitted changes/),
  ]);
  expect(traces(project)).toEqual(dirty);
});

test("X06: a release of a git URL is approved by the command that it names, also where both versions were packed before", async () => {
  const project = repository("first", "second");
  const url = `file://${project.folder}`;
  await expectEnd(project, project.sluice(["rehearse", url, "--json", "--fault", "asks-rollback:start"]), rolledBack);
  const run = project.sluice(["rehearse", url, "--json", "--approve", "--speed", "4"]);
  await run.until("waiting");
  expect(run.all("artifact").map(({ reused }) => reused)).toEqual([true, true]);
  const named = await vi.waitFor(() => /: sluice approve --project (\S+) /.exec(run.stderr())?.[1] ?? expect.fail(run.stderr()));
  const approve = await project.sluice(["approve", "--project", named]).ended;
  expect({ exit: approve.exit(), err: approve.stderr() }).toMatchObject({ exit: 0 });
  await expectEnd(project, await run.ended, released);
});

test("A17: versions that are not there are named, each with what to do, exit code 2", async () => {
  const single = repository("first");
  const plain = newProject({ "sluice.config.json": JSON.stringify(config({ rehearsal: { from: undefined, to: undefined } })) });
  const rows = [
    { project: single, args: [], code: "source/no-previous", message: /is the only commit/ },
    { project: single, args: ["--from", "nosuch"], code: "source/not-found", message: /no revision or folder "nosuch"/ },
    { project: plain, args: [], code: "source/no-previous", message: /is not a git repository/ },
    { project: plain, args: ["--from", "./v1", "--to", "./v9"], code: "source/not-found", message: /v9/ },
  ];
  for (const { project, args, code, message } of rows) {
    const run = project.sluice(["rehearse", "--json", ...args]);
    await expectEnd(project, run, wrong);
    expect(run.all("error")).toMatchObject([{ code, message: expect.stringMatching(message), fix: expect.stringMatching(/\w/) }]);
  }
});
