import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { delivery } from "./d-delivery.ts";
import { ground } from "./d-ground.ts";
import { native } from "./d-native.ts";
import { accounts } from "./e-accounts.ts";
import { existing } from "./e-existing.ts";
import type { Mutation } from "./mutation.ts";
import { several } from "./several.ts";

/**
 * Deletes or weakens one line after the other in a copy of the repository, and runs the tests whose names begin with the line's row: one
 * of them must fail. `npm run mutate` does all, `npm run mutate D02 B15` the rows named.
 */
const root = path.join(import.meta.dirname, "../..");
const copied = [
  "lib",
  "assets",
  "bin",
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "examples/a-multi-region-containers",
  "examples/d-container-pipeline",
  "examples/e-cross-account-pipeline",
  "tests/examples",
  "tests/config",
];
const tests = [
  "tests/examples/d",
  "tests/examples/e",
  "tests/examples/several",
  "tests/config/existing.test.ts",
  "tests/config/several.test.ts",
  "tests/config/stages.test.ts",
];

type Outcome = "caught" | "missed" | "broken";

function copyOf(folder: string): void {
  for (const one of copied) {
    mkdirSync(path.dirname(path.join(folder, one)), { recursive: true });
    cpSync(path.join(root, one), path.join(folder, one), { recursive: true, filter: (file) => !file.includes("/.sluice") });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
}

/** The test files that have a test of a row. */
function filesOf(folder: string, row: string): readonly string[] {
  return tests
    .flatMap((one) => (one.endsWith(".ts") ? [one] : readdirSync(path.join(folder, one)).map((file) => `${one}/${file}`)))
    .filter((file) => file.endsWith(".test.ts") && readFileSync(path.join(folder, file), "utf8").includes(`"${row} `));
}

interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly { readonly fullName: string }[] }[];
}

function run(folder: string, ...args: readonly string[]): Report {
  const report = path.join(folder, "report.json");
  rmSync(report, { force: true });
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  spawnSync(process.execPath, [vitest, "run", "--reporter=json", `--outputFile=${report}`, ...args], { cwd: folder, stdio: "ignore" });
  return JSON.parse(readFileSync(report, "utf8"));
}

/** Why mutations would say nothing: tests that fail as it is, and rows without a test. */
function unready(folder: string, rows: readonly string[]): readonly string[] {
  const { numFailedTests, testResults } = run(folder, ...tests);
  const names = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
  const without = rows.filter((row) => !names.some((name) => name.startsWith(`${row} `)));
  const broken = testResults.map(({ message }) => message).filter((message) => message !== "");
  return [
    ...(numFailedTests > 0 ? [`${numFailedTests} tests fail as it is`] : []),
    ...broken,
    ...without.map((row) => `${row} has no test`),
  ];
}

/** Runs the tests of a row; a plan that is refused before any test fails is caught too. */
function outcomeOf(folder: string, row: string): Outcome {
  const { numFailedTests, numPassedTests, testResults } = run(folder, "-t", `^${row} `, ...filesOf(folder, row));
  if (numFailedTests > 0) return "caught";
  const refused = testResults.map(({ message }) => message).filter((message) => message !== "");
  if (refused.length > 0) return refused.every((message) => message.includes("is not sound")) ? "caught" : "broken";
  return numPassedTests > 0 ? "missed" : "broken";
}

function tried(folder: string, { row, file, from, to }: Mutation): Outcome {
  const target = path.join(folder, file);
  const before = readFileSync(target, "utf8");
  writeFileSync(
    target,
    before.replace(from, () => to),
  );
  try {
    return outcomeOf(folder, row);
  } finally {
    writeFileSync(target, before);
  }
}

/** Mutations whose text is not there, or not only once: the list has to follow the code. */
function stale(mutations: readonly Mutation[]): readonly string[] {
  return mutations.flatMap(({ row, file, from }) => {
    const times = readFileSync(path.join(root, file), "utf8").split(from).length - 1;
    return times === 1 ? [] : [`${row} ${file}: ${times} times: ${JSON.stringify(from)}`];
  });
}

const rows = process.argv.slice(2);
const wanted = [...ground, ...delivery, ...native, ...accounts, ...existing, ...several].filter(
  ({ row }) => rows.length === 0 || rows.includes(row),
);
const problems = stale(wanted);
if (problems.length > 0) {
  console.error(`these stand not once in their files:\n${problems.join("\n")}`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), "sluice-mutate-"));
const count = { caught: 0, missed: 0, broken: 0 };
try {
  copyOf(folder);
  const reasons = unready(folder, [...new Set(wanted.map(({ row }) => row))]);
  if (reasons.length > 0) throw new Error(`nothing can be said: ${reasons.join("; ")}`);
  for (const mutation of wanted) {
    const outcome = tried(folder, mutation);
    count[outcome] += 1;
    const shown = mutation.from.trim().replaceAll(/\s+/g, " ");
    console.log(`${outcome.padEnd(6)}  ${mutation.row}  ${path.basename(mutation.file).padEnd(22)}  ${shown.slice(0, 90)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${wanted.length} mutations, ${count.caught} caught, ${count.missed} missed, ${count.broken} broken`);
process.exitCode = count.caught === wanted.length ? 0 : 1;
