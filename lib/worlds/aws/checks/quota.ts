import { CloudWatchClient, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client, paginateDescribeNetworkInterfaces, type Tag } from "@aws-sdk/client-ec2";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type MetricInfo,
  type ServiceQuota,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import type { Question } from "../../../ports/account.ts";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, type Means, toDo } from "./check.ts";

type Quota = Extract<Question, { kind: "quota" }>;

/** What the plan needs fits beside what is there already, where that can be counted. */
export const quota: Check<"quota"> = async (question, means) => {
  const { needs, taken } = question;
  const limit = await allowed(question, means);
  if (limit.is !== "told") return limit;
  const { value, usage } = limit.value;
  const others = taken ? await counted(question, taken, usage, means) : undefined;
  if (others && others.is !== "told") return others;
  if (others?.value === undefined) {
    const because = `AWS allows ${value}, and ${needs} must fit`;
    return value >= needs ? done(`${because}; what else runs there counts, too`) : toDo(because);
  }
  const because = `AWS allows ${value}, ${taken && "without" in taken ? "others have" : "in use are"} ${others.value}, and ${needs} must fit`;
  return value - others.value >= needs ? done(because) : toDo(because);
};

/** What the account was given, or what every account is given: some quotas have no other value (Service Quotas API Reference, GetServiceQuota). */
function allowed({ region, service: ServiceCode, code: QuotaCode }: Quota, means: Means) {
  return withClient(new ServiceQuotasClient(inTime(region)), async (client) => {
    const wanted = { ServiceCode, QuotaCode };
    const asked = await call(means, "servicequotas:GetServiceQuota", (options) =>
      client.send(new GetServiceQuotaCommand(wanted), options).catch((error: unknown) => {
        if (error instanceof Error && error.name === "NoSuchResourceException") return undefined;
        throw error;
      }),
    );
    if (asked.is !== "told") return asked;
    if (asked.value !== undefined) return valueIn(asked.value);
    const usual = await call(means, "servicequotas:GetAWSDefaultServiceQuota", (options) =>
      client.send(new GetAWSDefaultServiceQuotaCommand(wanted), options),
    );
    return usual.is === "told" ? valueIn(usual.value) : usual;
  });
}

function valueIn({ Quota: found }: { readonly Quota?: ServiceQuota | undefined }) {
  if (found?.Value === undefined) return { is: "unknown", because: "AWS tells no value of the quota" } as const;
  return { is: "told", value: { value: found.Value, usage: found.UsageMetric } } as const;
}

/**
 * How many there are in the region: of what can be listed but for the plan's own, else as AWS measures it. Undefined where it measures nothing. EC2
 * lists all at once where no size of a page is asked for (Amazon EC2 API Reference, DescribeVpcs; DescribeAddresses has no pages).
 */
function counted({ region }: Quota, taken: NonNullable<Quota["taken"]>, usage: MetricInfo | undefined, means: Means) {
  if (taken.of === "usage") return used(region, usage, means);
  if (taken.of === "interfaces") return interfacesIn(region, means);
  const { of, without } = taken;
  const others = (all: readonly { readonly Tags?: Tag[] | undefined }[] = []) =>
    all.filter(
      ({ Tags = [] }) => !Object.entries(without).every(([Key, Value]) => Tags.some((tag) => tag.Key === Key && tag.Value === Value)),
    ).length;
  return withClient(new EC2Client(inTime(region)), (client) =>
    of === "addresses"
      ? call(means, "ec2:DescribeAddresses", async (options) =>
          others((await client.send(new DescribeAddressesCommand({}), options)).Addresses),
        )
      : call(means, "ec2:DescribeVpcs", async (options) => others((await client.send(new DescribeVpcsCommand({}), options)).Vpcs)),
  );
}

/** All network interfaces of a region, whoever has them: a thousand are told at once (Amazon EC2 API Reference, DescribeNetworkInterfaces). */
function interfacesIn(region: string, means: Means) {
  return withClient(new EC2Client(inTime(region)), (client) =>
    call(means, "ec2:DescribeNetworkInterfaces", async (options) => {
      let count = 0;
      for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces({ client, pageSize: 1_000 }, {}, options))
        count += NetworkInterfaces.length;
      return count;
    }),
  );
}

/** Usage is told every five minutes or more often (Amazon CloudWatch User Guide, "Visualizing your service quotas and setting alarms"). */
const recently = 900_000;

function used(region: string, usage: MetricInfo | undefined, means: Means) {
  const { MetricNamespace, MetricName, MetricDimensions = {}, MetricStatisticRecommendation = "Maximum" } = usage ?? {};
  if (MetricName === undefined) return { is: "told", value: undefined } as const;
  const Dimensions = Object.entries(MetricDimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricStat = { Metric: { Namespace: MetricNamespace, MetricName, Dimensions }, Stat: MetricStatisticRecommendation, Period: 300 };
  return withClient(new CloudWatchClient(inTime(region)), (client) =>
    call(means, "cloudwatch:GetMetricData", async (options) => {
      const asking = {
        MetricDataQueries: [{ Id: "used", MetricStat }],
        StartTime: new Date(Date.now() - recently),
        EndTime: new Date(),
        ScanBy: "TimestampDescending" as const,
      };
      // A page may be empty and not the last (Amazon CloudWatch API Reference, MetricDataResult: PartialData).
      for await (const { MetricDataResults: [page] = [] } of paginateGetMetricData({ client }, asking, options))
        if (page?.Values?.[0] !== undefined) return page.Values[0];
      return undefined;
    }),
  );
}
