import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { errorNumber } from "../base/errors.ts";

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** When it started, in the operating system's own words. */
  readonly started: string;
}

/**
 * When a process started, or undefined if it is gone. A zombie counts as gone: it does nothing any more.
 * Linux: field 22 of /proc/PID/stat, see proc(5); elsewhere `ps -o lstart=`.
 */
export function startedAt(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command in parentheses and may itself hold spaces and parentheses.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    } catch (error) {
      // Only these say that it is gone. With too many open files, say, a living process must not look dead: its lock would be broken.
      if (errorNumber(error) === "ENOENT" || errorNumber(error) === "ESRCH") return undefined;
      throw error;
    }
  }
  try {
    const [state, ...started] = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return !state || state.startsWith("Z") ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}

/** A process that runs now, by default this one; one that is gone gets no start time, and counts as dead ever after. */
export function processId(pid: number = process.pid): ProcessId {
  return { pid, started: startedAt(pid) ?? "" };
}

/** Whether it is that very process that runs, and not a later one with its pid. */
export function isAlive(process: ProcessId): boolean {
  return process.started !== "" && startedAt(process.pid) === process.started;
}

/**
 * Sends a signal to a process, or to its whole group. True if it was there to receive it. Never hits a later process with
 * the same pid; so a group is reached only as long as its first process is there.
 */
export function signal(target: ProcessId, name: NodeJS.Signals, group = false): boolean {
  if (!isAlive(target)) return false;
  try {
    process.kill(group ? -target.pid : target.pid, name);
    return true;
  } catch {
    return false;
  }
}
