import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Clock, duration } from "../../lib/base/time.ts";
import type { RequestKind, Traffic, TrafficCount } from "../../lib/ports/traffic.ts";

export interface TrafficUnderTest {
  readonly traffic: Traffic;
  /** The router's address, where `burst` can be sent too. */
  readonly address: string;
  /** From now on the router answers this status to everything. */
  answer(status: 200 | 404 | 502): void;
  readonly clock: Clock;
  /** Lets at least this much time go by, in milliseconds. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
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

    test("a burst sends exactly its number, waits for the answers, and is in no other count", async () => {
      under.answer(502);
      const burst = under.traffic.burst(under.address, 40, duration(200), kinds);
      await under.advance(300);
      expect(await burst).toEqual({ requests: 40, failed: 40, failures: { "502": 40 } });
      expect((await under.traffic.count()).requests).toBe(0);
    });
  });
}
