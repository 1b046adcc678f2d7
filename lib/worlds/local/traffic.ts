import { rmSync } from "node:fs";
import path from "node:path";
import type { Duration } from "../../base/time.ts";
import type { Traffic, TrafficCount } from "../../ports/traffic.ts";
import { takeTurns } from "../../ports/turns.ts";
import { type Book, emptyBook, record } from "./load/book.ts";
import { openLoop } from "./load/open-loop.ts";
import { readOutcomes } from "./load/outcomes.ts";
import { loadProcess } from "./load/process.ts";
import { openSender } from "./load/sender.ts";

/** Callers that live on when the controller dies, until their lease ends. */
export interface LocalTraffic extends Traffic {
  /** Forgets all outcomes so far: a new rehearsal begins. A controller that goes on with one does not call it. */
  fresh(): Promise<void>;
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
  const outcomes = path.join(folder, "outcomes.jsonl");
  const generator = loadProcess(folder, lease);
  const book = async (): Promise<Book> => (await generator.tell("book", null)) ?? readOutcomes(outcomes);

  return {
    async send(rate, kinds) {
      const order = { address: target(), rate, kinds };
      if ((await generator.tell("send", order)) !== undefined || rate === 0) return;
      // The generator goes on with what is counted already; a file that it could not read is told here, with the fix.
      readOutcomes(outcomes);
      const tell = await generator.start();
      await tell("send", order);
    },
    burst: sendBurst,
    count: async () => counted(await book()),
    async fresh() {
      if ((await generator.tell("fresh", null)) === undefined) rmSync(outcomes, { force: true });
    },
    stop: () => generator.end(),
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
