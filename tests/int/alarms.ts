import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Alarms: those that are named are there and tell somebody; those that tell a topic do not ring. */
export async function alarms(stacks: readonly Stack[], clients: In<"cloudwatch">): Promise<Found> {
  const named = told(stacks, /^(Alarms\w+|\w+Alarm)Name$/).map((one) => ({
    called: `${one.stack.name} ${one.value}`,
    look: async () => {
      const { MetricAlarms: [found] = [] } = await clients(one.stack.region).cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [one.value] }),
      );
      return namedProblems(found);
    },
  }));
  const topics = told(stacks, /TopicArn$/).map((one) => ({
    called: `${one.stack.name} ${one.output}`,
    look: async () => ringing(await tellers(clients(one.stack.region).cloudwatch, one.value)),
  }));
  return eachOf([...named, ...topics], "no stack has an alarm or a topic", ({ look }) => look());
}

/** Every alarm that tells a topic, also where no output names it. */
async function tellers(client: CloudWatchClient, topic: string): Promise<readonly MetricAlarm[]> {
  const all: MetricAlarm[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { ActionPrefix: topic, AlarmTypes: ["MetricAlarm"] }))
    all.push(...MetricAlarms);
  return all;
}

function namedProblems(found: MetricAlarm | undefined): readonly string[] {
  if (!found) return ["is not there"];
  return [
    ...unless(found.ActionsEnabled, "its actions are switched off"),
    ...unless((found.AlarmActions ?? []).length > 0, "tells nobody when it begins"),
  ];
}

function ringing(found: readonly MetricAlarm[]): readonly string[] {
  return [
    ...unless(found.length > 0, "no alarm tells it anything"),
    ...found.filter(({ StateValue }) => StateValue === "ALARM").map(({ AlarmName, StateReason }) => `${AlarmName} rings: ${StateReason}`),
    ...found.filter(watchesAll).map(({ AlarmName, MetricName }) => `${AlarmName} watches the ${MetricName} of everything in the region`),
  ];
}

/** Numbers of AWS are of something by their dimensions; those that a log is counted into are the team's own. */
const watchesAll = ({ Namespace, Dimensions = [] }: MetricAlarm): boolean =>
  Namespace?.startsWith("AWS/") === true && Dimensions.length === 0;
