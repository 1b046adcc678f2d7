import { appendFile } from "node:fs/promises";
import { npmAudit, type ScannerResult, type ScanRun, trivy } from "./scanners.ts";
import { scanSecrets } from "./secrets.ts";

interface ScanResult {
  readonly is: "passed" | "failed" | "skipped";
  readonly because: string;
  readonly scanners: readonly ScannerResult[];
}

/** Runs every scanner that can run here. Failed if one failed, skipped if none of them looked at anything. */
export async function scan(run: ScanRun): Promise<ScanResult> {
  const scanners: ScannerResult[] = [];
  for (const scanner of [secrets, npmAudit, trivy]) {
    const result = await scanner(run);
    await appendFile(run.log, `${result.scanner}: ${result.is}: ${result.because}\n`, { mode: 0o600 });
    scanners.push(result);
  }
  const is = scanners.some((one) => one.is === "failed") ? "failed" : scanners.some((one) => one.is === "passed") ? "passed" : "skipped";
  return { is, because: scanners.map((one) => `${one.scanner} ${one.is} (${one.because})`).join(", "), scanners };
}

async function secrets(run: ScanRun): Promise<ScannerResult> {
  if (!run.ownFiles) return { scanner: "secrets", is: "skipped", because: "a published package has no files of its own here" };
  const { findings, files } = await scanSecrets(run.folder);
  if (files === 0) return { scanner: "secrets", is: "skipped", because: "there are no text files" };
  for (const { file, line, rule, masked } of findings) await appendFile(run.log, `${file}:${line}: ${rule} ${masked}\n`, { mode: 0o600 });
  const [first] = findings;
  if (!first) return { scanner: "secrets", is: "passed", because: `${files} text files` };
  const more = findings.length > 1 ? ` and ${findings.length - 1} more` : "";
  return { scanner: "secrets", is: "failed", because: `${first.rule} in ${first.file}:${first.line}${more}` };
}
