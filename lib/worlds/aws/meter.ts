import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { type Slot, slots } from "../../base/outcome.ts";
import { type Clock, duration, type Instant, instant } from "../../base/time.ts";
import type { Cell, Meter, MeterGroup, Reading, Readings, Window } from "../../ports/meter.ts";
import { alarmsOf } from "./alarms.ts";
import { asked } from "./failure.ts";
import { mixed, type Spread, shares } from "./spread.ts";

/** One service behind its load balancer, whose colours CloudWatch counts apart by their target groups. */
export interface TargetMetrics {
  readonly client: CloudWatchClient;
  readonly clock: Clock;
  /** The load balancer of each, which may be one for all, and the target groups, as their metrics name them. */
  readonly balancers: Readonly<Record<MeterGroup, string>>;
  readonly groups: Readonly<Record<Slot, string>>;
}

/** A load balancer tells its metrics minute by minute (User Guide for Application Load Balancers, "CloudWatch metrics"). */
const cellLength = 60_000;

/** After the end of a minute its numbers still change for a while; nobody says for how long, so this is our own patience. */
const settles = 120_000;

/**
 * Reads what the load balancer told CloudWatch. A reading holds the whole minutes inside the window that have settled. Minutes that CloudWatch
 * does not know had no requests: what is 0 is not reported. What is known to be bad is answered by the listener itself, for which nobody
 * measures a latency: it counts as endless.
 */
export function cloudWatchMeter({ client, clock, ...of }: TargetMetrics): Meter {
  const read = async (window: Window): Promise<Readings> => {
    const minutes = minutesOf(window, clock.now());
    const [first] = minutes;
    const last = minutes.at(-1);
    if (first === undefined || last === undefined) return readingsOf(minutes, new Map());
    return readingsOf(minutes, await results(client, queriesFor(of), first, instant(last + cellLength)));
  };
  return {
    delay: duration(cellLength + settles),
    read: (window) => asked("read the metrics", () => read(window)),
    alarms: (names) => asked("read the alarms", () => alarmsOf(client, names)),
  };
}

function minutesOf({ from, to }: Window, now: Instant): readonly Instant[] {
  const end = Math.min(to, now - settles);
  const minutes: Instant[] = [];
  for (let at = Math.ceil(from / cellLength) * cellLength; at + cellLength <= end; at += cellLength) minutes.push(instant(at));
  return minutes;
}

const statistics = ["requests", "answered5xx", "unreached"] as const;
const metricNames = {
  requests: "RequestCount",
  answered5xx: "HTTPCode_Target_5XX_Count",
  unreached: "TargetConnectionErrorCount",
} as const;

function queriesFor({ balancers, groups }: Pick<TargetMetrics, "balancers" | "groups">): MetricDataQuery[] {
  const query = (Id: string, MetricName: string, Stat: string, of: MeterGroup): MetricDataQuery => ({
    Id,
    MetricStat: {
      Stat,
      Period: cellLength / 1_000,
      Metric: {
        Namespace: "AWS/ApplicationELB",
        MetricName,
        Dimensions: [
          { Name: "LoadBalancer", Value: balancers[of] },
          ...(of === "known-bad" ? [] : [{ Name: "TargetGroup", Value: groups[of] }]),
        ],
      },
    },
  });
  return [
    ...slots.flatMap((slot) => [
      ...statistics.map((what) => query(`${slot}_${what}`, metricNames[what], "Sum", slot)),
      ...shares.map((share, at) => query(`${slot}_q${at}`, "TargetResponseTime", statisticFor(share), slot)),
    ]),
    // Callers get no fixed response: what their listener does with what names no known-bad address takes every path.
    query("bad_requests", "HTTP_Fixed_Response_Count", "Sum", "known-bad"),
  ];
}

const statisticFor = (share: number): string => (share === 1 ? "Maximum" : `p${Number((share * 100).toFixed(2))}`);

/** By query, then by the beginning of the minute. */
type Results = ReadonlyMap<string, ReadonlyMap<number, number>>;

async function results(client: CloudWatchClient, MetricDataQueries: MetricDataQuery[], from: Instant, to: Instant): Promise<Results> {
  const found = new Map<string, Map<number, number>>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(from),
        EndTime: new Date(to),
        ScanBy: "TimestampAscending",
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    for (const result of page.MetricDataResults ?? []) take(found, result);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function take(
  found: Map<string, Map<number, number>>,
  { Id = "", StatusCode, Timestamps = [], Values = [], Messages = [] }: MetricDataResult,
): void {
  // Without a look at these, numbers that could not be had would read as none.
  if (StatusCode === "InternalError" || StatusCode === "Forbidden")
    throw new Error(`CloudWatch gives no ${Id}: ${StatusCode} ${Messages.map(({ Value }) => Value).join(" ")}`.trim());
  const byTime = found.get(Id) ?? new Map<number, number>();
  Timestamps.forEach((time, at) => {
    byTime.set(time.getTime(), Values[at] ?? 0);
  });
  found.set(Id, byTime);
}

function readingsOf(minutes: readonly Instant[], found: Results): Readings {
  const at = (id: string, minute: Instant): number => found.get(id)?.get(minute) ?? 0;
  const cellsOf = (group: MeterGroup): readonly Cell[] =>
    minutes.map((minute) => {
      if (group === "known-bad") return { at: minute, requests: at("bad_requests", minute), failed: at("bad_requests", minute) };
      const requests = at(`${group}_requests`, minute);
      // A connection is tried again, so there can be more failures than requests.
      const failed = Math.min(requests, at(`${group}_answered5xx`, minute) + at(`${group}_unreached`, minute));
      return { at: minute, requests, failed };
    });
  const slot = (group: Slot): Reading => {
    const cells = cellsOf(group);
    const spreads = cells.map(
      ({ at: minute, requests }): Spread => ({
        count: requests,
        values: shares.map((_, index) => 1_000 * at(`${group}_q${index}`, minute)),
      }),
    );
    return readingOf(cells, (share) => mixed(spreads, share));
  };
  const bad = cellsOf("known-bad");
  const answered = bad.some(({ requests }) => requests > 0);
  return { blue: slot("blue"), green: slot("green"), "known-bad": readingOf(bad, () => (answered ? Number.POSITIVE_INFINITY : undefined)) };
}

function readingOf(cells: readonly Cell[], quantile: Reading["quantile"]): Reading {
  const sum = (what: "requests" | "failed") => cells.reduce((total, cell) => total + cell[what], 0);
  return { requests: sum("requests"), failed: sum("failed"), cells, quantile };
}
