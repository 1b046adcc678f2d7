import { CloudWatchClient, DescribeAlarmsCommand, StateValue, StatusCode } from "@aws-sdk/client-cloudwatch";
import { beforeEach, describe, expect, it } from "vitest";
import { duration, instant } from "../../../lib/base/time.ts";
import type { MeterGroup } from "../../../lib/ports/meter.ts";
import { alarmsOf } from "../../../lib/worlds/aws/alarms.ts";
import { cloudWatchMeter } from "../../../lib/worlds/aws/meter.ts";
import { mixed, shares } from "../../../lib/worlds/aws/spread.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { type MeterUnderTest, meterContract } from "../../contracts/meter.ts";
import { cloudWatch, minute } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const balancer = "app/shop/0123456789abcdef";
const one = { blue: balancer, green: balancer, "known-bad": balancer };
/** As where DNS splits the callers. */
const each = { blue: "app/blue/1", green: "app/green/2", "known-bad": "app/blue/1" };
const groups = { blue: "targetgroup/blue/1", green: "targetgroup/green/2" };

const states = { ok: "OK", firing: "ALARM", silent: "INSUFFICIENT_DATA" } as const;

function open(status?: StatusCode, balancers = one) {
  const clock = handClock();
  const { client, requests, alarms } = cloudWatch({ balancers, groups, ...(status && { status }) });
  return { clock, requests, alarms, meter: cloudWatchMeter({ client, clock, balancers, groups }) };
}

meterContract("CloudWatch of one load balancer, answered by a fake", async () => underContract(one));
meterContract("CloudWatch of a load balancer for each slot, answered by a fake", async () => underContract(each));

function underContract(balancers: typeof one): MeterUnderTest {
  const { clock, requests, alarms, meter } = open(undefined, balancers);
  return {
    meter,
    setAlarm: async (AlarmName, is, StateReason) =>
      void alarms.set(AlarmName, { AlarmName, StateValue: states[is], StateReason, StateTransitionedTimestamp: new Date(clock.now()) }),
    async ask(group, count, status, milliseconds) {
      for (let sent = 0; sent < count; sent++) requests.push({ at: clock.now(), group, status, milliseconds });
    },
    async settle() {
      const boundary = Math.ceil((clock.now() + 1) / minute) * minute;
      clock.advance(boundary - clock.now() + meter.delay);
      return instant(boundary);
    },
    close: async () => {},
  };
}

