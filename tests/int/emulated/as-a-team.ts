import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { variable } from "../outputs.ts";

const root = path.join(import.meta.dirname, "../../..");

/** What the integration test said of an environment. */
interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly passed: number;
  readonly failed: number;
  /** Why tests were skipped. */
  readonly skipped: readonly string[];
}

/** Runs the integration test as a team would: the file alone, told where the outputs are. */
export function asATeam(map: string): Said {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-int-"));
  const file = path.join(folder, "outputs.json");
  writeFileSync(file, map);
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "tests/tap-stack.int.test.ts", "--reporter=verbose", "--maxWorkers=1"];
  const env = { ...Object.fromEntries(kept), NO_COLOR: "1", [variable]: file };
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  rmSync(folder, { recursive: true, force: true });
  const marked = (mark: string) => stdout.split("\n").filter((line) => line.trim().startsWith(mark));
  const skipped = marked("↓").map((line) => /\[(.*)\]$/.exec(line.trim())?.[1] ?? "");
  return { status, stdout, passed: marked("✓").length, failed: marked("×").length, skipped };
}
