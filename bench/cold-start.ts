import { spawnSync } from "node:child_process";
import path from "node:path";
import { median, type Row } from "./row.ts";

const rounds = 15;
const target = 3;
const launcher = path.join(import.meta.dirname, "..", "bin", "sluice.js");

function took(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - start;
}

/** `sluice --help` against `node -e 0`, turn by turn in one run. */
export async function coldStartBench(): Promise<Row[]> {
  const times = { ours: [] as number[], node: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.node.push(took(["-e", "0"]));
    times.ours.push(took([launcher, "--help"]));
  }
  const ratio = median(times.ours) / median(times.node);
  return [
    {
      what: "cold start of `sluice --help` against `node -e 0`",
      measured: `${ratio.toFixed(1)}×`,
      target: `≤ ${target}×`,
      ok: ratio <= target,
    },
  ];
}
