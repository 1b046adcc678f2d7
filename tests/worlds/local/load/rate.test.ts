import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../../../lib/base/time.ts";
import { findBackground } from "../../../../lib/worlds/local/background.ts";
import { type LocalTraffic, localTraffic } from "../../../../lib/worlds/local/traffic.ts";
import { type StandIn, standIn } from "../router-stand-in.ts";
import { until } from "../until.ts";
import { answered } from "./answered.ts";

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
    await until("a second of exact rate", () => {
      const latest = router.seen.slice(-rate);
      if (latest.length < rate) return false;
      // How late each one came, if the rate were exact. A busy machine only adds to that; the least of it must not grow or shrink.
      const late = latest.map(({ at }, index) => at - (index * 1_000) / rate);
      const drift = Math.min(...late.slice(rate / 2)) - Math.min(...late.slice(0, rate / 2));
      return Math.abs(drift) < 0.02 * 500;
    });
  });

  test("is not lowered by answers that stall, and the stall shows in the latencies of all who were due meanwhile", async () => {
    const held: (() => void)[] = [];
    const release = () => {
      router.answer({ hold: (answer) => answer() });
      for (const answer of held) answer();
    };
    await traffic.send(100, get);
    await until("it sends", () => router.seen.length >= 20);
    router.answer({ slot: "blue", hold: (answer) => held.push(answer) >= 100 && release() });
    // One after another would never come to 100.
    const { quantile, requests } = await until("all are answered", async () => {
      const blue = await answered(folder, "blue");
      return blue.requests >= 100 && blue;
    });
    // The last of the hundred was due a second after the first: fifty waited for half a second or more, and so on; a bucket is 3.2 % off.
    expect(quantile(1 - 49 / requests)).toBeGreaterThan(0.96 * 490);
    expect(quantile(1 - 24 / requests)).toBeGreaterThan(0.96 * 740);
    expect(quantile(1 - 9 / requests)).toBeGreaterThan(0.96 * 890);
  });

  test("counts what the generator itself is late into the latencies", async () => {
    router.answer({ slot: "blue" });
    await traffic.send(100, get);
    await until("it sends", () => router.seen.length >= 20);
    const generator = findBackground(path.join(folder, "process.json"))?.process.pid ?? 0;
    process.kill(generator, "SIGSTOP");
    const stopped = performance.now();
    await until("half a second is over", () => performance.now() - stopped > 500);
    process.kill(generator, "SIGCONT");
    const before = router.seen.length;
    const { quantile, requests } = await until("all that were due are sent", async () => {
      const blue = await answered(folder, "blue");
      return blue.requests >= before + 50 && blue;
    });
    expect(quantile(1 - 24 / requests)).toBeGreaterThan(0.96 * 240);
  });
});

test("what exceeds 2,000 at once is counted as overload, not dropped", async () => {
  const held: (() => void)[] = [];
  router.answer({
    hold: (answer) => {
      if (held.push(answer) === 2_000) for (const each of held) each();
    },
  });
  const { requests, failed, failures } = await traffic.burst(router.url, 2_050, duration(0), get);
  expect({ requests, failed, failures }).toEqual({ requests: 2_050, failed: 50, failures: { overload: 50 } });
});
