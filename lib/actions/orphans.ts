import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";

/**
 * Pids of processes that have to do with a state folder: they run in it or name it on their command line. After a rehearsal there
 * must be none. Linux reads /proc, others ask `ps` for the command lines.
 */
export function processesOf(state: string): readonly number[] {
  const folder = path.resolve(state) + path.sep;
  const mine = (pid: number) => pid === process.pid;
  if (process.platform !== "linux") return fromPs(folder).filter((pid) => !mine(pid));
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && !mine(pid) && belongs(pid, folder));
}

function belongs(pid: number, folder: string): boolean {
  try {
    if (/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return false;
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return (
      `${readlinkSync(`/proc/${pid}/cwd`)}${path.sep}`.startsWith(folder) || words.some((word) => `${word}${path.sep}`.startsWith(folder))
    );
  } catch {
    // It ended while we looked, or belongs to somebody else.
    return false;
  }
}

function fromPs(folder: string): readonly number[] {
  const lines = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(folder)).map((line) => Number.parseInt(line, 10));
}
