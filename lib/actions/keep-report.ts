import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type RecoveryReport, recoveryReportText } from "../release/recovery/report.ts";
import type { Report } from "../release/report.ts";
import { reportText } from "../release/report-text.ts";

/** Where everything about one release is kept. */
export function releaseFolder(state: string, release: string): string {
  return path.join(state, "releases", release);
}

/** Writes `report.json` and `report.md` of a release below the state folder, for its owner alone, and returns the first. */
export const keepReport = (state: string, report: Report): Promise<string> => keep(state, report.release, report, reportText(report));

/** The same of a failover, failback or drill, beside those of releases. */
export const keepRecoveryReport = (state: string, report: RecoveryReport): Promise<string> =>
  keep(state, report.recovery, report, recoveryReportText(report));

/** Whether the report of a release or recovery was written whole: its text is the last of it. */
export const hasReport = (state: string, id: string): boolean => existsSync(path.join(releaseFolder(state, id), "report.md"));

async function keep(state: string, id: string, report: object, text: string): Promise<string> {
  const folder = releaseFolder(state, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, "report.json");
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  await writeFile(path.join(folder, "report.md"), text, { mode: 0o600 });
  return file;
}
