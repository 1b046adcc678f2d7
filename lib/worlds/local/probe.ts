import { constants } from "node:os";
import { Agent, request } from "undici";
import { errorNumber } from "../../base/errors.ts";
import { showDuration } from "../../base/time.ts";
import { inheritedEnvironment } from "../../machine/environment.ts";
import type { Answer, Check, Probe } from "../../ports/probe.ts";
import { runCommand } from "./commands.ts";

type HttpCheck = Extract<Check, { readonly kind: "http" }>;
type CommandCheck = Extract<Check, { readonly kind: "command" }>;

/** Where commands run, what they get beside `inheritedEnvironment`, and the file that their output is appended to. */
interface ProbeOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Asks over HTTP, all requests at once, and by the user's own commands, one after another. */
export function localProbe(options: ProbeOptions): Probe {
  return {
    async ask(address, checks) {
      const connections = new Agent({ pipelining: 0 });
      try {
        const overHttp = checks.map((check) => (check.kind === "http" ? askHttp(connections, address, check) : undefined));
        const answers: Answer[] = [];
        for (const [index, check] of checks.entries()) {
          const answer = check.kind === "command" ? await askCommand(options, address, check) : await overHttp[index];
          if (answer) answers.push(answer);
        }
        return answers;
      } finally {
        await connections.destroy();
      }
    },
  };
}

async function askHttp(dispatcher: Agent, address: string, check: HttpCheck): Promise<Answer> {
  const name = `${check.method} ${check.path}`;
  const signal = AbortSignal.timeout(check.timeout);
  try {
    // Not `new URL(path, address)`: a path such as //elsewhere would change the host.
    const url = new URL(address).origin + check.path;
    const { statusCode, body } = await request(url, { dispatcher, method: check.method, signal });
    const ok = expects(check, statusCode);
    const said = ok ? "" : await endOf(body);
    body.on("error", () => {}).destroy();
    return { check: name, ok, saw: said === "" ? String(statusCode) : `${statusCode}: ${said}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      check: name,
      ok: false,
      saw: signal.aborted ? `no answer within ${showDuration(check.timeout)}` : (errorNumber(error) ?? why),
    };
  }
}

const expects = ({ status }: HttpCheck, got: number): boolean => (status === "2xx-3xx" ? got >= 200 && got < 400 : status.includes(got));

/** The last 300 characters of a body; of one that does not end within the timeout, those that came. */
async function endOf(body: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  try {
    for await (const chunk of body) text = (text + chunk.toString()).slice(-300);
  } catch {
    // The status was seen already, and it decides.
  }
  return text.trim();
}

async function askCommand({ cwd, env, log }: ProbeOptions, address: string, { command, timeout }: CommandCheck): Promise<Answer> {
  const given = { ...inheritedEnvironment(), ...env, SLUICE_URL: address };
  const { exit, tail } = await runCommand(command, { cwd, env: given, timeout, log });
  const saw = exit === "timeout" ? `not done within ${showDuration(timeout)}` : exitOf(exit);
  return { check: command, ok: exit === 0, saw: tail === "" ? saw : `${saw}: ${tail}` };
}

/** As shells say it: more than 128 stands for the signal that ended it. */
function exitOf(exit: number): string {
  const name = Object.entries(constants.signals).find(([, number]) => number === exit - 128)?.[0];
  return name === undefined ? `exit ${exit}` : `exit ${exit} (${name})`;
}
