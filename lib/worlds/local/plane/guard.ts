/**
 * Stands over one app process and ends its whole process group when the plane dies: the plane holds the other end of this
 * process's stdin, and the system closes it whatever kills the plane. Imports nothing of ours, so that it starts fast.
 */
import { spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { constants } from "node:os";

/** The first line on stdin. Not arguments and not our own environment: those are public, or would act on this process. */
interface Job {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace: number;
}

let stop = (): void => process.exit(0);
let stopAtOnce = (): void => process.exit(0);

function run({ command, env, grace }: Job): void {
  const [program = "", ...args] = command;
  // All that the app starts holds the last pipe too: its end says that nothing is left, as zombies hold no files.
  const app = spawn(program, args, { stdio: ["ignore", "inherit", "inherit", "pipe"], detached: true, env });
  const nothingLeft = new Promise<void>((resolve) => app.stdio[3]?.once("close", () => resolve()));
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (app.pid !== undefined) process.kill(-app.pid, name);
    } catch {
      // Nothing of the group is left.
    }
  };
  let graceOver: Promise<void> | undefined;
  stop = () => {
    if (graceOver) return;
    kill("SIGTERM");
    graceOver = new Promise((resolve) => setTimeout(resolve, grace));
    graceOver.then(() => kill("SIGKILL"));
  };
  stopAtOnce = () => {
    stop();
    kill("SIGKILL");
  };
  app.once("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  app.once("exit", async (code, signal) => {
    // A shell ends at once on SIGTERM; what it started still has the rest of the grace.
    if (graceOver) await Promise.race([nothingLeft, graceOver]);
    kill("SIGKILL");
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
  tellPid(app.pid);
}

function tellPid(pid: number | undefined): void {
  try {
    if (pid !== undefined) writeSync(3, `${pid}\n`);
    closeSync(3);
  } catch {
    // The plane is gone already; stdin says so too.
  }
}

let line = "";
const read = (chunk: Buffer): void => {
  line += chunk.toString();
  if (!line.includes("\n")) return;
  process.stdin.off("data", read);
  process.stdin.resume();
  run(JSON.parse(line));
};
process.stdin.on("data", read);
process.stdin.once("end", () => stop());
process.stdin.once("error", () => stop());
process.on("SIGTERM", () => stop());
process.on("SIGUSR2", () => stopAtOnce());
process.on("SIGINT", () => undefined);
