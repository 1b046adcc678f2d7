import type { Answer, Check, Probe } from "../../ports/probe.ts";
import type { Ask } from "./answers.ts";
import type { Script } from "./script.ts";

/** A command asks its address once, and exits as the script says. */
export function simulatedProbe(ask: Ask, exits: Script["exits"]): Probe {
  const answer = (address: string, check: Check): Answer => {
    const name = check.kind === "http" ? `${check.method} ${check.path}` : check.command;
    const reply = ask(address, check.kind === "http" ? check.path : "/");
    if (!reply) return { check: name, ok: false, saw: "nothing answers there" };
    if (check.kind === "http") return { check: name, ok: expects(check.status, reply.status), saw: String(reply.status) };
    const exit = exits(check.command, reply.group, reply.status);
    return { check: name, ok: exit === 0, saw: `exit ${exit}` };
  };
  return { ask: async (address, checks) => checks.map((check) => answer(address, check)) };
}

const expects = (wanted: readonly number[] | "2xx-3xx", got: number) =>
  wanted === "2xx-3xx" ? got >= 200 && got < 400 : wanted.includes(got);
