import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { judge, type Ran, testsOf, type Verdict } from "./judge.ts";
import type { Mutation } from "./mutation.ts";
import { filesOf, named, root, type Suite, stale, suites } from "./suites.ts";

/**
 * Deletes or weakens one line after the other in a copy of the repository, and runs the tests whose names begin with the line's row: one
 * of them must fail. `npm run mutate` does all, `npm run mutate c` those of the systems named, `npm run mutate c D02 B15` of them the rows,
 * `npm run mutate lib/plan/blocks/key.ts` those of a file.
 */
const copied = [
  "lib",
  "assets",
  "bin",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "examples",
  "tests/acknowledged.ts",
  "tests/assets",
  "tests/aws",
  "tests/config",
  "tests/engines",
  "tests/examples",
  "tests/iam",
  "tests/judges",
  "tests/pipeline",
  "tests/plan",
];

function copyOf(folder: string): void {
  for (const one of copied) {
    mkdirSync(path.dirname(path.join(folder, one)), { recursive: true });
    cpSync(path.join(root, one), path.join(folder, one), { recursive: true, filter: (file) => !file.includes("/.sluice") });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
}

function run(folder: string, ...args: readonly string[]): Ran {
  const file = path.join(folder, "report.json");
  rmSync(file, { force: true });
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  // One process for all files, and no more of them once one has failed: most of the time goes into loading the same modules.
  const options = ["--reporter=json", `--outputFile=${file}`, "--no-isolate", "--maxWorkers=1", "--bail=1"];
  // What is made of modules that are never seen again stays out of the cache of the repository.
  const env = { ...process.env, VITEST_FS_MODULE_CACHE_PATH: path.join(folder, "cache") };
  const { status } = spawnSync(process.execPath, [vitest, "run", ...options, ...args], { cwd: folder, stdio: "ignore", env });
  return existsSync(file) ? { status, report: JSON.parse(readFileSync(file, "utf8")) } : { status };
}

/** Why mutations would say nothing: tests that fail as it is, and rows without a test. */
function unready(folder: string, { tests }: Suite, rows: readonly string[]): readonly string[] {
  const first = run(folder, ...tests);
  const ran = judge(first).outcome === "missed" ? first : run(folder, ...tests);
  const verdict = judge(ran);
  if (!ran.report || verdict.outcome !== "missed") return [`as it is: ${JSON.stringify(verdict)}`];
  const names = testsOf(ran.report).map(({ fullName }) => fullName);
  return rows.filter((row) => !names.some((name) => new RegExp(named(row)).test(name))).map((row) => `${row} has no test`);
}

function tried(folder: string, suite: Suite, { row, file, from, to }: Mutation): Verdict {
  const target = path.join(folder, file);
  const before = readFileSync(target, "utf8");
  writeFileSync(
    target,
    before.replace(from, () => to),
  );
  // Whatever is not caught is tried again: a miss has to be one.
  const once = (): Verdict => judge(run(folder, "-t", named(row), ...filesOf(folder, suite, row)));
  try {
    const first = once();
    return first.outcome === "caught" ? first : once();
  } finally {
    writeFileSync(target, before);
  }
}

/** What is asked for: systems, rows, files; all of a kind that is not named. */
function wantedOf(asked: readonly string[]): readonly Suite[] {
  const rows = asked.filter((one) => /^[A-Z]\d\d$/.test(one));
  const files = asked.filter((one) => one.includes("/"));
  const systems = asked.filter((one) => !rows.includes(one) && !files.includes(one));
  const unknown = systems.filter((one) => !suites.some(({ system }) => system === one));
  if (unknown.length > 0) {
    const known = suites.map(({ system }) => system).join(", ");
    throw new Error(`no system is called ${unknown.join(", ")}: name some of ${known}, or rows such as D02, or files`);
  }
  const isAsked = (list: readonly string[], one: string): boolean => list.length === 0 || list.includes(one);
  return suites
    .filter(({ system }) => isAsked(systems, system))
    .map((suite) => ({ ...suite, mutations: suite.mutations.filter(({ row, file }) => isAsked(rows, row) && isAsked(files, file)) }))
    .filter(({ mutations }) => mutations.length > 0);
}

const wanted = wantedOf(process.argv.slice(2));
const all = wanted.flatMap(({ mutations }) => mutations);
const problems = stale(all);
if (problems.length > 0) throw new Error(`these stand not once in their files:\n${problems.join("\n")}`);
const folder = mkdtempSync(path.join(tmpdir(), "sluice-mutate-"));
const count = { caught: 0, missed: 0, broken: 0 };
try {
  copyOf(folder);
  for (const suite of wanted) {
    const reasons = unready(folder, suite, [...new Set(suite.mutations.map(({ row }) => row))]);
    if (reasons.length > 0) throw new Error(`nothing can be said of ${suite.system}: ${reasons.join("; ")}`);
    for (const mutation of suite.mutations) {
      const verdict = tried(folder, suite, mutation);
      count[verdict.outcome] += 1;
      const shown = mutation.from.trim().replaceAll(/\s+/g, " ").slice(0, 60);
      const by = verdict.outcome === "missed" ? "" : `  ${verdict.by.trim().replaceAll(/\s+/g, " ").slice(0, 100)}`;
      console.log(`${verdict.outcome.padEnd(6)}  ${mutation.row}  ${path.basename(mutation.file).padEnd(22)}  ${shown.padEnd(60)}${by}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${all.length} mutations, ${count.caught} caught, ${count.missed} missed, ${count.broken} broken`);
process.exitCode = count.caught === all.length ? 0 : 1;
