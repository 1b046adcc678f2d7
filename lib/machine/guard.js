// @ts-check
/**
 * The program that stands over one command and ends its whole process group when it is told to, or when whoever holds its standard
 * input dies: the system closes that, even after kill -9. Imports nothing of ours and is plain JavaScript: to strip types would cost
 * each guard 18 MB of memory and 100 ms (docs/adr/0006-a-room-for-the-machine.md).
 */
import { spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { constants } from "node:os";

/** @typedef {import("./guarded.ts").GuardOrder} GuardOrder */

let stop = () => void process.exit(0);
let stopAtOnce = stop;

/** @param {GuardOrder} order */
function obey({ command, args, env, grace, channels }) {
  /** @type {("pipe" | "inherit" | "ignore" | number)[]} */
  const stdio = ["ignore", "inherit", "inherit", ...(channels ? [4, 5] : []), "pipe"];
  const child = spawn(command, args, { env, stdio, detached: true });
  // All that the command starts holds the last pipe too: its end says that nothing is left, as zombies hold no files.
  /** @type {Promise<void>} */
  const nothingLeft = new Promise((resolve) => [...child.stdio].at(-1)?.once("close", () => resolve()));
  /** @param {NodeJS.Signals} name */
  const kill = (name) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Nothing of the group is left.
    }
  };
  /** @type {Promise<void> | undefined} */
  let graceOver;
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
  child.once("error", (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exit(127);
  });
  child.once("exit", async (code, signal) => {
    // A shell ends at once on SIGTERM; what it started still has the rest of the grace.
    if (graceOver) await Promise.race([nothingLeft, graceOver]);
    kill("SIGKILL");
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
  });
  tellPid(child.pid);
}

/** @param {number | undefined} pid */
function tellPid(pid) {
  try {
    if (pid !== undefined) writeSync(3, `${pid}\n`);
    closeSync(3);
  } catch {
    // Whoever asked is gone already; standard input says so too.
  }
}

let line = "";
/** @param {Buffer} chunk */
const read = (chunk) => {
  line += chunk.toString();
  if (!line.includes("\n")) return;
  process.stdin.off("data", read);
  process.stdin.resume();
  obey(JSON.parse(line));
};
process.stdin.on("data", read);
process.stdin.once("end", () => stop());
process.stdin.once("error", () => stop());
for (const name of /** @type {const} */ (["SIGTERM", "SIGINT", "SIGHUP"])) process.on(name, () => stop());
process.on("SIGUSR2", () => stopAtOnce());
