import { type CloudWatchClient, type CompositeAlarm, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { instant } from "../../base/time.ts";
import type { AlarmState } from "../../ports/meter.ts";

/** The most names of one call (Amazon CloudWatch API reference, DescribeAlarms). */
const mostNames = 100;

/** How alarms of one metric, of several or composite are, in the order of their names. */
export async function alarmsOf(client: CloudWatchClient, names: readonly string[]): Promise<readonly AlarmState[]> {
  const found = new Map<string, AlarmState>();
  for (let at = 0; at < names.length; at += mostNames)
    for (const alarm of await describe(client, names.slice(at, at + mostNames))) found.set(alarm.name, alarm);
  return names.map((name) => found.get(name) ?? { name, is: "gone" });
}

async function describe(client: CloudWatchClient, names: readonly string[]): Promise<readonly AlarmState[]> {
  const found: AlarmState[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames: [...names],
        // Without it those of metrics alone are told.
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    found.push(...(page.MetricAlarms ?? []).map(metricState), ...(page.CompositeAlarms ?? []).map(stateOf));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** One that CloudWatch cannot evaluate keeps what it said last, which says nothing of now (API reference, MetricAlarm: EvaluationState). */
function metricState({ EvaluationState: evaluation, ...alarm }: MetricAlarm): AlarmState {
  const stands = evaluation === "EVALUATION_ERROR" || evaluation === "EVALUATION_FAILURE";
  return stateOf(stands && alarm.StateValue === "OK" ? { ...alarm, StateValue: "INSUFFICIENT_DATA" } : alarm);
}

const whatIs = { OK: "ok", ALARM: "firing", INSUFFICIENT_DATA: "silent" } as const;

function stateOf(alarm: MetricAlarm | CompositeAlarm): AlarmState {
  const { AlarmName: name = "", StateValue: value = "INSUFFICIENT_DATA", StateReason: because = "" } = alarm;
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return { name, is: whatIs[value], since: instant(since?.getTime() ?? 0), because };
}
