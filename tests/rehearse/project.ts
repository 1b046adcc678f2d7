import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, vi } from "vitest";
import { processesOf } from "../../lib/actions/orphans.ts";
import { systemClock } from "../../lib/base/time.ts";
import type { Ledger } from "../../lib/ports/ledger.ts";
import type { Report } from "../../lib/release/report.ts";
import { fileLedger } from "../../lib/worlds/local/ledger.ts";
import { type Child, startSluice } from "./sluice.ts";

/** Files by their path in the project. */
type Files = Readonly<Record<string, string>>;

/** A project of its own with two versions of an app, and a TMPDIR of its own for what is run in it. */
export interface Project {
  readonly folder: string;
  readonly state: string;
  readonly ledger: Ledger;
  write(files: Files): void;
  /** Starts our command line in the project. */
  sluice(args: readonly string[], how?: { readonly uid?: number; readonly shell?: string }): Child;
  git(...args: readonly string[]): string;
  report(): { readonly json: Report; readonly text: string };
  /** Hands everything to another user. */
  giveTo(uid: number): void;
  /** Everything that a rehearsal must not leave behind. */
  leftovers(): readonly string[];
}

// A rehearsal takes five seconds on a quiet machine; how long on a busy one is not what these tests are about.
vi.setConfig({ testTimeout: 240_000 });

const projects: { readonly root: string; readonly state: string; readonly children: Child[] }[] = [];

afterEach(async () => {
  for (const { root, state, children } of projects.splice(0)) {
    for (const child of children) child.signal("SIGKILL");
    await Promise.all(children.map(({ ended }) => ended));
    for (const pid of processesOf(state)) process.kill(pid, "SIGKILL");
    rmSync(root, { recursive: true, force: true });
  }
});

/** Makes a project whose versions are the folders `v1` and `v2`, and whose bakes are short. Removed when the test ends. */
export function newProject(files: Files = {}, changes: Config = {}): Project {
  const root = mkdtempSync(path.join(os.tmpdir(), "e2e-"));
  const [folder, tmp] = [path.join(root, "shop"), path.join(root, "t")];
  const state = path.join(folder, ".sluice");
  const children: Child[] = [];
  for (const made of [folder, tmp]) mkdirSync(made);
  chmodSync(root, 0o755);
  projects.push({ root, state, children });
  const project: Project = {
    folder,
    state,
    ledger: fileLedger(path.join(state, "ledger", "rehearsal.jsonl"), { clock: systemClock }),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text, { mode: 0o755 });
      }
    },
    sluice(args, how = {}) {
      const child = startSluice(args, { cwd: folder, tmp, ...how });
      children.push(child);
      return child;
    },
    git: (...args) => execFileSync("git", args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...gitSettings } }),
    report() {
      const releases = path.join(state, "releases");
      const newest = readdirSync(releases).sort().at(-1) ?? "";
      const read = (name: string) => readFileSync(path.join(releases, newest, name), "utf8");
      return { json: JSON.parse(read("report.json")), text: read("report.md") };
    },
    giveTo(uid) {
      for (const name of ["", ...readdirSync(root, { recursive: true, encoding: "utf8" })]) chownSync(path.join(root, name), uid, uid);
    },
    leftovers: () => [
      ...processesOf(state).map((pid) => `process ${pid}: ${commandOf(pid)}`),
      ...readdirSync(tmp).filter((name) => name.startsWith("sluice-")),
    ],
  };
  project.write({ "v1/server.js": app("v1"), "v2/server.js": app("v2"), "sluice.config.json": JSON.stringify(config(changes)), ...files });
  return project;
}

const gitSettings = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** What a test changes in the configuration, section by section. */
export type Config = Readonly<Partial<Record<"service" | "rollout" | "rehearsal", Readonly<Record<string, unknown>>>>>;

export const quick = { bake: "300ms", finalBake: "300ms", keepWarm: "200ms", readEvery: "100ms", minRequests: 10, dataLimit: "5s" };

export function config({ service, rollout, rehearsal }: Config): unknown {
  return {
    project: "tiny",
    services: { web: { start: "node server.js", count: 1, startWithin: "3s", grace: "1s", ...service } },
    rollout: { ...quick, ...rollout },
    rehearsal: { from: "./v1", to: "./v2", rate: 50, lease: "60s", ...rehearsal },
  };
}

/** A server that answers its version everywhere. `before` stands at its top, `answer` instead of its answer. */
export const app = (version: string, answer = "", before = "") => `${before}
const server = require("node:http").createServer((request, response) => { ${answer} response.end("${version}"); });
server.listen(process.env.PORT, "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
`;

/** Nothing may be left of a run that ended, its last line must be the outcome, and nobody may have seen a stack trace. */
export async function expectEnd(
  project: Project,
  child: Child,
  { outcome, exit }: { readonly outcome: string; readonly exit: number },
): Promise<void> {
  await child.ended;
  const seen = { exit: child.exit(), last: child.events().at(-1), stderr: child.stderr(), leftovers: project.leftovers() };
  expect(seen).toMatchObject({ exit, last: { type: "outcome", outcome, exit }, leftovers: [] });
  expect(child.stderr() + child.stdout()).not.toMatch(/^\s+at .*:\d+:\d+|fault of Sluice/m);
}

export const released = { outcome: "released", exit: 0 };
export const rolledBack = { outcome: "rolled-back", exit: 10 };
export const aborted = { outcome: "aborted", exit: 11 };
export const blocked = { outcome: "blocked", exit: 12 };
