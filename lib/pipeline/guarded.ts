import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What the guard process is to run. It travels through its standard input, so that nothing shows in a process list. */
export interface GuardOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** Whether the command gets file descriptors 3 (we write) and 4 (we read). */
  readonly channels: boolean;
}

/** A command whose whole process group ends with us. */
export interface Guarded {
  /** The exit code; 128 + signal for what a signal ended. */
  readonly ended: Promise<number>;
  /** Ends the group: SIGTERM, grace, SIGKILL. Safe to repeat. */
  end(): void;
  /** To and from the command's descriptors 3 and 4; absent without channels. */
  readonly write?: Writable;
  readonly read?: Readable;
}

/** Starts a command in a process group of its own, behind a guard. Everything it prints is appended to `log` (0600). */
export async function startGuarded(order: GuardOrder, log: string): Promise<Guarded> {
  const guard = fileURLToPath(new URL(`guard${path.extname(new URL(import.meta.url).pathname)}`, import.meta.url));
  const out = await open(log, "a", 0o600);
  try {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", guard], {
      // A group of its own: Ctrl-C in the terminal must reach us and not the guard, or nobody would wait for the command to end.
      detached: true,
      env: { PATH: process.env.PATH ?? "" },
      stdio: ["pipe", out.fd, out.fd, ...(order.channels ? (["pipe", "pipe"] as const) : [])],
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 137));
    });
    const input = child.stdio[0];
    if (!input) throw new Error("the guard has no standard input");
    // When the guard is gone, what is written to it is lost, and `ended` says so.
    for (const stream of child.stdio) stream?.on("error", () => undefined);
    input.write(`${JSON.stringify(order)}\n`);
    const [write, read] = [child.stdio[3] as Writable | undefined, child.stdio[4] as Readable | undefined];
    return { ended, end: () => input.end(), ...(write && { write }), ...(read && { read }) };
  } finally {
    await out.close();
  }
}

/** Why a command stopped before it was done: the time limit, or somebody's wish. */
export type Cut = "time limit" | "stopped";

/** Runs `work` and calls `end` when the limit (milliseconds) has passed or the signal aborts; says which, if one did. */
export async function withLimit<T>(
  limit: number,
  signal: AbortSignal | undefined,
  end: () => void,
  work: Promise<T>,
): Promise<{ readonly value: T; readonly cut?: Cut }> {
  let cut: Cut | undefined;
  const stop = (why: Cut) => {
    cut ??= why;
    end();
  };
  const stopped = () => stop("stopped");
  const timer = setTimeout(() => stop("time limit"), limit);
  signal?.addEventListener("abort", stopped, { once: true });
  if (signal?.aborted) stopped();
  try {
    const value = await work;
    return { value, ...(cut && { cut }) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stopped);
  }
}
