import { type FileHandle, open } from "node:fs/promises";
import type { Duration } from "../../base/time.ts";
import { startGuarded } from "../../machine/guarded.ts";
import { withLimit } from "../../machine/limit.ts";

interface Ended {
  /** `timeout` when it took too long; 128 + signal for what a signal ended. */
  readonly exit: number | "timeout";
  /** The last 300 characters of what it printed. */
  readonly tail: string;
}

interface CommandOrder {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly log: string;
}

/**
 * Runs a user's command to its end, with its output appended to a log file. What it leaves running in its process group is killed then;
 * the same happens after the timeout, and when this process dies.
 */
export async function runCommand(command: string, { cwd, env, timeout, log }: CommandOrder): Promise<Ended> {
  const output = await open(log, "a+", 0o600);
  try {
    await output.appendFile(`$ ${command}\n`);
    const { size: start } = await output.stat();
    const started = startGuarded({ command: "/bin/sh", args: ["-c", command], cwd, env, grace: 0, channels: false }, log);
    // The time is the command's own: on a busy machine its guard may take as long to start.
    await started.command;
    const { value: exit, cut } = await withLimit(timeout, undefined, started.end, started.ended);
    return { exit: cut ? "timeout" : exit, tail: await tail(output, start) };
  } finally {
    await output.close();
  }
}

async function tail(file: FileHandle, start: number): Promise<string> {
  const { size } = await file.stat();
  // Up to four bytes a character.
  const from = Math.max(start, size - 1_200);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.toString("utf8", 0, bytesRead).trim().slice(-300);
}
