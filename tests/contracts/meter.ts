import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Instant, instant } from "../../lib/base/time.ts";
import type { Meter, MeterGroup, Readings } from "../../lib/ports/meter.ts";

export interface MeterUnderTest {
  readonly meter: Meter;
  /** Sends requests that the slot, or what is known to be bad, answers; with a status of 200 or 500, and not before so many milliseconds. */
  ask(group: MeterGroup, count: number, status: 200 | 500, milliseconds: number): Promise<void>;
  /** Lets time go by until what happened so far can be read. Resolves with a boundary of cells: that lies before it, what comes after it. */
  settle(): Promise<Instant>;
  /** Makes an alarm, or makes it say so from now on; undefined where there are none. */
  readonly setAlarm: ((name: string, is: "ok" | "firing" | "silent", because: string) => Promise<void>) | undefined;
  close(): Promise<void>;
}

/** What every meter must do, whichever world it belongs to. */
export function meterContract(name: string, open: () => Promise<MeterUnderTest>): void {
  describe(`meter: ${name}`, () => {
    let under: MeterUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Everything that can be compared. */
    const plain = ({ blue, green, "known-bad": bad }: Readings) =>
      [blue, green, bad].map((one) => ({ ...one, quantile: [0.5, 0.95, 1].map(one.quantile) }));

    test("a window without requests has none, and no latency", async () => {
      const from = await under.settle();
      const { green } = await under.meter.read({ from, to: await under.settle() });
      expect(green).toMatchObject({ requests: 0, failed: 0 });
      expect(green.quantile(0.5)).toBeUndefined();
    });

    test("requests and failures are counted for their group, and cells add up to them", async () => {
      const from = await under.settle();
      await under.ask("blue", 12, 200, 0);
      await under.ask("green", 5, 200, 0);
      await under.ask("green", 3, 500, 0);
      await under.ask("known-bad", 4, 500, 0);
      const read = await under.meter.read({ from, to: await under.settle() });
      expect(read.blue).toMatchObject({ requests: 12, failed: 0 });
      expect(read.green).toMatchObject({ requests: 8, failed: 3 });
      expect(read["known-bad"]).toMatchObject({ requests: 4, failed: 4 });
      const { cells } = read.green;
      expect(cells.reduce((sum, { requests }) => sum + requests, 0)).toBe(8);
      expect(cells.reduce((sum, { failed }) => sum + failed, 0)).toBe(3);
      expect(read.blue.cells.map(({ at }) => at)).toEqual(cells.map(({ at }) => at));
      expect(cells.map(({ at }) => at)).toEqual([...cells.map(({ at }) => at)].sort((a, b) => a - b));
    });

    test("latencies are told by share", async () => {
      const from = await under.settle();
      await under.ask("green", 9, 200, 0);
      await under.ask("green", 1, 200, 400);
      const { green } = await under.meter.read({ from, to: await under.settle() });
      expect(green.quantile(0.5)).toBeLessThan(200);
      expect(green.quantile(0.99)).toBeGreaterThan(380);
    });

    test("alarms are told in the order of their names, with since when and why, and one that is not there as gone", async () => {
      const { meter, setAlarm } = under;
      const told = async () => (await meter.alarms(["b", "nobody", "a"])).map(({ name, is }) => `${name} ${is}`);
      if (!setAlarm) {
        expect(await told()).toEqual(["b gone", "nobody gone", "a gone"]);
        return;
      }
      await setAlarm("a", "ok", "well");
      await setAlarm("b", "silent", "no data");
      expect(await told()).toEqual(["b silent", "nobody gone", "a ok"]);
      const from = await under.settle();
      await setAlarm("a", "firing", "2 of 3 are above 1");
      const [alarm] = await meter.alarms(["a"]);
      expect(alarm).toMatchObject({ name: "a", is: "firing", because: "2 of 3 are above 1" });
      expect(alarm?.is === "firing" && alarm.since).toBeGreaterThanOrEqual(from);
      expect(await meter.alarms([])).toEqual([]);
    });

    test("reading changes nothing: the same past window always reads the same, and only what is in it", async () => {
      const from = await under.settle();
      await under.ask("blue", 6, 200, 0);
      const to = await under.settle();
      const first = plain(await under.meter.read({ from, to }));
      await under.settle();
      await under.ask("blue", 7, 200, 0);
      await under.settle();
      expect(plain(await under.meter.read({ from, to }))).toEqual(first);
      expect((await under.meter.read({ from: instant(from - 3_600_000), to: from })).blue.requests).toBe(0);
    });
  });
}
