import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type ProcessId, processId, signal } from "./processes.ts";

/** What a guard is to run. It travels through its standard input, so that nothing shows in a process list or acts on the guard itself. */
export interface GuardOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** Whether the command gets file descriptors 3 (we write) and 4 (we read). */
  readonly channels: boolean;
}

/** A command whose whole process group ends with us, however we end. */
export interface Guarded {
  readonly guard: ProcessId;
  /** The command's first process, once it runs; undefined if it never does. */
  readonly command: Promise<ProcessId | undefined>;
  /** The exit code: 128 + signal for what a signal ended, 127 for what cannot be started. By then nothing of the group is left. */
  readonly ended: Promise<number>;
  /** Ends the group: SIGTERM, grace, SIGKILL. Safe to repeat. */
  end(): void;
  /** What it prints; absent with a log, which takes it all. */
  readonly printed?: { readonly out: Readable; readonly err: Readable };
  /** To and from the command's descriptors 3 and 4; absent without channels. */
  readonly write?: Writable;
  readonly read?: Readable;
}

/** How long after the grace a guard is given before it counts as hung, in milliseconds. */
const patience = 2_000;
const program = fileURLToPath(new URL("guard.js", import.meta.url));

/** Starts a command in a process group of its own, behind a guard. Everything it prints is appended to `log` (0600), where one is given. */
export function startGuarded(order: GuardOrder, log?: string): Guarded {
  const out = log === undefined ? "pipe" : openSync(log, "a", 0o600);
  // In a session of its own: what ends our process group, such as Ctrl-C, leaves the guard alive to end the command.
  const guard = spawn(process.execPath, [program], {
    detached: true,
    cwd: order.cwd,
    env: {},
    stdio: ["pipe", out, out, "pipe", ...(order.channels ? (["pipe", "pipe"] as const) : [])],
  });
  if (out !== "pipe") closeSync(out);
  // When the guard is gone, what is written to it is lost, and `ended` says so.
  for (const stream of guard.stdio) stream?.on("error", () => undefined);
  guard.stdin?.write(`${JSON.stringify(order)}\n`);
  const command = pidFrom(guard);
  let hung: NodeJS.Timeout | undefined;
  const ended = endOf(guard).then(async (code) => {
    clearTimeout(hung);
    // Only if the guard itself was killed is there anything left to end.
    const left = await command;
    if (left) signal(left, "SIGKILL", true);
    return code;
  });
  const streams: readonly unknown[] = guard.stdio;
  const [write, read] = streams.slice(4);
  return {
    guard: processId(guard.pid ?? 0),
    command,
    ended,
    end() {
      guard.stdin?.end();
      guard.kill("SIGTERM");
      hung ??= setTimeout(() => guard.kill("SIGKILL"), order.grace + patience);
    },
    ...(guard.stdout && guard.stderr && { printed: { out: guard.stdout, err: guard.stderr } }),
    ...(write instanceof Writable && { write }),
    ...(read instanceof Readable && { read }),
  };
}

function pidFrom(guard: ChildProcess): Promise<ProcessId | undefined> {
  return new Promise((resolve) => {
    guard.stdio[3]?.once("data", (pid: Buffer) => resolve(processId(Number(pid.toString()))));
    guard.stdio[3]?.once("close", () => resolve(undefined));
  });
}

function endOf(guard: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    guard.once("error", reject);
    guard.once("exit", (code) => resolve(code ?? 137));
  });
}
