import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { front } from "./a-edge.ts";
import { record } from "./a-record.ts";
import { slotted } from "./a-service.ts";
import { fleets } from "./b-fleets.ts";
import { standing } from "./b-ground.ts";
import { pulumiAccounts } from "./c-accounts.ts";
import { pulumiDelivery } from "./c-delivery.ts";
import { delivery } from "./d-delivery.ts";
import { ground } from "./d-ground.ts";
import { native } from "./d-native.ts";
import { accounts } from "./e-accounts.ts";
import { existing } from "./e-existing.ts";
import type { Mutation } from "./mutation.ts";
import { several } from "./several.ts";

/**
 * Deletes or weakens one line after the other in a copy of the repository, and runs the tests whose names begin with the line's row: one
 * of them must fail. `npm run mutate` does all, `npm run mutate c` those of the systems named, `npm run mutate c D02 B15` of them the rows.
 */
const root = path.join(import.meta.dirname, "../..");
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
  "tests/config",
  "tests/engines",
  "tests/examples",
  "tests/iam",
  "tests/judges",
  "tests/plan",
];

interface Suite {
  readonly system: string;
  readonly mutations: readonly Mutation[];
  /** What proves the system's rows: files, and folders of them. */
  readonly tests: readonly string[];
}

const suites: readonly Suite[] = [
  {
    system: "a",
    mutations: [...front, ...slotted, ...record],
    tests: [
      "tests/examples/a",
      "tests/iam/a-roles.test.ts",
      "tests/iam/a-guards.test.ts",
      "tests/iam/deploys.test.ts",
      "tests/plan/tags.test.ts",
    ],
  },
  {
    system: "b",
    mutations: [...fleets, ...standing],
    tests: [
      "tests/examples/b",
      "tests/iam/b-roles.test.ts",
      "tests/iam/b-guards.test.ts",
      "tests/config/fleets.test.ts",
      "tests/plan/tags.test.ts",
    ],
  },
  {
    system: "c",
    mutations: [...pulumiDelivery, ...pulumiAccounts],
    tests: [
      "tests/examples/c",
      "tests/iam/c-roles.test.ts",
      "tests/iam/c-guards.test.ts",
      "tests/iam/c-across.test.ts",
      "tests/plan/tags.test.ts",
    ],
  },
  {
    system: "de",
    mutations: [...ground, ...delivery, ...native, ...accounts, ...existing],
    tests: [
      "tests/examples/d",
      "tests/examples/e",
      "tests/config/all-at-once.test.ts",
      "tests/config/existing.test.ts",
      "tests/config/stages.test.ts",
    ],
  },
  {
    system: "several",
    mutations: several,
    tests: ["tests/examples/several", "tests/config/several.test.ts"],
  },
];

type Outcome = "caught" | "missed" | "broken";

function copyOf(folder: string): void {
  for (const one of copied) {
    mkdirSync(path.dirname(path.join(folder, one)), { recursive: true });
    cpSync(path.join(root, one), path.join(folder, one), { recursive: true, filter: (file) => !file.includes("/.sluice") });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
}

/** The test files that have a test of a row. Those of roles and guards are declared by what they import, for rows of several systems. */
function filesOf(folder: string, tests: readonly string[], row: string): readonly string[] {
  return tests
    .flatMap((one) => (one.endsWith(".ts") ? [one] : readdirSync(path.join(folder, one)).map((file) => `${one}/${file}`)))
    .filter((file) => {
      if (!file.endsWith(".test.ts")) return false;
      const text = readFileSync(path.join(folder, file), "utf8");
      return text.includes("./prove-") || inTitle(row).test(text);
    });
}

/** A row where the title of a test begins, or after others there. */
const inTitle = (row: string): RegExp => new RegExp(`["\`](\\w\\d\\d,? )*${row}[ ,:]`);

interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly { readonly fullName: string }[] }[];
}

