import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../../lib/base/time.ts";
import { type LocalTraffic, localTraffic } from "../../../../lib/worlds/local/traffic.ts";
import { type StandIn, standIn } from "../router-stand-in.ts";
import { until } from "../until.ts";

const get = [{ method: "GET", path: "/", share: 1 }];

let folder: string;
let router: StandIn;
let traffic: LocalTraffic;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-test-"));
  router = await standIn();
  traffic = localTraffic({ folder, target: () => router.url, lease: duration(60_000) });
});
afterEach(async () => {
  await traffic.stop();
  await router.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the rate", () => {
  test.each([50, 1_000])("of %i a second is kept within two per cent", async (rate) => {
    await traffic.send(rate, get);
    await until("it has sent for a while", () => router.seen.length >= 1.6 * rate);
    // How late each one came, if the rate were exact. A busy machine only adds to that; the least of it must not grow or shrink.
    const late = router.seen.map(({ at }, index) => at - (index * 1_000) / rate);
    const half = Math.floor(late.length / 2);
    const drift = Math.min(...late.slice(half)) - Math.min(...late.slice(0, half));
    expect(Math.abs(drift) / ((half * 1_000) / rate)).toBeLessThan(0.02);
  });

  test("is not lowered by answers that take long, and a stall shows in the latencies of all who were due meanwhile", async () => {
    let stalled = 0;
    router.answer({ slot: "blue", delay: () => Math.max(0, stalled - performance.now()) });
    await traffic.send(100, get);
    await until("it sends", async () => (await traffic.count()).requests >= 100);
    stalled = performance.now() + 1_000;
    const before = router.seen.length;
    await until("the stall is over", () => performance.now() > stalled);
    expect(router.seen.length - before).toBeGreaterThan(90);
    const { requests } = await until("all that waited are counted", async () => {
      const count = await traffic.count();
      return count.requests >= before + 100 && count;
    });
    const { quantile } = (await traffic.slots()).blue;
    // About 100 of them waited between 0 and 1,000 ms, evenly. A closed loop would have shown one slow request and a fast rest.
    const waited = [0.5, 0.25, 0.1].map((rest) => quantile(1 - (100 * rest) / requests) ?? 0);
    expect(waited[0]).toBeGreaterThan(350);
    expect(waited[1]).toBeGreaterThan(600);
    expect(waited[2]).toBeGreaterThan(750);
    expect(quantile(0.25)).toBeLessThan(100);
  });
});

test("what exceeds 2,000 at once is counted as overload, not dropped", async () => {
  router.answer({ delay: () => 300 });
  const { requests, failed, failures } = await traffic.burst(router.url, 2_050, duration(0), get);
  expect({ requests, failed, failures }).toEqual({ requests: 2_050, failed: 50, failures: { overload: 50 } });
});
