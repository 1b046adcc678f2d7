import { duration } from "../../../lib/base/time.ts";
import { type Controller, newController, turn } from "../../../lib/release/controller.ts";
import { currentStep } from "../../../lib/release/state.ts";
import type { HandClock } from "../../../lib/worlds/simulated/clock.ts";
import { holder, openService, type Running } from "./in-memory.ts";
import type { Client } from "./unreliable.ts";

/** One call of a client of AWS's SDK, by this process's clock in milliseconds. */
export interface Called {
  readonly command: string;
  readonly from: number;
  /** When it was answered. */
  readonly at: number;
}
/** Writes down what a client is asked for, once it was answered. */
export function watching(client: Client, called: Called[]): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const from = performance.now();
        // The stack's own, handed through.
        const answer = await next(args as never);
        called.push({ command: commandName, from, at: performance.now() });
        return answer as Awaited<{ output: never; response: undefined }>;
      },
    { step: "initialize", name: "count", priority: "high" },
  );
}

/** What a turn called. */
export interface Turned {
  /** The step that it left as it was, or that comes next. */
  readonly step: string;
  readonly called: readonly Called[];
  /** Whether it changed something, of AWS or in the ledger. */
  readonly wrote: boolean;
}

/** The turn that called this. */
export const turnedBy = (called: readonly Called[], step = ""): Turned => ({
  step,
  called: [...called],
  wrote: called.some(({ command }) => /^(Put|Modify|Register|Update|Change|Publish)/.test(command)),
});

/** What runs the copies. */
export type On = (clock: HandClock) => Running;

const stepOf = ({ read }: Controller): string => (read?.release ? currentStep(read.release)?.step.id : undefined) ?? "";

/** Plays a release and gives what each turn called; `anew`: by a host that knows nothing yet, each turn by another one. */
export async function turnsOf(fails: number, on: On, anew = false): Promise<readonly Turned[]> {
  const called: Called[] = [];
  const service = await openService({ fails, lend: (client) => watching(client, called) }, on);
  const host = () => newController(service.world(), holder, () => {}, duration(900_000));
  const one = host();
  const turns: Turned[] = [];
  for (;;) {
    called.length = 0;
    const by = anew ? host() : one;
    const next = await turn(by);
    if (next.is === "ended") break;
    turns.push(turnedBy(called, stepOf(by)));
    if (next.in > 0) await service.clock.wait(next.in);
  }
  await service.close();
  return turns;
}
