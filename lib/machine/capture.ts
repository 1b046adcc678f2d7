import { type ChildProcess, spawn } from "node:child_process";

/** A command that ran and did not end with 0. */
export class CommandFailed extends Error {
  /** The exit code, or the name of the signal that ended it. */
  readonly exit: number | string;
  readonly stderr: string;

  constructor(command: string, exit: number | string, stderr: string) {
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
 * What a command prints on its standard output. It gets no input and no terminal to ask on. Throws `CommandFailed` with what it said,
 * the system's error where it cannot be started, and the signal's reason once an abort has ended its whole process group.
 */
export async function capture(command: string, args: readonly string[], { cwd, env, signal }: Capture): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    killGroup(child, "SIGTERM");
    late = setTimeout(() => killGroup(child, "SIGKILL"), grace);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    // "close" and not "exit": it also waits for whatever still holds the pipes.
    const exit = await new Promise<number | string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, name) => resolve(name ?? code ?? ""));
    });
    signal?.throwIfAborted();
    if (exit !== 0) throw new CommandFailed(command, exit, Buffer.concat(err).toString());
    return Buffer.concat(out).toString();
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", stop);
    if (signal?.aborted) killGroup(child, "SIGKILL");
  }
}

/** The group lives on under its number while one of its processes does, also when the first one has ended. */
function killGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // Nothing of it is left.
  }
}
