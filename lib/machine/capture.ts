import { text } from "node:stream/consumers";
import { startGuarded } from "./guarded.ts";

/** A command that ran and did not end with 0. */
export class CommandFailed extends Error {
  /** The exit code: 128 + signal for what a signal ended. */
  readonly exit: number;
  readonly stderr: string;

  constructor(command: string, exit: number, stderr: string) {
    super(`${command} ended with ${exit}`);
    this.name = "CommandFailed";
    this.exit = exit;
    this.stderr = stderr;
  }
}

interface Capture {
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between SIGTERM, at which git removes its lock files, and SIGKILL. */
const grace = 500;

/**
 * What a command prints on its standard output. It gets no input and no terminal to ask on, and its whole process group ends with us,
 * however we end. Throws `CommandFailed` with what it said, the system's error where it cannot be started, and the signal's reason once
 * an abort has ended it.
 */
export async function capture(command: string, args: readonly string[], { cwd, env, signal }: Capture): Promise<string> {
  signal?.throwIfAborted();
  const started = startGuarded({ command, args, cwd: cwd ?? process.cwd(), env, grace, channels: false });
  if (!started.printed) throw new Error("a command without a log has nowhere to print");
  const { out, err } = started.printed;
  signal?.addEventListener("abort", started.end, { once: true });
  try {
    // Its end alone is not enough: what it printed last may still be on its way.
    const [said, complaint, exit] = await Promise.all([text(out), text(err), started.ended]);
    signal?.throwIfAborted();
    if (exit === 0) return said;
    throw (await started.command) ? new CommandFailed(command, exit, complaint) : notStarted(complaint);
  } finally {
    signal?.removeEventListener("abort", started.end);
  }
}

/** The system's error, which the guard prints where it cannot start a command, as in `git: spawn git ENOENT`. */
function notStarted(complaint: string): Error {
  return Object.assign(new Error(complaint.trim()), { code: /\bE[A-Z0-9]+$/.exec(complaint.trim())?.[0] });
}