function run(folder: string, ...args: readonly string[]): Report {
  const report = path.join(folder, "report.json");
  rmSync(report, { force: true });
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  // One process for all files, and no more of them once one has failed: most of the time goes into loading the same modules.
  const options = ["--reporter=json", `--outputFile=${report}`, "--no-isolate", "--bail=1"];
  spawnSync(process.execPath, [vitest, "run", ...options, ...args], { cwd: folder, stdio: "ignore" });
  return JSON.parse(readFileSync(report, "utf8"));
}

/** Why mutations would say nothing: tests that fail as it is, and rows without a test. */
function unready(folder: string, { tests }: Suite, rows: readonly string[]): readonly string[] {
  const { numFailedTests, testResults } = run(folder, ...tests);
  const names = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
  const without = rows.filter((row) => !names.some((name) => new RegExp(named(row)).test(name)));
  const broken = testResults.map(({ message }) => message).filter((message) => message !== "");
  return [
    ...(numFailedTests > 0 ? [`${numFailedTests} tests fail as it is`] : []),
    ...broken,
    ...without.map((row) => `${row} has no test`),
  ];
}

/** The names of a row's tests, as a regular expression: the row begins the title, or stands beside others there. */
const named = (row: string): string => `\\b${row}[ ,:]`;

/** Runs the tests of a row; a plan that is refused before any test fails is caught too. */
function outcomeOf(folder: string, { tests }: Suite, row: string): Outcome {
  const { numFailedTests, numPassedTests, testResults } = run(folder, "-t", named(row), ...filesOf(folder, tests, row));
  if (numFailedTests > 0) return "caught";
  const refused = testResults.map(({ message }) => message).filter((message) => message !== "");
  if (refused.length > 0) return refused.every((message) => message.includes("is not sound")) ? "caught" : "broken";
  return numPassedTests > 0 ? "missed" : "broken";
}

function tried(folder: string, suite: Suite, { row, file, from, to }: Mutation): Outcome {
  const target = path.join(folder, file);
  const before = readFileSync(target, "utf8");
  writeFileSync(
    target,
    before.replace(from, () => to),
  );
  try {
    return outcomeOf(folder, suite, row);
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

const asked = process.argv.slice(2);
const rows = asked.filter((one) => /^[A-Z]\d\d$/.test(one));
const systems = asked.filter((one) => !rows.includes(one));
const unknown = systems.filter((one) => !suites.some(({ system }) => system === one));
if (unknown.length > 0) {
  console.error(
    `no system is called ${unknown.join(", ")}: name some of ${suites.map(({ system }) => system).join(", ")}, or rows such as D02`,
  );
  process.exit(2);
}
const wanted = suites
  .filter(({ system }) => systems.length === 0 || systems.includes(system))
  .map((suite) => ({ ...suite, mutations: suite.mutations.filter(({ row }) => rows.length === 0 || rows.includes(row)) }))
  .filter(({ mutations }) => mutations.length > 0);
const all = wanted.flatMap(({ mutations }) => mutations);
const problems = stale(all);
if (problems.length > 0) {
  console.error(`these stand not once in their files:\n${problems.join("\n")}`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), "sluice-mutate-"));
const count = { caught: 0, missed: 0, broken: 0 };
try {
  copyOf(folder);
  for (const suite of wanted) {
    const reasons = unready(folder, suite, [...new Set(suite.mutations.map(({ row }) => row))]);
    if (reasons.length > 0) throw new Error(`nothing can be said of ${suite.system}: ${reasons.join("; ")}`);
    for (const mutation of suite.mutations) {
      const outcome = tried(folder, suite, mutation);
      count[outcome] += 1;
      const shown = mutation.from.trim().replaceAll(/\s+/g, " ");
      console.log(`${outcome.padEnd(6)}  ${mutation.row}  ${path.basename(mutation.file).padEnd(22)}  ${shown.slice(0, 90)}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${all.length} mutations, ${count.caught} caught, ${count.missed} missed, ${count.broken} broken`);
process.exitCode = count.caught === all.length ? 0 : 1;
