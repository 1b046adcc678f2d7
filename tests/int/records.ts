import { GetTrailCommand, GetTrailStatusCommand } from "@aws-sdk/client-cloudtrail";
import { GetDashboardCommand } from "@aws-sdk/client-cloudwatch";
import { type CloudWatchLogsClient, type LogGroup, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Log groups: encrypted with a key, and emptied some day (B20, D05). */
export function logs(stacks: readonly Stack[], clients: In<"logs">): Promise<Found> {
  const things = told(stacks, /LogName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a log group", async ({ stack, value }) => {
    const found = await logGroup(clients(stack.region).logs, value);
    if (!found) return ["is not there"];
    return [
      ...unless(found.retentionInDays !== undefined, "keeps everything for ever"),
      ...unless(found.kmsKeyId !== undefined, "is not encrypted with a key of the account"),
    ];
  });
}

/** Others can begin alike. */
async function logGroup(client: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name })) {
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (found) return found;
  }
  return undefined;
}

/** The trail: of every region, running, and such that nobody can change what it wrote unseen (A11). */
export function trail(stacks: readonly Stack[], clients: In<"trail">): Promise<Found> {
  const things = told(stacks, /^TrailArn$/).map((one) => ({ called: one.stack.name, ...one }));
  return eachOf(things, "no stack has a trail", async ({ stack, value }) => {
    const client = clients(stack.region).trail;
    const { Trail: found } = await client.send(new GetTrailCommand({ Name: value }));
    const status = await client.send(new GetTrailStatusCommand({ Name: value }));
    return [
      ...unless(status.IsLogging, "is switched off"),
      ...unless(!status.LatestDeliveryError, `cannot write to its bucket: ${status.LatestDeliveryError}`),
      ...unless(found?.IsMultiRegionTrail, "sees one region alone"),
      ...unless(found?.LogFileValidationEnabled, "has no digests of its files"),
      ...unless(found?.KmsKeyId !== undefined, "is not encrypted with a key of the account"),
      ...unless(found?.CloudWatchLogsLogGroupArn !== undefined, "tells no log group"),
    ];
  });
}

/** Dashboards: there, with something on them (A13, C18). */
export function dashboards(stacks: readonly Stack[], clients: In<"cloudwatch">): Promise<Found> {
  const things = told(stacks, /^DashboardName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a dashboard", async ({ stack, value }) => {
    const { DashboardBody = "{}" } = await clients(stack.region).cloudwatch.send(new GetDashboardCommand({ DashboardName: value }));
    const { widgets }: { readonly widgets?: readonly unknown[] } = JSON.parse(DashboardBody);
    return unless((widgets ?? []).length > 0, "shows nothing");
  });
}
