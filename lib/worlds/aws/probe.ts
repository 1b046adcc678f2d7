import { type Duration, showDuration } from "../../base/time.ts";
import { slotHeader } from "../../plan/blocks/weighted-entry.ts";
import type { Answer, Check, Probe } from "../../ports/probe.ts";
import { type Entrance, readAddress } from "./address.ts";
import { openSender, type Sender } from "./request.ts";

/** Runs a user's command. On a machine that has the user's files there is a shell; a function of ours has neither. */
export type RunCommand = (
  command: string,
  env: Readonly<Record<string, string>>,
  timeout: Duration,
) => Promise<{ readonly ok: boolean; readonly saw: string }>;

/**
 * Asks over HTTP where tests come in, all requests at once, and by commands, one after another. A command gets that as `SLUICE_URL`, must send
 * the header of `SLUICE_HEADER` with each request, and must connect to the load balancer that `SLUICE_BALANCER` names wherever the URL's host
 * leads elsewhere, as `curl --connect-to "::$SLUICE_BALANCER:"` does.
 */
export function listenerProbe(entrance: Entrance, run: RunCommand): Probe {
  return {
    async ask(address, checks) {
      const sender = openSender(entrance);
      try {
        const overHttp = checks.map((check) => (check.kind === "http" ? askHttp(sender, address, check) : undefined));
        const answers: Answer[] = [];
        for (const [at, check] of checks.entries()) {
          const answer = check.kind === "command" ? await askCommand(run, readAddress(entrance, address), check) : await overHttp[at];
          if (answer) answers.push(answer);
        }
        return answers;
      } finally {
        sender.close();
      }
    },
  };
}

async function askHttp(sender: Sender, address: string, check: Extract<Check, { kind: "http" }>): Promise<Answer> {
  const { method, path, status: wanted, timeout } = check;
  const name = `${method} ${path}`;
  try {
    const { status, text } = await sender.send(address, { method, path, timeout });
    const ok = wanted === "2xx-3xx" ? status >= 200 && status < 400 : wanted.includes(status);
    return { check: name, ok, saw: ok || text === "" ? String(status) : `${status}: ${text}` };
  } catch (error) {
    return { check: name, ok: false, saw: whyNot(error, timeout) };
  }
}

function whyNot(error: unknown, timeout: Duration): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError") return `no answer within ${showDuration(timeout)}`;
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

async function askCommand(
  run: RunCommand,
  { origin, headers, balancer }: ReturnType<typeof readAddress>,
  check: Extract<Check, { kind: "command" }>,
): Promise<Answer> {
  const env = { SLUICE_URL: origin, SLUICE_HEADER: `${slotHeader}: ${headers[slotHeader] ?? ""}`, SLUICE_BALANCER: balancer };
  return { check: check.command, ...(await run(check.command, env, check.timeout)) };
}
