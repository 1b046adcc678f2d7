import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataQuery,
  StatusCode,
} from "@aws-sdk/client-cloudwatch";
import type { Slot } from "../../../lib/base/outcome.ts";
import type { MeterGroup } from "../../../lib/ports/meter.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { atMost, pageOf } from "./paged.ts";

export const minute = 60_000;

export interface Request {
  readonly at: number;
  readonly group: MeterGroup;
  /** What a target answers, or the load balancer in place of one that hangs or hangs up; 0 where a caller gave up or the connection was upgraded. */
  readonly status: number;
  readonly by?: "balancer";
  readonly milliseconds: number;
  /** When it was answered, if in another minute. */
  readonly answeredAt?: number;
}

interface Given {
  readonly balancers: Readonly<Record<MeterGroup, string>>;
  readonly groups: Readonly<Record<Slot, string>>;
  readonly status?: StatusCode;
  /** How many queries an answer holds: AWS answers 500 of them at once. */
  readonly page?: number;
}

const refused = (message: string) => Object.assign(new Error(message), { name: "ValidationError" });

/** CloudWatch with what a load balancer tells it: by minute, nothing where there was nothing, and page by page. */
export function cloudWatch({ balancers, groups, status = StatusCode.COMPLETE, page = 2 }: Given) {
  const requests: Request[] = [];
  const alarms = new Map<string, MetricAlarm>();
  const datumOf = ({ MetricStat }: MetricDataQuery, at: number): number | undefined => {
    const { Stat = "", Metric } = MetricStat ?? {};
    const of = (name: string) => Metric?.Dimensions?.find(({ Name }) => Name === name)?.Value;
    const group = of("TargetGroup");
    const through = of("LoadBalancer");
    const within = requests.filter((one) => one.at >= at && one.at < at + minute);
    const seen = within.filter(
      (one) => balancers[one.group] === through && (one.group === "known-bad" ? undefined : groups[one.group]) === group,
    );
    const answered = requests.filter(
      ({ at: askedAt, answeredAt = askedAt, ...one }) =>
        answeredAt >= at &&
        answeredAt < at + minute &&
        one.by === undefined &&
        one.status > 0 &&
        one.group !== "known-bad" &&
        balancers[one.group] === through &&
        groups[one.group] === group,
    );
    const of5xx = ({ status: code }: Request) => code >= 500;
    const from = (hundreds: number) => answered.filter(({ status: code }) => Math.floor(code / 100) === hundreds).length;
    const counts: Readonly<Record<string, number>> = {
      RequestCount: group === undefined ? requests.length : seen.length,
      HTTPCode_Target_2XX_Count: from(2),
      HTTPCode_Target_3XX_Count: from(3),
      HTTPCode_Target_4XX_Count: from(4),
      HTTPCode_Target_5XX_Count: from(5),
      HTTPCode_ELB_5XX_Count: within.filter((one) => one.by === "balancer" && balancers[one.group] === through && of5xx(one)).length,
      HTTP_Fixed_Response_Count: seen.length,
    };
    if (Metric?.MetricName !== "TargetResponseTime") return counts[Metric?.MetricName ?? ""] || undefined;
    const sorted = answered.map((one) => one.milliseconds / 1_000).sort((a, b) => a - b);
    const share = Stat === "Maximum" ? 1 : Number(Stat.slice(1)) / 100;
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  };
  const client = faked(
    new CloudWatchClient({ region, credentials }),
    on(GetMetricDataCommand, ({ MetricDataQueries = [], StartTime, EndTime, NextToken }) => {
      atMost(500, MetricDataQueries, refused);
      const { page: asked, next } = pageOf(MetricDataQueries, NextToken, page);
      return {
        NextToken: next,
        MetricDataResults: asked.map((query) => {
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
    on(DescribeAlarmsCommand, ({ AlarmNames = [], NextToken }) => {
      atMost(100, AlarmNames, refused);
      const found = AlarmNames.flatMap((name) => alarms.get(name) ?? []);
      const { page: told, next } = pageOf(found, NextToken);
      return { MetricAlarms: told, NextToken: next };
    }),
  );
  return { client, requests, alarms };
}
