import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { type Guarded, startGuarded } from "../machine/guarded.ts";

/**
 * Runs commands one after the other in one shell, so that `cd`, exports, variables and functions last, as in CodeBuild ("runs all build
 * commands in the same instance of the default shell", https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html).
 * A command that ends the shell (`exit`, `set -e`) fails or passes by that exit code; the next one gets a new shell with the exports
 * and the folder from before it.
 */
export interface Shell {
  /** The command's exit code. */
  run(command: string, succeeding: boolean): Promise<number>;
  /** The values that variables have now; unset ones are left out. */
  values(names: readonly string[]): Promise<Record<string, string>>;
  /** Ends everything that runs; later commands do not start any more and answer 143. */
  stop(): void;
  readonly stopped: boolean;
  /** Ends the shell and whatever was left running in the background. */
  close(): Promise<void>;
}

interface ShellOrder {
  readonly shell: "/bin/sh" | "bash";
  readonly folder: string;
  readonly env: Record<string, string>;
  /** An empty folder, readable by nobody else, outside the checkout. */
  readonly control: string;
  readonly log: string;
  readonly grace: number;
}

/** Our side of the shell. Constant text: commands and values reach it through files and the environment. */
const loop = `
if [ -f "$SLUICE_CONTROL/env" ]; then . "$SLUICE_CONTROL/env"; cd "$(cat "$SLUICE_CONTROL/cwd")"; fi
while IFS=' ' read -r CODEBUILD_BUILD_SUCCEEDING sluice_step <&3; do
  export CODEBUILD_BUILD_SUCCEEDING
  eval "$(cat "$SLUICE_CONTROL/$sluice_step")" 3<&- 4>&-
  sluice_status=$?
  export -p >"$SLUICE_CONTROL/env"
  pwd >"$SLUICE_CONTROL/cwd"
  printf '%s\\n' "$sluice_status" >&4
done
`;

/** Prints the variables named in a file; constant for the same reason. */
const printValues = `
while IFS= read -r sluice_name; do
  eval "if [ -n \\"\\\${$sluice_name+set}\\" ]; then printf '%s=%s\\\\0' \\"\\$sluice_name\\" \\"\\\${$sluice_name}\\"; fi"
done <"$SLUICE_CONTROL/names" >"$SLUICE_CONTROL/values"
`;

/** Opens a shell. It starts with the first command. */
export function openShell(order: ShellOrder): Shell {
  let running: { shell: Guarded; lines: Interface } | undefined;
  let steps = 0;
  let stopped = false;

  const start = () => {
    const env = { ...order.env, SLUICE_CONTROL: order.control };
    const shell = startGuarded(
      { command: order.shell, args: ["-c", loop], cwd: order.folder, env, grace: order.grace, channels: true },
      order.log,
    );
    if (!shell.read) throw new Error("the shell has no channel to answer on");
    running = { shell, lines: createInterface({ input: shell.read }) };
    if (stopped) shell.end();
    return running;
  };

  const step = async (text: string, succeeding: boolean): Promise<number> => {
    const { shell, lines } = running ?? start();
    const name = `step-${++steps}`;
    await writeFile(path.join(order.control, name), text, { mode: 0o600 });
    const answer = new Promise<number>((resolve) => lines.once("line", (line) => resolve(Number(line))));
    const ended = shell.ended.then((code) => {
      running = undefined;
      return code;
    });
    shell.write?.write(`${succeeding ? 1 : 0} ${name}\n`);
    return await Promise.race([answer, ended]);
  };

  return {
    async run(command, succeeding) {
      if (stopped) return 143;
      await appendFile(order.log, `$ ${command.trimEnd()}\n`, { mode: 0o600 });
      return await step(command, succeeding);
    },
    async values(names) {
      if (names.length === 0) return {};
      const file = path.join(order.control, "values");
      await rm(file, { force: true });
      await writeFile(path.join(order.control, "names"), names.map((name) => `${name}\n`).join(""), { mode: 0o600 });
      if ((await step(printValues, true)) !== 0) return {};
      const pairs = (await readFile(file, "utf8")).split("\0").filter(Boolean);
      return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    },
    stop() {
      stopped = true;
      running?.shell.end();
    },
    get stopped() {
      return stopped;
    },
    async close() {
      const last = running?.shell;
      last?.write?.end();
      await last?.ended;
    },
  };
}
