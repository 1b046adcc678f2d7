import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { Duration } from "../../base/time.ts";
import type { Traffic, TrafficCount } from "../../ports/traffic.ts";
import { type Background, findBackground, forgetDead, moduleBeside, startBackground } from "./background.ts";
import { controlClient, Unreachable } from "./control.ts";
import { type Answerer, answerers, type Book, emptyBook, quantile, record } from "./load/book.ts";
import { openLoop, takeTurns } from "./load/open-loop.ts";
import { readOutcomes } from "./load/outcomes.ts";
import { openSender } from "./load/sender.ts";
import type { LoadVerbs } from "./load/verbs.ts";
import { inheritedEnvironment } from "./plane/environment.ts";
import { isAlive, type ProcessId, signal } from "./processes.ts";

/** What the callers saw of one slot. `quantile` is in milliseconds, of requests that were answered. */
export interface SlotCount {
  readonly requests: number;
  readonly failed: number;
  readonly quantile: (share: number) => number | undefined;
}

/** How long a generator may take to answer, and to end, in milliseconds. */
const patience = 10_000;
const patienceAtEnd = 2_000;

export interface LocalTraffic extends Traffic {
  /** Forgets all outcomes so far: a new rehearsal begins. A controller that goes on with one does not call it. */
  fresh(): Promise<void>;
  /** The same outcomes as `count`, by who answered. */
  slots(): Promise<Readonly<Record<Answerer, SlotCount>>>;
  /** Ends the generator. Its outcomes stay on disk and are still counted. */
  stop(): Promise<void>;
}

/**
 * Traffic from a process of its own. It is found again by its folder, started by `send`, and ends by `stop` or when nothing was asked of it
 * for as long as the lease. `target` is where the router answers now.
 */
export function localTraffic({
  folder,
  target,
  lease,
}: {
  readonly folder: string;
  readonly target: () => string;
  readonly lease: Duration;
}): LocalTraffic {
  const announced = path.join(folder, "process.json");
  const outcomes = path.join(folder, "outcomes.jsonl");

  const start = (): Promise<Background> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    forgetDead(announced);
    const log = path.join(folder, "log");
    return startBackground(moduleBeside(import.meta.url, "load/main"), [folder, String(lease)], announced, log, inheritedEnvironment());
  };

  /** Undefined when there is no generator, or when it ended just now. */
  const tell = async <Name extends keyof LoadVerbs>(name: Name, input: LoadVerbs[Name]["in"], timeout = patience) => {
    const found = findBackground(announced);
    if (!found) return undefined;
    try {
      return await controlClient<LoadVerbs>(found.socket, timeout)(name, input);
    } catch (error) {
      if (error instanceof Unreachable && (await endsWithin(found.process, 1_000))) return undefined;
      throw error;
    }
  };

  const book = async (): Promise<Book> => (await tell("book", null)) ?? readOutcomes(outcomes);

  return {
    async send(rate, kinds) {
      const order = { address: target(), rate, kinds };
      if ((await tell("send", order)) !== undefined || rate === 0) return;
      const { socket } = await start();
      await controlClient<LoadVerbs>(socket)("send", order);
    },
    burst: sendBurst,
    count: async () => counted(await book()),
    async slots() {
      const { slots } = await book();
      const entries = answerers.map((answerer) => {
        const { requests, failed, latencies } = slots[answerer];
        return [answerer, { requests, failed, quantile: (share: number) => quantile(latencies, share) }] as const;
      });
      return Object.fromEntries(entries) as Record<Answerer, SlotCount>;
    },
    async fresh() {
      if ((await tell("fresh", null)) === undefined) rmSync(outcomes, { force: true });
    },
    stop: () => endGenerator(announced, () => tell("stop", null, patienceAtEnd)),
  };
}

const counted = ({ requests, failed, failures }: Book): TrafficCount => ({ requests, failed, failures });

/** A burst runs in the calling process: it ends with it, and is in nobody's count. */
const sendBurst: Traffic["burst"] = async (address, count, over, kinds) => {
  const sender = openSender();
  const turn = takeTurns(kinds);
  const book = emptyBook();
  try {
    const endings: Promise<void>[] = [];
    const fire = (due: number) => {
      endings.push(new Promise((resolve) => sender.send(address, turn(), due, (ending) => resolve(record(book, ending)))));
    };
    await openLoop((count * 1_000) / over, fire, count).ended;
    await Promise.all(endings);
    return counted(book);
  } finally {
    await sender.close();
  }
};

/** Resolves once the process is gone; one that does not listen is killed. */
async function endGenerator(announced: string, ask: () => Promise<unknown>): Promise<void> {
  const found = findBackground(announced);
  if (found) {
    const asked = await ask().then(
      () => true,
      () => false,
    );
    if (!asked || !(await endsWithin(found.process, patienceAtEnd))) signal(found.process, "SIGKILL");
    await endsWithin(found.process, patienceAtEnd);
  }
  forgetDead(announced);
}

/** Whether a process is gone before the time (in milliseconds) is over. */
async function endsWithin(process: ProcessId, time: number): Promise<boolean> {
  for (const over = performance.now() + time; isAlive(process); ) {
    if (performance.now() > over) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}
