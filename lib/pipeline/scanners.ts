import { access, constants, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { startGuarded } from "../machine/guarded.ts";
import { withLimit } from "../machine/limit.ts";
import { isObject } from "../machine/read-back.ts";

/** What one scanner found, or why it did not look. */
export interface ScannerResult {
  readonly scanner: "secrets" | "npm audit" | "trivy";
  readonly is: "passed" | "failed" | "skipped";
  readonly because: string;
}

/** What a scanner may look at and how long. */
export interface ScanRun {
  readonly folder: string;
  /** False where the files are not the app's own, as in the checkout of a published package. */
  readonly ownFiles: boolean;
  /** A folder outside the checkout for the scanners' output. */
  readonly scratch: string;
  readonly env: Record<string, string>;
  readonly log: string;
  /** Milliseconds for each scanner. */
  readonly limit: number;
  readonly grace: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the registry for known vulnerabilities of what is released. Fails on critical ones. Many registries do not answer audits (404,
 * 405): then nothing was looked at.
 */
export async function npmAudit(run: ScanRun): Promise<ScannerResult> {
  const skipped = (because: string): ScannerResult => ({ scanner: "npm audit", is: "skipped", because });
  const locks = ["package-lock.json", "npm-shrinkwrap.json"].map((name) => stat(path.join(run.folder, name)).catch(() => undefined));
  if (!(await Promise.all(locks)).some(Boolean)) return skipped("there is no lock file");
  const told = await outputOf(["npm", "audit", "--json", "--omit=dev"], run);
  const counts =
    isObject(told) && isObject(told.metadata) && isObject(told.metadata.vulnerabilities) ? told.metadata.vulnerabilities : undefined;
  if (!counts) return skipped("not available: the registry does not answer audits");
  return judged("npm audit", Number(counts.critical ?? 0), Number(counts.total ?? 0));
}

/** Trivy (https://trivy.dev), where it is installed. Fails on critical vulnerabilities. */
export async function trivy(run: ScanRun): Promise<ScannerResult> {
  const skipped = (because: string): ScannerResult => ({ scanner: "trivy", is: "skipped", because });
  if (!(await onPath("trivy", run.env.PATH ?? ""))) return skipped("not installed");
  const told = await outputOf(["trivy", "fs", "--quiet", "--scanners", "vuln,misconfig", "--format", "json", "."], run);
  if (!isObject(told) || !("SchemaVersion" in told)) return skipped("not available: trivy gave no report, see the log");
  const results = Array.isArray(told.Results) ? told.Results.filter(isObject) : [];
  if (results.length === 0) return skipped("found nothing that it knows how to read");
  const severities = results.flatMap(({ Vulnerabilities: found }) =>
    Array.isArray(found) ? found.filter(isObject).map(({ Severity }) => Severity) : [],
  );
  return judged("trivy", severities.filter((severity) => severity === "CRITICAL").length, severities.length);
}

function judged(scanner: ScannerResult["scanner"], critical: number, total: number): ScannerResult {
  if (critical > 0) return { scanner, is: "failed", because: `${critical} critical of ${total} known vulnerabilities` };
  return { scanner, is: "passed", because: total === 0 ? "no known vulnerabilities" : `${total} known vulnerabilities, none critical` };
}

/** What a scanner prints as JSON, or undefined for anything else. Its exit code says little: findings are one too. */
async function outputOf([command, ...args]: readonly [string, ...string[]], run: ScanRun): Promise<unknown> {
  const out = path.join(run.scratch, `${command}.json`);
  const scanner = startGuarded(
    {
      command: "/bin/sh",
      args: ["-c", 'exec "$@" >"$SLUICE_OUT"', "sh", command, ...args],
      cwd: run.folder,
      env: { ...run.env, SLUICE_OUT: out },
      grace: run.grace,
      channels: false,
    },
    run.log,
  );
  await withLimit(run.limit, run.signal, scanner.end, scanner.ended);
  try {
    return JSON.parse(await readFile(out, "utf8")) as unknown;
  } catch {
    return undefined;
  }
}

async function onPath(command: string, searched: string): Promise<boolean> {
  for (const folder of searched.split(path.delimiter).filter(Boolean)) {
    const there = await access(path.join(folder, command), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return true;
  }
  return false;
}
