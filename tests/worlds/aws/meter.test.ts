import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery, StatusCode } from "@aws-sdk/client-cloudwatch";
import { beforeEach, describe, expect, it } from "vitest";
import { duration, instant } from "../../../lib/base/time.ts";
import type { MeterGroup } from "../../../lib/ports/meter.ts";
import { cloudWatchMeter } from "../../../lib/worlds/aws/meter.ts";
import { mixed, shares } from "../../../lib/worlds/aws/spread.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { meterContract } from "../../contracts/meter.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const minute = 60_000;
const balancer = "app/shop/0123456789abcdef";
const groups = { blue: "targetgroup/blue/1", green: "targetgroup/green/2" };

interface Request {
  readonly at: number;
  readonly group: MeterGroup;
  readonly status: number;
  readonly milliseconds: number;
}

/** CloudWatch with what a load balancer tells it: by minute, nothing where there was nothing, two queries a page. */
function cloudWatch(status: StatusCode = StatusCode.COMPLETE) {
  const clock = handClock();
  const requests: Request[] = [];
  const datumOf = ({ MetricStat }: MetricDataQuery, at: number): number | undefined => {
    const { Stat = "", Metric } = MetricStat ?? {};
    const of = (name: string) => Metric?.Dimensions?.find(({ Name }) => Name === name)?.Value;
    if (of("LoadBalancer") !== balancer) return undefined;
    const group = of("TargetGroup");
    const seen = requests
      .filter((one) => one.at >= at && one.at < at + minute)
      .filter((one) => (one.group === "known-bad" ? undefined : groups[one.group]) === group);
    const counts: Readonly<Record<string, number>> = {
      RequestCount: group === undefined ? requests.length : seen.length,
      HTTPCode_Target_5XX_Count: seen.filter((one) => one.status >= 500).length,
      HTTP_Fixed_Response_Count: seen.length,
    };
    if (Metric?.MetricName !== "TargetResponseTime") return counts[Metric?.MetricName ?? ""] || undefined;
    const sorted = seen.map((one) => one.milliseconds / 1_000).sort((a, b) => a - b);
    const share = Stat === "Maximum" ? 1 : Number(Stat.slice(1)) / 100;
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  };
  const client = faked(
    new CloudWatchClient({ region, credentials }),
    on(GetMetricDataCommand, ({ MetricDataQueries = [], StartTime, EndTime, NextToken = "0" }) => {
      const from = Number(NextToken);
      return {
        ...(from + 2 < MetricDataQueries.length && { NextToken: String(from + 2) }),
        MetricDataResults: MetricDataQueries.slice(from, from + 2).map((query) => {
          const minutes: number[] = [];
          for (let at = Number(StartTime); at < Number(EndTime); at += minute) if (datumOf(query, at) !== undefined) minutes.push(at);
          return {
            Id: query.Id,
            StatusCode: status,
            Timestamps: minutes.map((at) => new Date(at)),
            Values: minutes.map((at) => datumOf(query, at) ?? 0),
          };
        }),
      };
    }),
  );
  return { clock, requests, meter: cloudWatchMeter({ client, clock, balancer, groups }) };
}

meterContract("CloudWatch, answered by a fake", async () => {
  const { clock, requests, meter } = cloudWatch();
  return {
    meter,
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
});

describe("a meter on CloudWatch", () => {
  let under: ReturnType<typeof cloudWatch>;
  let begin: number;
  beforeEach(() => {
    under = cloudWatch();
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

  it("B06 numbers that CloudWatch refuses are no numbers, not none", async () => {
    under = cloudWatch(StatusCode.FORBIDDEN);
    under.clock.advance(10 * minute);
    await expect(read()).rejects.toThrow("Forbidden");
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
