import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { front } from "./a-edge.ts";
import { record } from "./a-record.ts";
import { slotted } from "./a-service.ts";
import { assets } from "./assets.ts";
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

export const root = path.join(import.meta.dirname, "../..");

/** The mutations of a system, or of several that share their tests. */
export interface Suite {
  readonly system: string;
  /** The letters of the systems whose rows it proves; a row of another that these meet too is proven there. */
  readonly proves: string;
  readonly mutations: readonly Mutation[];
  /** What proves the system's rows: files, and folders of them. */
  readonly tests: readonly string[];
}

export const suites: readonly Suite[] = [
  {
    system: "a",
    proves: "A",
    mutations: [...front, ...slotted, ...record],
    tests: [
      "tests/examples/a",
      "tests/iam/a-roles.test.ts",
      "tests/iam/a-guards.test.ts",
      "tests/iam/deploys.test.ts",
      "tests/aws/names.test.ts",
      "tests/plan/lint.test.ts",
      "tests/plan/tags.test.ts",
    ],
  },
  {
    system: "b",
    proves: "B",
    mutations: [...fleets, ...standing],
    tests: [
      "tests/examples/b",
      "tests/iam/b-roles.test.ts",
      "tests/iam/b-guards.test.ts",
      "tests/config/fleets.test.ts",
      "tests/plan/outputs.test.ts",
      "tests/plan/tags.test.ts",
    ],
  },
  {
    system: "c",
    proves: "C",
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
    proves: "DE",
    mutations: [...ground, ...delivery, ...native, ...accounts, ...existing],
    tests: [
      "tests/examples/d",
      "tests/examples/e",
      "tests/iam/d-roles.test.ts",
      "tests/iam/d-native-roles.test.ts",
      "tests/iam/d-guards.test.ts",
      "tests/iam/e-roles.test.ts",
      "tests/iam/e-across.test.ts",
      "tests/aws/names.test.ts",
      "tests/plan/as-template.test.ts",
      "tests/plan/lint.test.ts",
      "tests/config/all-at-once.test.ts",
      "tests/config/existing.test.ts",
      "tests/config/stages.test.ts",
    ],
  },
  {
    system: "several",
    proves: "AB",
    mutations: several,
    tests: ["tests/examples/several", "tests/config/several.test.ts"],
  },
  {
    system: "assets",
    proves: "ACDE",
    mutations: assets,
    tests: ["tests/assets/buildspecs", "tests/assets/functions/deployment-logger.test.ts", "tests/assets/functions/rotation"],
  },
];

/** Mutations whose text does not stand exactly once in its file: the list has to follow the code. */
export function stale(mutations: readonly Mutation[]): readonly string[] {
  return mutations.flatMap(({ row, file, from }) => {
    const times = readFileSync(path.join(root, file), "utf8").split(from).length - 1;
    return times === 1 ? [] : [`${row} ${file}: ${times} times: ${JSON.stringify(from)}`];
  });
}

/** The names of a row's tests, as a regular expression: the row begins the title, or stands beside others there. */
export const named = (row: string): string => `\\b${row}[ ,:]`;

/** The test files of a suite that have a test of a row, in the repository or a copy of it. */
export const filesOf = (folder: string, { tests }: Suite, row: string): readonly string[] =>
  tests
    .flatMap((one) => (one.endsWith(".ts") ? [one] : readdirSync(path.join(folder, one)).map((file) => `${one}/${file}`)))
    .filter((file) => file.endsWith(".test.ts") && declares(path.join(folder, file), row));

/** Tests of roles and guards are declared by what their files import from beside them, for rows of several systems. */
function declares(file: string, row: string): boolean {
  const text = readFileSync(file, "utf8");
  const beside = [...text.matchAll(/from "\.\/(prove-[\w-]+\.ts)"/g)].map(([, name]) => path.join(path.dirname(file), String(name)));
  return [text, ...beside.map((one) => readFileSync(one, "utf8"))].some((one) => isDeclaredIn(one, row));
}

/** A row where a title begins, or after others there; or handed to what declares a test of whatever row it is given. */
const isDeclaredIn = (text: string, row: string): boolean => new RegExp(`["\`'](\\w\\d\\d,? )*${row}([ ,:]|"[,)])`).test(text);
