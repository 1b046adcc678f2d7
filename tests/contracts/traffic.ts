import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Clock, duration } from "../../lib/base/time.ts";
import type { RequestKind, Traffic } from "../../lib/ports/traffic.ts";

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

    /** Acts, lets time go by and counts; the requests of that span must fit the rate. */
    async function expectRate(rate: number, act: () => Promise<void>): Promise<void> {
      const earlier = (await under.traffic.count()).requests;
      const before = under.clock.now();
      await act();
      const from = under.clock.now();
      await under.advance(600);
      const to = under.clock.now();
      const requests = (await under.traffic.count()).requests - earlier;
      const after = under.clock.now();
      // Some may be on their way, and a real world needs a moment to be told.
      expect(requests).toBeGreaterThanOrEqual(((rate * (to - from)) / 1_000) * 0.8 - 3);
      expect(requests).toBeLessThanOrEqual((rate * (after - before)) / 1_000 + 3);
    }

    test("nothing is counted before the first send", async () => {
      expect(await under.traffic.count()).toEqual({ requests: 0, failed: 0, failures: {} });
    });

    test("keeps the rate, and goes on undisturbed when told the same again", async () => {
      await expectRate(100, () => under.traffic.send(100, kinds));
      await expectRate(100, () => under.traffic.send(100, kinds));
      expect(await under.traffic.count()).toMatchObject({ failed: 0, failures: {} });
    });

    test("takes another rate, and stops at 0", async () => {
      await under.traffic.send(20, kinds);
      await expectRate(200, () => under.traffic.send(200, kinds));
      await under.traffic.send(0, kinds);
      await under.advance(100);
      const { requests } = await under.traffic.count();
      await under.advance(200);
      expect((await under.traffic.count()).requests).toBe(requests);
    });

    test("cannot send where no kind has a share", async () => {
      await expect(under.traffic.send(10, [])).rejects.toThrow("no kind of request has a share");
    });

    test("counts 5xx as failed, by status, and nothing under 500", async () => {
      under.answer(404);
      await under.traffic.send(100, kinds);
      await under.advance(200);
      expect(await under.traffic.count()).toMatchObject({ failed: 0, failures: {} });
      under.answer(502);
      await under.advance(300);
      await under.traffic.send(0, kinds);
      await under.advance(100);
      const { requests, failed, failures } = await under.traffic.count();
      expect(failed).toBeGreaterThan(0);
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