describe("a meter on CloudWatch", () => {
  let under: ReturnType<typeof open>;
  let begin: number;
  beforeEach(() => {
    under = open();
    under.clock.advance(minute - (under.clock.now() % minute));
    begin = under.clock.now();
  });
  const answer = (group: MeterGroup, status = 200, milliseconds = 10) =>
    under.requests.push({ at: under.clock.now(), group, status, milliseconds });
  const read = () => under.meter.read({ from: instant(begin), to: under.clock.now() });

  it("B06 a minute counts only once its numbers have settled, so that no gate judges half of one", async () => {
    answer("green", 500);
    under.clock.advance(minute + 119_000);
    expect((await read()).green).toMatchObject({ requests: 0, cells: [] });
    under.clock.advance(1_000);
    expect((await read()).green).toMatchObject({ requests: 1, failed: 1 });
  });

  it("B06 the minute in which the window begins has requests of before it, which no gate counts", async () => {
    answer("green", 500);
    under.clock.advance(30_000);
    const from = under.clock.now();
    under.clock.advance(minute);
    answer("green");
    under.clock.advance(4 * minute);
    const { green } = await under.meter.read({ from, to: under.clock.now() });
    expect(green).toMatchObject({ requests: 1, failed: 0 });
    expect(green.cells[0]?.at).toBe(begin + minute);
  });

  it("B06 an answer that is counted in the minute after its request fails no request of that minute", async () => {
    under.requests.push({ at: begin, group: "green", status: 500, milliseconds: 10, answeredAt: begin + minute });
    under.clock.advance(5 * minute);
    const { green } = await under.meter.read({ from: instant(begin + minute), to: under.clock.now() });
    expect(green).toMatchObject({ requests: 0, failed: 0 });
  });

  it("B06 the delay is as long as the first request of a minute waits", async () => {
    answer("green");
    under.clock.advance(duration(under.meter.delay));
    expect((await read()).green.requests).toBe(1);
  });

  it("B06 minutes that CloudWatch does not know are minutes without requests", async () => {
    answer("green");
    under.clock.advance(3 * minute);
    answer("green");
    under.clock.advance(4 * minute);
    expect((await read()).green.cells.map(({ requests }) => requests)).toEqual([1, 0, 0, 1, 0]);
  });

  it.each([
    [StatusCode.FORBIDDEN, "engine/forbidden"],
    // The next look may be given them.
    [StatusCode.INTERNAL_ERROR, "engine/failed"],
  ])("B06 X04 numbers that CloudWatch refuses as %s are no numbers, not none, and no fault of ours: %s", async (status, code) => {
    under = open(status);
    under.clock.advance(10 * minute);
    const message = expect.stringMatching(new RegExp(`^CloudWatch gives no blue_requests: ${status}`));
    await expect(read()).rejects.toMatchObject({ code, message });
  });

  it("B06 of more alarms than one call may name each is told, page by page", async () => {
    const names = Array.from({ length: 205 }, (_, at) => `alarm-${at}`);
    for (const AlarmName of names) under.alarms.set(AlarmName, { AlarmName, StateValue: AlarmName === "alarm-204" ? "ALARM" : "OK" });
    const told = await under.meter.alarms(names);
    expect(told.map(({ name }) => name)).toEqual(names);
    expect(told.filter(({ is }) => is !== "ok").map(({ name, is }) => `${name} ${is}`)).toEqual(["alarm-204 firing"]);
  });

  it("B06 an alarm over other alarms is found like one of a metric", async () => {
    const client = faked(
      new CloudWatchClient({ region, credentials }),
      // Amazon CloudWatch API reference, DescribeAlarms: without AlarmTypes, those of metrics alone.
      on(DescribeAlarmsCommand, ({ AlarmTypes = ["MetricAlarm"] }) => ({
        MetricAlarms: [],
        CompositeAlarms: AlarmTypes.includes("CompositeAlarm")
          ? [{ AlarmName: "either", StateValue: StateValue.ALARM, StateReason: "one fires" }]
          : [],
      })),
    );
    expect(await alarmsOf(client, ["either"])).toEqual([{ name: "either", is: "firing", since: 0, because: "one fires" }]);
  });

  it("B06 what an alarm said that CloudWatch cannot evaluate any more says nothing of now, unless it fires", async () => {
    const states = [
      ["broken", "OK", "EVALUATION_ERROR"],
      ["failing", "OK", "EVALUATION_FAILURE"],
      ["partly", "OK", "PARTIAL_DATA"],
      ["fires", "ALARM", "EVALUATION_ERROR"],
    ] as const;
    for (const [AlarmName, StateValue, EvaluationState] of states) under.alarms.set(AlarmName, { AlarmName, StateValue, EvaluationState });
    const told = await under.meter.alarms(states.map(([name]) => name));
    expect(told.map(({ is }) => is)).toEqual(["silent", "silent", "ok", "firing"]);
  });

  describe("where the load balancer answers in place of a target", () => {
    const instead = (group: MeterGroup, status: number) =>
      under.requests.push({ at: under.clock.now(), group, status, milliseconds: 0, by: "balancer" });

    it("B06 a version that hangs or hangs up fails those requests, and their latency is endless", async () => {
      for (let sent = 0; sent < 10; sent++) answer("blue");
      for (let sent = 0; sent < 6; sent++) instead("green", sent % 2 ? 502 : 504);
      under.clock.advance(4 * minute);
      const { blue, green } = await read();
      expect([blue, green].map(({ requests, failed }) => ({ requests, failed }))).toEqual([
        { requests: 10, failed: 0 },
        { requests: 6, failed: 6 },
      ]);
      expect([blue.quantile(0.95), green.quantile(0.95)]).toEqual([10, Number.POSITIVE_INFINITY]);
    });

    it("B06 of a minute with both, each counts for what it is", async () => {
      for (let sent = 0; sent < 9; sent++) answer("green", sent < 8 ? 200 : 500);
      for (let sent = 0; sent < 1; sent++) instead("green", 504);
      under.clock.advance(4 * minute);
      const { green } = await read();
      expect(green).toMatchObject({ requests: 10, failed: 2 });
      expect([green.quantile(0.9), green.quantile(0.95)]).toEqual([10, Number.POSITIVE_INFINITY]);
    });

    it("B06 what callers gave up, and upgraded connections, have no answer and are no failures; nobody measured how long they took", async () => {
      for (let sent = 0; sent < 5; sent++) answer("green", 0);
      under.clock.advance(4 * minute);
      const { green } = await read();
      expect(green).toMatchObject({ requests: 5, failed: 0 });
      expect(green.quantile(0.5)).toBeUndefined();
    });

    it("B06 answers of every kind are answers", async () => {
      for (const status of [200, 302, 404]) answer("green", status);
      for (let sent = 0; sent < 3; sent++) instead("blue", 504);
      under.clock.advance(4 * minute);
      const { blue, green } = await read();
      expect([green.failed, blue.failed]).toEqual([0, 3]);
    });
  });

  it("B06 what is known to be bad is endlessly slow, so that every limit on latency can be seen to trip", async () => {
    answer("known-bad", 500);
    under.clock.advance(4 * minute);
    expect((await read())["known-bad"].quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it("B06 a latency of several minutes weighs each by its requests and is never told too small", () => {
    const fast = { count: 900, values: shares.map(() => 10) };
    const slow = { count: 100, values: shares.map((_, at) => 100 + at) };
    expect(mixed([fast, slow], 0.5)).toBe(10);
    expect(mixed([fast, slow], 0.95)).toBe(101);
    expect(mixed([slow], 0.95)).toBe(100 + shares.indexOf(0.95));
    expect(mixed([{ count: 0, values: [] }], 0.5)).toBeUndefined();
  });
});
