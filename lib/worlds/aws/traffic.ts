import { type Duration, duration } from "../../base/time.ts";
import type { Bursts, TrafficCount } from "../../ports/traffic.ts";
import { takeTurns } from "../../ports/turns.ts";
import type { Entrance } from "./address.ts";
import { openSender } from "./request.ts";

/** A request that takes longer has failed for whoever waits for it. */
const patience: Duration = duration(30_000);

/** Sends synthetic requests through the test listener. The callers of an environment on AWS are its own. */
export function listenerBursts(entrance: Entrance): Bursts {
  return {
    async burst(address, count, over, kinds) {
      const sender = openSender(entrance);
      const turn = takeTurns(kinds);
      const failures: Record<string, number> = {};
      const failed = (why: string) => {
        failures[why] = (failures[why] ?? 0) + 1;
      };
      const one = async (at: number): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, (at * over) / count));
        try {
          const { status } = await sender.send(address, { ...turn(), timeout: patience });
          if (status >= 500) failed(String(status));
        } catch (error) {
          failed(error instanceof Error && "code" in error ? String(error.code) : String(error));
        }
      };
      try {
        await Promise.all(Array.from({ length: count }, (_, at) => one(at)));
      } finally {
        sender.close();
      }
      return countOf(count, failures);
    },
  };
}

function countOf(requests: number, failures: Readonly<Record<string, number>>): TrafficCount {
  return { requests, failed: Object.values(failures).reduce((sum, one) => sum + one, 0), failures };
}
