import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Clock, duration } from "../../lib/base/time.ts";
import type { Bursts, RequestKind, Traffic, TrafficCount } from "../../lib/ports/traffic.ts";

/** Who answers requests, and the time in which they come. */
interface Answered {
  readonly address: string;
  /** From now on everything gets this status. */
  answer(status: 200 | 404 | 502): void;
  readonly clock: Clock;
  /** Lets at least this much time go by, in milliseconds. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface TrafficUnderTest extends Answered {
  /** Sends to a router that answers at `address`. */
  readonly traffic: Traffic;
}

export interface BurstsUnderTest extends Answered {
  readonly bursts: Bursts;
  /** Nobody answers there. */
  readonly nowhere: string;
  /** How many requests have come so far. */
  arrived(): number;
}

const kinds: readonly RequestKind[] = [
  { method: "GET", path: "/", share: 3 },
  { method: "POST", path: "/orders", share: 1, body: "{}", headers: { "content-type": "application/json" } },
];

/** What every source of traffic must do, whichever world it belongs to. */
export function trafficContract(name: string, open: () => Promise<TrafficUnderTest>): void {
  describe(`traffic: ${name}`, () => {
    let under: TrafficUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const now = () => under.clock.now();

    /** Lets time go by until something can be said of the counts. However busy the machine is, what is due must come in the end. */
    async function until(said: (count: TrafficCount) => boolean): Promise<TrafficCount> {
      for (let rounds = 0; rounds < 200; rounds++) {
        await under.advance(50);
        const count = await under.traffic.count();
        if (said(count)) return count;
      }
      throw new Error(`never so: ${said}`);
    }

    /** What was on its way has been answered, and nothing more comes. */
    async function untilQuiet(): Promise<TrafficCount> {
      let before = -1;
      return until(({ requests }) => {
        const quiet = requests === before;
        before = requests;
        return quiet;
      });
    }

    test("nothing is counted before the first send", async () => {
      expect(await under.traffic.count()).toEqual({ requests: 0, failed: 0, failures: {} });
    });

    test("keeps the rate, and goes on undisturbed when told the same again", async () => {
      const asked = now();
      await under.traffic.send(100, kinds);
      const sending = now();
      await under.advance(300);
      await under.traffic.send(100, kinds);
      await under.advance(300);
      const { requests, failed } = await until((count) => count.requests >= 0.95 * 100 * ((now() - sending) / 1_000) - 1);
      expect(requests).toBeLessThanOrEqual(100 * ((now() - asked) / 1_000) + 1);
      expect(failed).toBe(0);
    });

    test("sends no more for being told the same many times", async () => {
      const asked = now();
      for (let turn = 0; turn < 30; turn++) {
        await under.traffic.send(2, kinds);
        await under.advance(10);
      }
      await under.traffic.send(0, kinds);
      const sent = now();
      expect((await untilQuiet()).requests).toBeLessThanOrEqual(2 * ((sent - asked) / 1_000) + 1);
    });

    test("takes another rate, and stops at 0", async () => {
      const asked = now();
      await under.traffic.send(20, kinds);
      const other = now();
      await under.traffic.send(200, kinds);
      const sending = now();
      await under.advance(300);
      const { requests } = await until((count) => count.requests >= 0.95 * 200 * ((now() - sending) / 1_000) - 1);
      expect(requests).toBeLessThanOrEqual(20 * ((sending - asked) / 1_000) + 200 * ((now() - other) / 1_000) + 2);
      await under.traffic.send(0, kinds);
      const quiet = await untilQuiet();
      await under.advance(200);
      expect(await under.traffic.count()).toEqual(quiet);
    });

    test("cannot send where no kind has a share", async () => {
      await expect(under.traffic.send(10, [])).rejects.toThrow("no kind of request has a share");
    });

    test("counts 5xx as failed, by status, and nothing under 500", async () => {
      under.answer(404);
      await under.traffic.send(100, kinds);
      expect(await until(({ requests }) => requests >= 10)).toMatchObject({ failed: 0, failures: {} });
      under.answer(502);
      await until(({ failed }) => failed >= 10);
      await under.traffic.send(0, kinds);
      const { requests, failed, failures } = await untilQuiet();
      expect(failed).toBeLessThan(requests);
      expect(failures).toEqual({ "502": failed });
    });

    test("a burst is in no other count", async () => {
      const burst = under.traffic.burst(under.address, 40, duration(200), kinds);
      await under.advance(300);
      expect((await burst).requests).toBe(40);
      expect((await under.traffic.count()).requests).toBe(0);
    });
  });
}

/** What everything that sends bursts must do, whichever world it belongs to. */
export function burstsContract(name: string, open: () => Promise<BurstsUnderTest>): void {
  describe(`bursts: ${name}`, () => {
    let under: BurstsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("B06 sends exactly its number, waits for the answers and counts 5xx as failed, by status, and nothing under 500", async () => {
      for (const [status, failures] of [[404, {}] as const, [502, { "502": 40 }] as const]) {
        under.answer(status);
        const before = under.arrived();
        const burst = under.bursts.burst(under.address, 40, duration(200), kinds);
        await under.advance(300);
        expect(await burst).toEqual({ requests: 40, failed: status === 502 ? 40 : 0, failures });
        expect(under.arrived() - before).toBe(40);
      }
    });

    test("B06 sends evenly over the span, and none before its time", async () => {
      const [count, over, asked] = [40, 1_000, under.clock.now()];
      const burst = under.bursts.burst(under.address, count, duration(over), kinds);
      while (under.arrived() < count) {
        await under.advance(50);
        const arrived = under.arrived();
        // Those of the next tenth of the span may come together at its beginning.
        expect(arrived * over).toBeLessThanOrEqual(count * (under.clock.now() - asked + over / 10));
      }
      expect((await burst).failed).toBe(0);
    });

    test("B06 where nobody answers every request has failed", async () => {
      const { requests, failed, failures } = await under.bursts.burst(under.nowhere, 3, duration(10), kinds);
      expect([requests, failed, Object.values(failures)]).toEqual([3, 3, [3]]);
    });

    test("B06 cannot send where no kind has a share", async () => {
      const none = under.bursts.burst(under.address, 3, duration(10), [{ method: "GET", path: "/", share: 0 }]);
      await expect(none).rejects.toThrow("no kind of request has a share");
      expect(under.arrived()).toBe(0);
    });
  });
}
