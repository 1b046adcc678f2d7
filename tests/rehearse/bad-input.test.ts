import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { blocked, expectEnd, newProject, released } from "./project.ts";

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

const wrong = { outcome: "blocked", exit: 2 };

test("A17: all mistakes of a configuration are listed at once, exit code 2", async () => {
  const project = newProject({}, { service: { count: 0 }, rollout: { bake: "soon" }, rehearsal: { rate: -1 } });
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, wrong);
  expect(run.all("error")).toMatchObject([
    { code: "config/invalid", message: expect.stringMatching(/sluice\.config\.json has 3 mistakes/) },
  ]);
  const details = run.all("error")[0]?.details ?? [];
  expect(details).toHaveLength(3);
  for (const where of ["services.web.count", "rollout.bake", "rehearsal.rate"]) expect(details.join("\n")).toContain(where);
});

test("A17: a configuration that cannot be read is named in one message without a stack trace, exit code 2", async () => {
  const project = newProject({ "sluice.config.json": "{ not json" });
  const run = await project.sluice(["rehearse"]).ended;
  expect({ exit: run.exit(), out: run.stdout() }).toEqual({ exit: 2, out: "" });
  expect(run.stderr()).toMatch(/^error: .*sluice\.config\.json.*\(config\/unreadable\)\n/);
  expect(run.stderr()).not.toMatch(/^\s+at /m);
});

/** A rehearsal that only takes and leaves its ledger: nothing says how to start the app. */
async function briefly(project: ReturnType<typeof newProject>): Promise<void> {
  const run = await project.sluice(["rehearse", "--json", "--from", "./v3", "--to", "./v3"]).ended;
  expect(run.exit()).toBe(2);
}

const startless = () => newProject({ "v3/readme": "nothing runs here" }, { service: { start: undefined } });
const ledgerOf = ({ state }: ReturnType<typeof newProject>) => path.join(state, "ledger", "rehearsal.jsonl");

test("X05: a torn last line of the ledger is repaired, any other damage is refused with its position", async () => {
  const project = startless();
  await briefly(project);
  const whole = readFileSync(ledgerOf(project), "utf8");
  writeFileSync(ledgerOf(project), `${whole}{"v":1,"release":"r-2`);
  const run = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, run, released);
  expect(readFileSync(ledgerOf(project), "utf8").startsWith(whole)).toBe(true);

  writeFileSync(ledgerOf(project), readFileSync(ledgerOf(project), "utf8").replace('"position":1', '"position":7'));
  const refused = project.sluice(["rehearse", "--json"]);
  await expectEnd(project, refused, blocked);
  expect(refused.all("error")).toMatchObject([{ code: "ledger/corrupt", message: expect.stringMatching(/line 2 \(position 1\)/) }]);
  const status = await project.sluice(["status"]).ended;
  expect({ exit: status.exit(), err: status.stderr() }).toMatchObject({ exit: 12, err: expect.stringMatching(/ledger\/corrupt/) });
});

// In a container a user may have an id and no name.
const nameless = 54_321;

test.skipIf(!isRoot)("X06: a ledger that this user may not read is named, exit code 12", async () => {
  const project = startless();
  await briefly(project);
  project.giveTo(nameless);
  writeFileSync(`${ledgerOf(project)}.new`, readFileSync(ledgerOf(project)), { mode: 0o600 });
  renameSync(`${ledgerOf(project)}.new`, ledgerOf(project));
  const run = project.sluice(["rehearse", "--json"], { uid: nameless });
  await expectEnd(project, run, blocked);
  expect(run.all("error")).toMatchObject([{ code: "folder/read-only", message: expect.stringContaining(ledgerOf(project)) }]);
});

test.skipIf(!isRoot)("X03: a project folder that cannot be written is named, exit code 12", async () => {
  const project = newProject();
  chmodSync(project.folder, 0o555);
  const run = project.sluice(["rehearse", "--json"], { uid: nobody });
  await expectEnd(project, run, blocked);
  expect(run.all("error")).toMatchObject([{ code: "folder/read-only", message: expect.stringContaining(project.state) }]);
});

const mounts = spawnSync("unshare", ["-Urm", "true"]).status === 0;

test.for([
  { size: "8k", error: ["disk/full"] },
  { size: "60k", error: ["disk/full"] },
  // Enough to begin: the release itself sees the disk run full, and what it keeps in reserve is enough to go back and report.
  { size: "200k", error: [] },
])("X05: a disk of $size for the state ends as blocked, exit code 12", async ({ size, error }, { skip }) => {
  skip(!mounts, "this machine refuses mount namespaces (unshare -Urm)");
  const project = newProject();
  mkdirSync(project.state);
  const shell = `exec unshare -Urm sh -c 'mount -t tmpfs -o size=${size} tmpfs .sluice && exec "$@"' sh "$@"`;
  const run = project.sluice(["rehearse", "--json"], { shell });
  await expectEnd(project, run, blocked);
  expect(run.all("error").map(({ code }) => code)).toEqual(error);
  expect(run.all("outcome")).toMatchObject([{ because: expect.stringMatching(/no space/), requests: { failed: 0 } }]);
});
