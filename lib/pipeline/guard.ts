/**
 * The program that stands between us and a command: it ends the command's whole process group when it is told to, or when whoever
 * holds its standard input dies, even by kill -9. Its first line of input is the order, as JSON; after that, only the end matters.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { GuardOrder } from "./guarded.ts";

const input = createInterface({ input: process.stdin });
input.once("line", (line) => obey(JSON.parse(line) as GuardOrder));
input.once("close", () => process.exit(0));

function obey(order: GuardOrder): void {
  const channels = order.channels ? [3, 4] : [];
  const child = spawn(order.command, order.args, {
    cwd: order.cwd,
    env: order.env,
    detached: true,
    stdio: ["ignore", "inherit", "inherit", ...channels],
  });
  const send = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return child.pid !== undefined && process.kill(-child.pid, signal);
    } catch {
      return false;
    }
  };
  let code: number | undefined;
  let ending = false;
  const finish = () => {
    send("SIGKILL");
    process.exit(code ?? 137);
  };
  const end = () => {
    if (ending) return;
    ending = true;
    send("SIGTERM");
    setTimeout(finish, order.grace);
    // The leader often ends before its children have tidied up, so wait for the whole group.
    setInterval(() => send(0) || finish(), 20);
  };
  child.once("error", (error) => {
    process.stderr.write(`${order.command}: ${error.message}\n`);
    process.exit(127);
  });
  child.once("exit", (exit, signal) => {
    code = exit ?? (signal === "SIGKILL" ? 137 : 143);
    if (!ending) finish();
  });
  input.removeAllListeners("close").once("close", end);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
}
