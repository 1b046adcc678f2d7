import { isDeepStrictEqual } from "node:util";
import { looking } from "../actions/looking.ts";
import { sourceFrom } from "../actions/project.ts";
import type { Asked } from "../actions/target.ts";
import type { StatusView } from "../actions/views.ts";
import { rehearsalEnvironment } from "../base/commands.ts";
import { exitCodes } from "../base/outcome.ts";
import { duration, systemClock } from "../base/time.ts";
import { fromHere } from "./next-command.ts";
import { openOutput } from "./output.ts";
import { paintFor } from "./paint.ts";
import { statusLines } from "./status-lines.ts";

interface StatusRequest extends Asked {
  readonly watch: boolean;
  readonly json: boolean;
}

/** How often `--watch` looks: a file may be read at any time, and a table is asked for through the network. */
const everyOf = (environment: string) => duration(environment === rehearsalEnvironment ? 500 : 2_000);

/** `sluice status`: prints it once, or with `--watch` again on every change until the release has ended or somebody presses Ctrl-C. */
export async function showStatus({ folder: project, watch, json, ...asked }: StatusRequest): Promise<number> {
  const cwd = process.cwd();
  const folder = sourceFrom(cwd, project);
  const ended = new AbortController();
  const end = () => ended.abort();
  const output = openOutput(process.stdout, end);
  process.once("SIGINT", end).once("SIGTERM", end);
  const repaints = watch && !json && process.stdout.isTTY === true;
  let shown: StatusView | undefined;
  const look = looking({ ...asked, folder }, (text) => process.stderr.write(`${text}\n`));
  try {
    while (!ended.signal.aborted) {
      const view = await unlessEnded(look(), ended.signal);
      if (!view) break;
      if (!isDeepStrictEqual(view, shown))
        output.write(linesOf({ ...view, next: view.next && fromHere(view.next, folder, cwd) }, json, repaints));
      shown = view;
      if (!watch || view.state === "ended") break;
      await systemClock.wait(everyOf(asked.environment), ended.signal);
    }
    await output.flush();
    // Whoever waits for AWS would keep the process until it answers.
    if (ended.signal.aborted) process.exit(shown ? 0 : exitCodes.aborted);
    // The ledger does not answer; what is known of the environment was told nevertheless.
    return shown?.state === "unknown" ? exitCodes.blocked : 0;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
    output.close();
  }
}

async function unlessEnded<T>(work: Promise<T>, ended: AbortSignal): Promise<T | undefined> {
  const over = Promise.withResolvers<undefined>();
  const stop = () => over.resolve(undefined);
  ended.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    ended.removeEventListener("abort", stop);
  }
}

const clearScreen = "\u001b[H\u001b[2J";

function linesOf(view: StatusView, json: boolean, repaints: boolean): readonly string[] {
  if (json) return [JSON.stringify(view)];
  const [first = "", ...rest] = statusLines(view, systemClock.now(), paintFor(process.stdout));
  return [repaints ? clearScreen + first : first, ...rest];
}
