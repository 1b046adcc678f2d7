import { duration } from "../../base/time.ts";
import type { RequestKind, Traffic, TrafficCount } from "../../ports/traffic.ts";
import type { Ask } from "./answers.ts";
import { type HandClock, tick } from "./clock.ts";
import { addressOf } from "./router.ts";

/** Counts outcomes. */
interface Book {
  add(status: number | undefined): void;
  size(): number;
  count(): TrafficCount;
}

function book(): Book {
  const failures: Record<string, number> = {};
  let requests = 0;
  return {
    add(status) {
      requests += 1;
      const failure = status === undefined ? "ECONNREFUSED" : String(status);
      if (status === undefined || status >= 500) failures[failure] = (failures[failure] ?? 0) + 1;
    },
    size: () => requests,
    count: () => ({ requests, failed: Object.values(failures).reduce((sum, count) => sum + count, 0), failures: { ...failures } }),
  };
}

/** `flows` says whether requests arrive at all. */
export function simulatedTraffic(clock: HandClock, flows: () => boolean, ask: Ask): Traffic {
  const seen = book();
  let rate = 0;
  let due = 0;
  let paths: readonly string[] = [];
  clock.onTick(() => {
    if (flows()) due += (rate * tick) / 1_000;
    for (; due >= 1; due -= 1) seen.add(ask(addressOf("router"), paths[seen.size() % paths.length] ?? "/")?.status);
  });
  return {
    async send(next, kinds) {
      [rate, paths] = [next, next > 0 ? pathsOf(kinds) : []];
    },
    async burst(address, count, over, kinds) {
      const sent = book();
      const delay = Number(kinds[0]?.headers?.["x-sluice-delay"] ?? 0);
      const [path = "/"] = pathsOf(kinds);
      const ticks = Math.max(1, Math.ceil(over / tick));
      for (let step = 1; step <= ticks; step += 1) {
        for (let index = sent.size(); index < Math.round((count * step) / ticks); index += 1) sent.add(ask(address, path, delay)?.status);
        await clock.wait(duration(over / ticks));
      }
      return sent.count();
    },
    count: async () => seen.count(),
  };
}

function pathsOf(kinds: readonly RequestKind[]): readonly string[] {
  const paths = kinds.filter(({ share }) => share > 0).map(({ path }) => path);
  if (paths.length === 0) throw new Error("no kind of request has a share");
  return paths;
}
