import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Report } from "../release/report.ts";
import { reportText } from "../release/report-text.ts";

/** Where everything about one release is kept. */
export function releaseFolder(state: string, release: string): string {
  return path.join(state, "releases", release);
}

/** Writes `report.json` and `report.md` of a release below the state folder, for its owner alone, and returns the first. */
export async function keepReport(state: string, report: Report): Promise<string> {
  const folder = releaseFolder(state, report.release);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, "report.json");
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  await writeFile(path.join(folder, "report.md"), reportText(report), { mode: 0o600 });
  return file;
}
