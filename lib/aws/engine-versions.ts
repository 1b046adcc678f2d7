interface Engine {
  readonly called: string;
  /** A release alone, a version in full, or one of extended support with the day of its patch. */
  readonly form: RegExp;
  readonly examples: string;
  /** How many numbers make a release, within which RDS upgrades by itself (Amazon RDS User Guide, "Upgrading a DB instance engine version"). */
  readonly fixed: number;
  /** The releases in which RDS makes databases, each with the first version that RDS had of it. */
  readonly releases: Readonly<Record<string, number>>;
}

/**
 * Amazon RDS User Guide, "MySQL on Amazon RDS versions"; Release notes for Amazon RDS for PostgreSQL, "Release calendars". November 2026, those of
 * extended support included. Versions come each month and are not listed: a release that is known takes any later one (ADR 0026).
 */
const engines = {
  mysql: {
    called: "MySQL",
    form: /^\d+\.\d+(\.\d+(-rds\.\d{8})?)?$/,
    examples: '"8.4" or "8.4.9"',
    fixed: 2,
    releases: { "5.7": 33, "8.0": 11, "8.4": 3 },
  },
  postgres: {
    called: "PostgreSQL",
    form: /^\d{2}(\.\d+(-rds\.\d{8})?)?$/,
    examples: '"17" or "17.6"',
    fixed: 1,
    releases: { "11": 1, "12": 2, "13": 1, "14": 1, "15": 2, "16": 1, "17": 1, "18": 1 },
  },
} as const satisfies Record<string, Engine>;

/** An engine of RDS whose versions are known here. */
export type EngineName = keyof typeof engines;

/** What to write instead of a version that RDS has not, if it has not. */
export function versionProblem(name: EngineName, version: string): string | undefined {
  const { called, form, examples, fixed, releases }: Engine = engines[name];
  if (!form.test(version)) return `write a version of ${called}, such as ${examples}`;
  const numbers = numbersOf(version);
  const release = numbers.slice(0, fixed).join(".");
  const first = releases[release];
  if (first === undefined) return `write a release of ${called} that RDS has: ${Object.keys(releases).toReversed().join(", ")}`;
  return (numbers[fixed] ?? first) < first
    ? `write "${release}", or a version of it from ${release}.${first} on: RDS has none before`
    : undefined;
}

/** Whether only the release is given: RDS makes its default version of it, and goes on to later ones by itself. */
export const isRelease = (name: EngineName, version: string): boolean => numbersOf(version).length <= engines[name].fixed;

/** Whether a database of one version becomes the wanted one when it is restored: the same release, and no older version of it. */
export function reaches(name: EngineName, wanted: string, found: string): boolean {
  const [to, from] = [numbersOf(wanted), numbersOf(found)];
  const differs = to.findIndex((number, at) => number !== from[at]);
  return differs < 0 || (differs >= engines[name].fixed && (to[differs] ?? 0) > (from[differs] ?? 0));
}

/** The numbers of a version, of which that of extended support has the day of its patch as the last. */
const numbersOf = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).map(Number);
