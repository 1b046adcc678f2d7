import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { UserError } from "../../base/errors.ts";
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

/** What a target group counts, by our name for it. */
const counted = {
  requests: "RequestCount",
  answered2xx: "HTTPCode_Target_2XX_Count",
  answered3xx: "HTTPCode_Target_3XX_Count",
  answered4xx: "HTTPCode_Target_4XX_Count",
  answered5xx: "HTTPCode_Target_5XX_Count",
} as const;

function queriesFor({ balancers, groups }: Pick<TargetMetrics, "balancers" | "groups">): MetricDataQuery[] {
  const query = (Id: string, MetricName: string, Stat: string, of: MeterGroup, group?: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Stat,
      Period: cellLength / 1_000,
      Metric: {
        Namespace: "AWS/ApplicationELB",
        MetricName,
        Dimensions: [
          { Name: "LoadBalancer", Value: balancers[of] },
          ...(group === undefined ? [] : [{ Name: "TargetGroup", Value: group }]),
        ],
      },
    },
  });
  return [
    ...slots.flatMap((slot) => [
      ...Object.entries(counted).map(([what, metric]) => query(`${slot}_${what}`, metric, "Sum", slot, groups[slot])),
      ...shares.map((share, at) => query(`${slot}_q${at}`, "TargetResponseTime", statisticFor(share), slot, groups[slot])),
      query(`${slot}_balancer5xx`, "HTTPCode_ELB_5XX_Count", "Sum", slot),
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

/** What CloudWatch did not give, which would read as none; of an incomplete result there is another page (API reference, MetricDataResult: StatusCode). */
function refusalOf({ Id = "", StatusCode: status, Messages = [] }: MetricDataResult): UserError | undefined {
  const because = `CloudWatch gives no ${Id}: ${status} ${Messages.map(({ Value }) => Value).join(" ")}`.trim();
  switch (status) {
    case "InternalError":
      return new UserError("engine/failed", because, "wait a moment, and run the command again");
    case "Forbidden":
      return new UserError("engine/forbidden", because, "let who releases do cloudwatch:GetMetricData, and run the command again");
    default:
      return undefined;
  }
}

function take(found: Map<string, Map<number, number>>, result: MetricDataResult): void {
  const refusal = refusalOf(result);
  if (refusal) throw refusal;
  const { Id = "", Timestamps = [], Values = [] } = result;
  const byTime = found.get(Id) ?? new Map<number, number>();
  Timestamps.forEach((time, at) => {
    byTime.set(time.getTime(), Values[at] ?? 0);
  });
  found.set(Id, byTime);
}

/** What a target group's minute comes to. */
interface Counted extends Cell {
  /** Requests that no target answered: nobody measured how long they took. */
  readonly lost: number;
}

/**
 * Where a target hangs, hangs up or lets nobody connect, the load balancer answers 502 or 504 itself, and counts that for itself alone: of the target group there are
 * requests without an answer (User Guide for Application Load Balancers, "CloudWatch metrics": RequestCount, HTTPCode_Target_…,
 * HTTPCode_ELB_5XX_Count). Those a caller gave up, and upgraded connections, have no answer either, so that as many are lost as the balancer
 * answered with 5xx, at most.
 */
function countedIn(found: Results, slot: Slot, at: Instant): Counted {
  const of = (what: keyof typeof counted | "balancer5xx"): number => found.get(`${slot}_${what}`)?.get(at) ?? 0;
  const requests = of("requests");
  const answered = of("answered2xx") + of("answered3xx") + of("answered4xx") + of("answered5xx");
  const lost = Math.min(Math.max(0, requests - answered), of("balancer5xx"));
  // Metrics settle apart: an answer can be counted in the minute after its request.
  return { at, requests, failed: Math.min(requests, of("answered5xx") + lost), lost };
}

/** How the latencies of a minute lie: what was lost took endlessly long, and where nothing was measured nothing is known of the rest. */
function spreadsOf(found: Results, slot: Slot, { at, requests, lost }: Counted): readonly Spread[] {
  const values = shares.flatMap((_, index) => found.get(`${slot}_q${index}`)?.get(at) ?? []).map((seconds) => 1_000 * seconds);
  return [
    ...(values.length === shares.length ? [{ count: requests - lost, values }] : []),
    ...(lost > 0 ? [{ count: lost, values: shares.map(() => Number.POSITIVE_INFINITY) }] : []),
  ];
}

function readingsOf(minutes: readonly Instant[], found: Results): Readings {
  const slot = (group: Slot): Reading => {
    const cells = minutes.map((at) => countedIn(found, group, at));
    const spreads = cells.flatMap((cell) => spreadsOf(found, group, cell));
    return readingOf(
      cells.map(({ at, requests, failed }) => ({ at, requests, failed })),
      (share) => mixed(spreads, share),
    );
  };
  const bad = minutes.map((at): Cell => {
    const requests = found.get("bad_requests")?.get(at) ?? 0;
    return { at, requests, failed: requests };
  });
  const answered = bad.some(({ requests }) => requests > 0);
  return { blue: slot("blue"), green: slot("green"), "known-bad": readingOf(bad, () => (answered ? Number.POSITIVE_INFINITY : undefined)) };
}

function readingOf(cells: readonly Cell[], quantile: Reading["quantile"]): Reading {
  const sum = (what: "requests" | "failed") => cells.reduce((total, cell) => total + cell[what], 0);
  return { requests: sum("requests"), failed: sum("failed"), cells, quantile };
}
