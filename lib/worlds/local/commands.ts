import { spawn } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import { errorNumber } from "../../base/errors.ts";
import type { Duration } from "../../base/time.ts";

export interface Ended {
  /** Exit code, signal name, `timeout` when it took too long, or why it could not start. */
  readonly how: number | string;
  /** The last 300 characters of what it printed. */
  readonly tail: string;
}

/**
 * Kills its whole group when its input ends, which happens when the process that started it dies. The user's command comes as an argument
 * and replaces this shell, so it runs exactly as `/bin/sh -c command` would.
 */
const guarded = 'exec 3<&0 </dev/null; (read -r _ <&3; kill -9 0) >/dev/null 2>&1 & exec 3<&-; exec /bin/sh -c "$1"';

/**
 * Runs a user's command to its end, with its output appended to a log file. What it leaves running in its process group is killed then;
 * the same happens after the timeout, and when this process dies.
 */
export async function runCommand(
  command: string,
  {
    cwd,
    env,
    timeout,
    log,
  }: { readonly cwd: string; readonly env: Record<string, string>; readonly timeout: Duration; readonly log: string },
): Promise<Ended> {
  const output = await open(log, "a+", 0o600);
  try {
    await output.appendFile(`$ ${command}\n`);
    const { size: start } = await output.stat();
    const child = spawn("/bin/sh", ["-c", guarded, "sh", command], { cwd, env, detached: true, stdio: ["pipe", output.fd, output.fd] });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, timeout);
    const how = await new Promise<number | string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, name) => resolve(name ?? code ?? ""));
    });
    clearTimeout(timer);
    killGroup(child.pid);
    return { how: late ? "timeout" : how, tail: await tail(output, start) };
  } finally {
    await output.close();
  }
}

/** The group lives on under its number while one of its processes does, also when the first one has ended. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (errorNumber(error) !== "ESRCH") throw error;
  }
}

async function tail(file: FileHandle, start: number): Promise<string> {
  const { size } = await file.stat();
  // Up to four bytes a character.
  const from = Math.max(start, size - 1_200);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.toString("utf8", 0, bytesRead).trim().slice(-300);
}
